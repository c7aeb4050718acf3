// The one place that holds state. The feed writes it, the views read it, one draw per animation frame follows.

import { nothingYet, type Live, type Series } from "./fold";
import type { Draft } from "./params";
import type { Prefs, Theme } from "./prefs";
import { parseRoute, type Filter, type Route } from "./route";
import type {
  Baseline, Clock, Comparisons, Engine, Exchange, ExchangeWhole, Gpu, Health, Journal, LogLine, Mark, Pipeline, RunRow, Scenario, TokenLatencies, TrendPoint,
} from "./wire";

export type Silence = "ended" | "silent" | "no-answer";

export type Connection =
  | { state: "connecting" }
  | { state: "live" }
  /** Nothing heard since `since` (wall clock, ms). What is on the page may no longer be so. */
  | { state: "stale"; since: number | null; why: Silence };

export type Loaded<T> = { state: "loading" } | { state: "loaded"; value: T } | { state: "failed"; why: string };

/** `line`: the record word for word. `gpu`: the GPUs over the run, as series; `of` the exchanges'. */
export interface RunDetail {
  journal: Journal;
  line: string;
  exchanges: Exchange[];
  log: LogLine[];
  mark: Mark;
  itl: TokenLatencies[];
  of: Series;
  gpu: Series;
}

export interface Form {
  /** Field texts by scenario, so that choosing another one loses nothing. */
  drafts: Record<string, Draft>;
  /** Thresholds by scenario, one a line. */
  thresholds: Record<string, string>;
  abortOnFail: boolean;
  /** What the daemon refused, by field of the chosen scenario. */
  refused: Record<string, string>;
  /** What was refused and has no field. */
  general: string | null;
  sending: boolean;
  /** Asked for while a run is under way; a narrow page hides the form then. */
  unfolded: boolean;
}

export interface History {
  rows: RunRow[];
  /** Which list the rows are of: the runs that were taken off, or the others. */
  removed: boolean;
  /** `whole`: there are no older runs. */
  state: "none" | "loading" | "some" | "whole" | "failed";
  why: string | null;
}

/** What the daemon said of a file that was brought: its verdict is the loader's own. */
export type UploadTold =
  | { state: "checking" }
  | { state: "live"; name: string; version: string; live: boolean }
  | { state: "exists" | "refused"; class: string | null; why: string };

export interface Upload { file: File; told: UploadTold }

/** Small choices of a view that are not worth an address: open tables, a film's place, a chart's scale. */
export type Ui = Record<string, string | number | boolean>;

/** `undo`: the run that can be put back on the lists. */
export interface Notice { text: string; bad: boolean; undo?: string }

export interface State {
  route: Route;
  prefs: Prefs;
  systemIsDark: boolean;
  connection: Connection;
  live: Live;
  scenarios: Loaded<Scenario[]>;
  folderProblem: string | null;
  engines: Loaded<Engine[]>;
  gpu: Loaded<Gpu>;
  pipeline: Loaded<Pipeline>;
  health: Loaded<Health>;
  baselines: Loaded<Baseline[]>;
  /** Asked for by hand: looking at the clock takes it a while. */
  clock: Loaded<Clock> | null;
  /** Languages that have a template. */
  templates: Loaded<string[]>;
  uploads: Upload[];
  form: Form;
  history: History;
  /** What was kept about runs since the page was opened: newer than what the lists say of them. */
  marks: Record<string, Mark>;
  trend: { key: string; of: Loaded<TrendPoint[]> } | null;
  /** Of the runs that the view at hand shows; the others' are dropped. */
  details: Record<string, Loaded<RunDetail>>;
  /** One exchange whole, by `run/exchange`. */
  exchange: { key: string; of: Loaded<ExchangeWhole> } | null;
  comparison: { key: string; of: Loaded<Comparisons> } | null;
  ui: Ui;
  notice: Notice | null;
  /** Read aloud by screen readers when it changes. */
  announcement: string;
}

export function initial(prefs: Prefs, hash: string): State {
  return {
    route: parseRoute(hash),
    prefs,
    systemIsDark: false,
    connection: { state: "connecting" },
    live: nothingYet,
    scenarios: { state: "loading" },
    folderProblem: null,
    engines: { state: "loading" },
    gpu: { state: "loading" },
    pipeline: { state: "loading" },
    health: { state: "loading" },
    baselines: { state: "loading" },
    clock: null,
    templates: { state: "loading" },
    uploads: [],
    form: { drafts: {}, thresholds: {}, abortOnFail: false, refused: {}, general: null, sending: false, unfolded: false },
    history: { rows: [], removed: false, state: "none", why: null },
    marks: {},
    trend: null,
    details: {},
    exchange: null,
    comparison: null,
    ui: {},
    notice: null,
    announcement: "",
  };
}

export class Store {
  private drawing = false;

  constructor(private state: State, private readonly draw: (state: State) => void) {}

  get(): State {
    return this.state;
  }

  set(patch: Partial<State>): void {
    this.state = { ...this.state, ...patch };
    this.schedule();
  }

  /** However many changes come, one draw per frame; a hidden tab draws none until it is seen again. */
  schedule(): void {
    if (this.drawing || document.hidden) return;
    this.drawing = true;
    requestAnimationFrame(() => {
      this.drawing = false;
      this.draw(this.state);
    });
  }
}

/** What a visitor can ask for. The views call it; the feed does it. */
export interface Commands {
  go(route: Route): void;
  /** The same place with another filter; no new entry in the browser's history. */
  filter(patch: Partial<Filter>): void;
  edit(scenario: string, field: string, text: string): void;
  editThresholds(scenario: string, text: string): void;
  abortOnFail(on: boolean): void;
  resetForm(scenario: string): void;
  unfold(): void;
  run(scenario: string): void;
  /** The same scenario, parameters and thresholds again; `compare`: then hold both against one another. */
  again(journal: Journal, compare: boolean): void;
  cancel(runId: string): void;
  /** Without the grace that a cancelled run has. */
  kill(runId: string): void;
  /** Files for the scenario folder; `replace`: also over one of the same name. */
  upload(files: readonly File[], replace: boolean): void;
  lookAtClock(): void;
  loadOlder(): void;
  pin(name: string, runId: string): void;
  unpin(name: string): void;
  /** Keeps tags or a note about a run. */
  keep(runId: string, change: Partial<Pick<Mark, "tags" | "note">>): void;
  /** Off the lists, with a way back; and back on them. */
  takeOff(runId: string): void;
  putBack(runId: string): void;
  /** A `benchmark_history.jsonl` of another machine. */
  importJournal(text: string): void;
  /** From the moment `from` to `until` of a film, whose moment is kept under its key. */
  play(film: string, from: number, until: number): void;
  pause(): void;
  copyLink(): void;
  /** The wall clock, for what is dated when it is made. */
  now(): number;
  ui(key: string, value: string | number | boolean): void;
  theme(theme: Theme): void;
  language(language: Prefs["language"]): void;
  notice(text: string, bad?: boolean): void;
  dismissNotice(): void;
}
