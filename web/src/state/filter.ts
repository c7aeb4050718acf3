// Which rows of the history are shown, in which order, on which page. Pure: rows and a filter in, rows out.

import { own } from "./own";
import type { Filter } from "./route";
import { ROLES, type RunRow } from "./wire";

/** Rows of one page. */
export const PAGE = 50;

export function filtered(rows: readonly RunRow[], filter: Filter): RunRow[] {
  return sorted(rows.filter((row) => matches(row, filter)), filter);
}

function matches(row: RunRow, f: Filter): boolean {
  const verdict = row.verdict?.state ?? row.state ?? "";
  return (f.scenario === "" || row.scenario === f.scenario)
    && (f.verdict === "" || verdict === f.verdict)
    && (f.engine === "" || measured(row, f.engine))
    && (f.model === "" || row.models.main === f.model || row.models.mini === f.model)
    && (f.tag === "" || row.tags.includes(f.tag))
    && (f.from === "" || localDay(row.started_at) >= f.from)
    && (f.to === "" || localDay(row.started_at) <= f.to)
    && f.text.toLowerCase().split(/\s+/).filter(Boolean).every((word) => textOf(row).includes(word));
}

/** Whether the run has a figure of that engine. */
function measured(row: RunRow, engine: string): boolean {
  const headline = ROLES.find((role) => role === engine);
  return headline !== undefined && row.headline[headline].ttft_ms !== null;
}

function textOf(row: RunRow): string {
  return [row.run_id, row.scenario, row.version, row.sha256, row.state ?? "", row.verdict?.state ?? "", ...(row.verdict?.reasons ?? []), row.simulated ? "simulated" : "", ...row.tags, row.note, row.models.main ?? "", row.models.mini ?? ""].join(" ").toLowerCase();
}

function localDay(at: string): string {
  const date = new Date(at);
  const two = (n: number) => String(n).padStart(2, "0");
  return Number.isNaN(date.getTime()) ? "" : `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** A column by which rows can be sorted. Missing values stand last in both directions. */
const COLUMNS: Record<string, (row: RunRow) => string | number | null> = {
  started: (row) => row.started_at,
  scenario: (row) => row.scenario,
  state: (row) => row.state,
  verdict: (row) => row.verdict?.state ?? null,
  duration: (row) => row.duration_ms,
  "main.ttft": (row) => row.headline.main.ttft_ms,
  "main.rate": (row) => row.headline.main.tokens_per_second,
  "mini.ttft": (row) => row.headline.mini.ttft_ms,
  "mini.rate": (row) => row.headline.mini.tokens_per_second,
};

function sorted(rows: RunRow[], filter: Filter): RunRow[] {
  const of = own(COLUMNS, filter.sort) ?? ((row: RunRow) => row.started_at);
  const sign = filter.down ? -1 : 1;
  return rows.sort((a, b) => {
    const [x, y] = [of(a), of(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return x < y ? -sign : x > y ? sign : a.run_id < b.run_id ? -sign : sign;
  });
}

export function pages(rows: readonly RunRow[]): number {
  return Math.max(1, Math.ceil(rows.length / PAGE));
}

export function pageOf(rows: readonly RunRow[], page: number): RunRow[] {
  const last = Math.min(page, pages(rows));
  return rows.slice((last - 1) * PAGE, last * PAGE);
}
