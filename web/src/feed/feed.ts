// Everything that comes from the daemon ends here and becomes state: the live stream, and what each view asks for.

import { foldFrame, foldSnapshot, type Live } from "../state/fold";
import { own } from "../state/own";
import { gpuSeriesOf, seriesOf, showStored } from "../state/replay";
import { formatRoute, type Route } from "../state/route";
import { isUnfinished } from "../state/run_state";
import type { Loaded, Store } from "../state/store";
import type { Baseline, Clock, Comparisons, Engine, ExchangeWhole, Gpu, Health, Pipeline, RunRow, Scenario, TrendPoint } from "../state/wire";
import { t } from "../text/texts";
import { get, why } from "./api";
import { Latest } from "./latest";
import type { Told } from "./live";
import { readMark, readRun, samplesOf, wholeList } from "./run";
import { listen } from "./share";

/** How often engines and the GPU are asked for; they change by hand, not by the second. */
const SURROUNDINGS_MS = 15_000;
/** Rows of the history in one answer; the daemon gives no more. */
const PAGE_ROWS = 200;
/** Rows of the history that a page holds. */
const HISTORY_ROWS = 5_000;
/** Ended runs that are kept after they have left the page; with them the way back asks for nothing. */
const KEPT_RUNS = 8;

export class Feed {
  private readonly latest = new Latest();

  constructor(private readonly store: Store) {}

  start(): void {
    listen((told) => this.take(told));
    window.setInterval(() => { if (!document.hidden) void this.loadSurroundings(); }, SURROUNDINGS_MS);
    void this.loadBaselines();
    this.visit(this.store.get().route);
  }

  /** What the view at hand needs, asked for: what can change is asked for anew, an ended run only once. */
  visit(route: Route): void {
    const shown = route.view === "run" ? [route.id] : route.view === "compare" ? route.ids : [];
    this.forget(shown);
    for (const id of shown) void this.loadRun(id);
    if (route.view === "run" && route.exchange !== null) void this.loadExchange(route.id, route.exchange);
    if (route.view === "compare") void this.loadComparison(route);
    if (route.view === "history" || route.view === "compare") void this.loadHistory();
    if (route.view === "history") void this.loadTrend();
    if (route.view === "scenarios") void Promise.all([this.loadScenarios(), this.loadTemplates()]);
    if (route.view === "system") void Promise.all([this.loadHealth(), this.loadPipeline(), this.loadSurroundings(), ...(this.store.get().clock === null ? [this.loadClock()] : [])]);
  }

  /** What is on the page is kept, and the ended runs that were on it last: a page left open for days must not grow. */
  private forget(shown: readonly string[]): void {
    const { details } = this.store.get();
    const before = Object.entries(details).filter(([id, detail]) => !shown.includes(id) && hasEnded(detail)).slice(-KEPT_RUNS);
    const now = shown.flatMap((id) => { const detail = own(details, id); return detail ? [[id, detail] as const] : []; });
    this.store.set({ details: Object.fromEntries([...before, ...now]) });
  }

  private take(told: Told): void {
    if (told.kind === "silent") this.store.set({ connection: { state: "stale", since: told.since, why: told.why } });
    else if (told.kind === "alive") this.alive();
    else if (told.kind === "snapshot") this.show(foldSnapshot(told.view), true);
    else this.show(foldFrame(this.store.get().live, told.view), false);
  }

  private alive(): void {
    if (this.store.get().connection.state !== "live") this.store.set({ connection: { state: "live" } });
  }

  private show(live: Live, afresh: boolean): void {
    const before = this.store.get().live;
    this.store.set({ live, announcement: announce(before, live) ?? this.store.get().announcement });
    if (afresh || live.scenariosChanged !== before.scenariosChanged) void this.loadScenarios();
    if (afresh || live.run?.state !== before.run?.state) void this.loadSurroundings();
    if (afresh && live.shown === null) void this.showNewest(live.last);
    if (live.last !== before.last) this.follow(before.last, live.last);
  }

  /** A page opened between two runs shows the newest finished one instead of empty charts. */
  private async showNewest(rows: RunRow[]): Promise<void> {
    const row = rows.find((r) => r.state === "finished");
    if (!row) return;
    const asked = await load(() => Promise.all([wholeList(row.run_id, "exchanges"), samplesOf(row.run_id)]));
    if (asked.state !== "loaded") return;
    this.store.set({ live: showStored(this.store.get().live, row, ...asked.value) });
  }

  /** What is shown follows its run: when the row's state changes, it is fetched again. */
  private follow(before: RunRow[], after: RunRow[]): void {
    const stateIn = (rows: RunRow[], id: string) => rows.find((row) => row.run_id === id)?.state;
    for (const { run_id: id, state } of after) {
      if (state === stateIn(before, id)) continue;
      if (own(this.store.get().details, id)) void this.loadRun(id);
      const against = this.store.get().ui[`again/${id}`];
      if (state === null || isUnfinished(state) || typeof against !== "string") continue;
      const { [`again/${id}`]: _told, ...ui } = this.store.get().ui;
      this.store.set({ ui });
      if (state === "finished") this.compareWith(against, id);
    }
  }

  /** The run that was asked for to be compared has ended; a visitor who went elsewhere is told, not moved. */
  private compareWith(before: string, after: string): void {
    const { route } = this.store.get();
    const compare = formatRoute({ view: "compare", ids: [before, after], baseline: null, force: false });
    if (route.view === "lab" || (route.view === "run" && route.id === after)) location.hash = compare;
    else this.store.set({ notice: { text: t.run.againDone, bad: false } });
  }

  async loadScenarios(): Promise<void> {
    const asked = await load(() => get<{ scenarios: Scenario[]; folder_problem: string | null }>("/api/scenarios"));
    const scenarios: Loaded<Scenario[]> = asked.state === "loaded" ? { state: "loaded", value: asked.value.scenarios } : asked;
    const folderProblem = asked.state === "loaded" ? asked.value.folder_problem : this.store.get().folderProblem;
    this.store.set({ scenarios: keepOld(this.store.get().scenarios, scenarios), folderProblem });
  }

  async loadSurroundings(): Promise<void> {
    const [engines, gpu] = await Promise.all([
      load(async () => (await get<{ engines: Engine[] }>("/api/engines")).engines),
      load(() => get<Gpu>("/api/gpu")),
    ]);
    const now = this.store.get();
    this.store.set({ engines: keepOld(now.engines, engines), gpu: keepOld(now.gpu, gpu) });
    if (now.route.view === "system") void Promise.all([this.loadHealth(), this.loadPipeline()]);
  }

  async loadHealth(): Promise<void> {
    this.store.set({ health: keepOld(this.store.get().health, await load(() => get<Health>("/api/health"))) });
  }

  async loadPipeline(): Promise<void> {
    this.store.set({ pipeline: keepOld(this.store.get().pipeline, await load(() => get<Pipeline>("/api/pipeline"))) });
  }

  async loadClock(): Promise<void> {
    this.store.set({ clock: { state: "loading" } });
    this.store.set({ clock: await load(() => get<Clock>("/api/clock")) });
  }

  /** They are the same for as long as the daemon runs. */
  async loadTemplates(): Promise<void> {
    if (this.store.get().templates.state === "loaded") return;
    this.store.set({ templates: await load(async () => (await get<{ languages: string[] }>("/api/templates")).languages) });
  }

  async loadBaselines(): Promise<void> {
    const asked = await load(async () => (await get<{ baselines: Baseline[] }>("/api/baselines")).baselines);
    this.store.set({ baselines: keepOld(this.store.get().baselines, asked) });
  }

  /**
   * The history, from its newest run on, down to what is known already. `more`: on from where it stands; `afresh`: all
   * of it, because something older has changed.
   */
  async loadHistory(how: "newest" | "more" | "afresh" = "newest"): Promise<void> {
    const { history, route } = this.store.get();
    const removed = route.view === "history" && route.filter.removed;
    // Of the other list nothing is of use.
    const known = history.removed === removed ? history : { rows: [], state: "none" as const };
    if (how === "more" && known.state !== "some") return;
    const current = this.latest.ask("history");
    this.store.set({ history: { rows: known.rows, removed, state: "loading", why: null } });
    const rows = how === "more" ? [...known.rows] : [];
    const most = rows.length + HISTORY_ROWS;
    const asked = await load(async () => {
      for (;;) {
        const before = rows.at(-1)?.run_id;
        const page = await get<{ runs: RunRow[]; next: string | null }>(`/api/runs?limit=${PAGE_ROWS}${removed ? "&removed=true" : ""}${before ? `&before=${encodeURIComponent(before)}` : ""}`);
        rows.push(...page.runs);
        if (page.next === null) return "whole" as const;
        const met = how === "newest" ? known.rows.findIndex((row) => row.run_id === page.next) : -1;
        if (met >= 0 && (known.state === "whole" || known.state === "some")) {
          rows.push(...known.rows.slice(met + 1));
          return known.state;
        }
        if (rows.length >= most) return "some" as const;
        if (known.rows.length < rows.length && current()) this.store.set({ history: { rows: [...rows], removed, state: "loading", why: null } });
      }
    });
    if (!current()) return;
    this.store.set({ history: asked.state === "loaded"
      ? { rows, removed, state: asked.value, why: null }
      : { rows: known.rows, removed, state: "failed", why: asked.state === "failed" ? asked.why : null } });
  }

  /** The figure of the address over the runs. */
  async loadTrend(): Promise<void> {
    const { route, trend } = this.store.get();
    if (route.view !== "history" || route.filter.trend === "") return;
    const current = this.latest.ask("trend");
    const query = new URLSearchParams({ figure: route.filter.trend, ...(route.filter.scenario ? { scenario: route.filter.scenario } : {}) });
    const key = query.toString();
    const before: Loaded<TrendPoint[]> = trend?.key === key ? trend.of : { state: "loading" };
    this.store.set({ trend: { key, of: before } });
    const of = keepOld(before, await load(async () => (await get<{ points: TrendPoint[] }>(`/api/trends?${key}`)).points));
    if (current()) this.store.set({ trend: { key, of } });
  }

  async loadRun(id: string): Promise<void> {
    const kept = own(this.store.get().details, id);
    if (kept && hasEnded(kept)) return this.loadMark(id);
    const current = this.latest.ask(`run/${id}`);
    if (kept?.state !== "loaded") this.setDetail(id, { state: "loading" });
    const detail = await load(async () => {
      const { exchanges, devices, ...run } = await readRun(id);
      return { ...run, exchanges, of: seriesOf(exchanges), gpu: gpuSeriesOf(devices) };
    });
    // Gone from the page meanwhile, or asked for again.
    if (current() && own(this.store.get().details, id)) this.setDetail(id, kept ? keepOld(kept, detail) : detail);
  }

  /** Of an ended run only what people keep about it can change. */
  private async loadMark(id: string): Promise<void> {
    const current = this.latest.ask(`mark/${id}`);
    const mark = await load(() => readMark(id));
    const detail = own(this.store.get().details, id);
    if (current() && mark.state === "loaded" && detail?.state === "loaded") this.setDetail(id, { state: "loaded", value: { ...detail.value, mark: mark.value } });
  }

  private setDetail(id: string, detail: State["details"][string]): void {
    this.store.set({ details: { ...this.store.get().details, [id]: detail } });
  }

  /** An exchange is told when it has ended, and never changes after. */
  async loadExchange(run: string, exchange: number): Promise<void> {
    const key = `${run}/${exchange}`;
    const { exchange: shown } = this.store.get();
    if (shown?.key === key && shown.of.state !== "failed") return;
    this.store.set({ exchange: { key, of: { state: "loading" } } });
    const of = await load(() => get<ExchangeWhole>(`/api/runs/${encodeURIComponent(run)}/exchanges/${exchange}`));
    if (this.store.get().exchange?.key === key) this.store.set({ exchange: { key, of } });
  }

  /** Asked for at each visit: the noise floor and the baselines change with other runs. What is shown stays until then. */
  private async loadComparison(route: Route & { view: "compare" }): Promise<void> {
    const current = this.latest.ask("comparison");
    const others = route.baseline === null ? route.ids.slice(1) : route.ids;
    const key = formatRoute(route);
    if (others.length === 0) return this.store.set({ comparison: null });
    const { comparison } = this.store.get();
    const before: Loaded<Comparisons> = comparison?.key === key ? comparison.of : { state: "loading" };
    this.store.set({ comparison: { key, of: before } });
    const first = route.baseline === null ? [["a", route.ids[0] ?? ""]] : [["baseline", route.baseline]];
    const query = new URLSearchParams([...first, ...others.map((id) => ["b", id]), ...(route.force ? [["force", "true"]] : [])]);
    const of = keepOld(before, await load(() => get<Comparisons>(`/api/compare?${query}`, 30_000)));
    if (!current()) return;
    this.store.set({ comparison: { key, of } });
    // A baseline names its run only here.
    if (of.state === "loaded" && !route.ids.includes(of.value.a.run_id)) void this.loadRun(of.value.a.run_id);
  }
}

type State = ReturnType<Store["get"]>;

async function load<T>(ask: () => Promise<T>): Promise<Loaded<T>> {
  try {
    return { state: "loaded", value: await ask() };
  } catch (cause) {
    return { state: "failed", why: why(cause) };
  }
}

function hasEnded(detail: State["details"][string]): boolean {
  return detail.state === "loaded" && !isUnfinished(detail.value.journal.state);
}

/** A failed refresh leaves the last good answer in place; the connection state says that it is old. */
function keepOld<T>(before: Loaded<T>, now: Loaded<T>): Loaded<T> {
  return now.state === "failed" && before.state === "loaded" ? before : now;
}

/** The sentence to read aloud when a run starts or ends. */
function announce(before: Live, after: Live): string | null {
  if (after.run !== null && after.run.run_id !== before.run?.run_id) return t.live.begun(after.run.scenario);
  const newest = after.last[0];
  if (newest && newest.run_id !== before.last[0]?.run_id && before.seq >= 0 && newest.state !== null && !isUnfinished(newest.state)) {
    return t.live.over(newest.scenario, t.states[newest.state], newest.verdict ? t.states[newest.verdict.state] : null);
  }
  return null;
}

