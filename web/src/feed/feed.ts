// Everything that comes from the daemon ends here and becomes state: the live stream, and the lists that are asked for.

import { foldFrame, foldSnapshot } from "../state/fold";
import type { Live } from "../state/fold";
import { gpuSeriesOf, showStored } from "../state/replay";
import { isUnfinished } from "../state/run_state";
import type { Loaded, RunDetail, Store } from "../state/store";
import type { Engine, Exchange, Gpu, Journal, LogLine, RunRow, Samples, Scenario } from "../state/wire";
import { get, why } from "./api";
import { LiveStream } from "./live";

/** How often engines and the GPU are asked for; they change by hand, not by the second. */
const SURROUNDINGS_MS = 15_000;
/** Rows of a run's list in one answer; the daemon gives no more. */
const PAGE_ROWS = 10_000;

export class Feed {
  constructor(private readonly store: Store) {}

  start(): void {
    new LiveStream({
      snapshot: (view) => this.take(foldSnapshot(view), true),
      frame: (view) => this.take(foldFrame(this.store.get().live, view), false),
      alive: () => this.alive(),
      silent: (since, reason) => this.store.set({ connection: { state: "stale", since, why: reason } }),
      running: () => this.store.get().live.run !== null,
    }).start();
    window.setInterval(() => { if (!document.hidden) void this.loadSurroundings(); }, SURROUNDINGS_MS);
  }

  private alive(): void {
    if (this.store.get().connection.state !== "live") this.store.set({ connection: { state: "live" } });
  }

  private take(live: Live, afresh: boolean): void {
    const before = this.store.get().live;
    this.store.set({ live, announcement: announce(before, live) ?? this.store.get().announcement });
    if (afresh || live.scenariosChanged !== before.scenariosChanged) void this.loadScenarios();
    if (afresh || live.run?.state !== before.run?.state) void this.loadSurroundings();
    if (afresh && live.shown === null) void this.showNewest(live.last);
    this.refreshOpenRun(before.last, live.last);
  }

  /** A page opened between two runs shows the newest finished one instead of empty charts. */
  private async showNewest(rows: RunRow[]): Promise<void> {
    const row = rows.find((r) => r.state === "finished");
    if (!row) return;
    const path = `/api/runs/${encodeURIComponent(row.run_id)}`;
    const asked = await load(() => Promise.all([whole<Exchange>(path, "exchanges"), get<Samples>(`${path}/samples`)]));
    if (asked.state !== "loaded") return;
    const [exchanges, { devices }] = asked.value;
    this.store.set({ live: showStored(this.store.get().live, row, exchanges, devices) });
  }

  /** The open panel follows its run: when the row's state changes, its details are fetched again. */
  private refreshOpenRun(before: RunRow[], after: RunRow[]): void {
    const open = this.store.get().openRun;
    if (open === null) return;
    const stateIn = (rows: RunRow[]) => rows.find((row) => row.run_id === open)?.state;
    if (stateIn(before) !== stateIn(after)) void this.loadRun(open);
  }

  async loadScenarios(): Promise<void> {
    const scenarios = await load(async () => (await get<{ scenarios: Scenario[] }>("/api/scenarios")).scenarios);
    this.store.set({ scenarios: keepOld(this.store.get().scenarios, scenarios) });
  }

  async loadSurroundings(): Promise<void> {
    const [engines, gpu] = await Promise.all([
      load(async () => (await get<{ engines: Engine[] }>("/api/engines")).engines),
      load(() => get<Gpu>("/api/gpu")),
    ]);
    const now = this.store.get();
    this.store.set({ engines: keepOld(now.engines, engines), gpu: keepOld(now.gpu, gpu) });
  }

  async loadRun(runId: string): Promise<void> {
    if (this.store.get().details[runId]?.state !== "loaded") this.setDetail(runId, { state: "loading" });
    const path = `/api/runs/${encodeURIComponent(runId)}`;
    this.setDetail(runId, await load(async () => {
      const [journal, exchanges, log, { devices }] = await Promise.all([
        get<Journal>(path),
        whole<Exchange>(path, "exchanges"),
        whole<LogLine>(path, "log"),
        get<Samples>(`${path}/samples`),
      ]);
      return { journal, exchanges, log, gpu: gpuSeriesOf(devices) };
    }));
  }

  private setDetail(runId: string, detail: Loaded<RunDetail>): void {
    // Only the open run's details are kept: a page left open for days must not grow.
    this.store.set({ details: { [runId]: detail } });
  }
}

async function load<T>(ask: () => Promise<T>): Promise<Loaded<T>> {
  try {
    return { state: "loaded", value: await ask() };
  } catch (cause) {
    return { state: "failed", why: why(cause) };
  }
}

/** Every row of one list of a run: the daemon gives them out in pages. */
async function whole<T>(run: string, list: "exchanges" | "log"): Promise<T[]> {
  const rows: T[] = [];
  let after = "";
  for (;;) {
    const page = await get<{ [key in typeof list]?: T[] } & { next?: number | null }>(`${run}/${list}?limit=${PAGE_ROWS}${after}`);
    rows.push(...(page[list] ?? []));
    if (page.next === null || page.next === undefined) return rows;
    after = `&after=${page.next}`;
  }
}

/** A failed refresh leaves the last good answer in place; the connection state says that it is old. */
function keepOld<T>(before: Loaded<T>, now: Loaded<T>): Loaded<T> {
  return now.state === "failed" && before.state === "loaded" ? before : now;
}

/** The sentence to read aloud when a run starts or ends. */
function announce(before: Live, after: Live): string | null {
  if (after.run !== null && after.run.run_id !== before.run?.run_id) return `Run of ${after.run.scenario} has begun.`;
  const newest = after.last[0];
  if (newest && newest.run_id !== before.last[0]?.run_id && before.seq >= 0 && !isUnfinished(newest.state)) {
    const verdict = newest.verdict ? `, verdict ${newest.verdict.state}` : "";
    return `Run of ${newest.scenario}: ${newest.state}${verdict}.`;
  }
  return null;
}

