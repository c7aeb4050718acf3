// One run, read whole: its record word for word and as a value, its exchanges, its log, the GPU over it, its tokens.

import type { DeviceSamples, Exchange, Journal, LogLine, Mark, TokenLatencies } from "../state/wire";
import { get, getText } from "./api";

/** Rows of a run's list in one answer; the daemon gives no more. */
const PAGE_ROWS = 10_000;

interface Lists { exchanges: Exchange; log: LogLine }

export interface ReadRun { journal: Journal; line: string; exchanges: Exchange[]; log: LogLine[]; devices: DeviceSamples[]; itl: TokenLatencies[]; mark: Mark }

export async function readRun(id: string): Promise<ReadRun> {
  const path = pathOf(id);
  const [line, exchanges, log, devices, { targets }, mark] = await Promise.all([
    getText(path), wholeList(id, "exchanges"), wholeList(id, "log"), samplesOf(id), get<{ targets: TokenLatencies[] }>(`${path}/itl`, 30_000), readMark(id),
  ]);
  return { journal: JSON.parse(line) as Journal, line, exchanges, log, devices, itl: targets, mark };
}

export function readMark(id: string): Promise<Mark> {
  return get<Mark>(`${pathOf(id)}/mark`);
}

export async function samplesOf(id: string): Promise<DeviceSamples[]> {
  return (await get<{ devices: DeviceSamples[] }>(`${pathOf(id)}/samples`)).devices;
}

/** Every row of one list of a run: the daemon gives them out in pages. */
export async function wholeList<L extends keyof Lists>(id: string, list: L): Promise<Lists[L][]> {
  const rows: Lists[L][] = [];
  let after = "";
  for (;;) {
    const page = await get<{ [key in L]: Lists[L][] } & { next: number | null }>(`${pathOf(id)}/${list}?limit=${PAGE_ROWS}${after}`);
    rows.push(...page[list]);
    if (page.next === null) return rows;
    after = `&after=${page.next}`;
  }
}

function pathOf(id: string): string {
  return `/api/runs/${encodeURIComponent(id)}`;
}
