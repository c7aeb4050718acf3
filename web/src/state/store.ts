// The one place that holds state. The feed writes it, the views read it, one draw per animation frame follows.

import { nothingYet, type Live, type Series } from "./fold";
import type { Draft } from "./params";
import type { Engine, Exchange, Gpu, Journal, LogLine, RunRow, Scenario } from "./wire";

export type Connection =
  | { state: "connecting" }
  | { state: "live" }
  /** Nothing heard since `since` (wall clock, ms). What is on the page may no longer be so. */
  | { state: "stale"; since: number | null; why: string };

export type Loaded<T> = { state: "loading" } | { state: "loaded"; value: T } | { state: "failed"; why: string };

/** `gpu`: the GPUs over the run, as series. */
export interface RunDetail { journal: Journal; exchanges: Exchange[]; log: LogLine[]; gpu: Series }

export interface Form {
  /** Field texts by scenario, so that choosing another one loses nothing. */
  drafts: Record<string, Draft>;
  /** What the daemon refused, by field of the chosen scenario. */
  refused: Record<string, string>;
  /** What was refused and has no field. */
  general: string | null;
  sending: boolean;
  /** Asked for while a run is under way; a narrow page hides the form then. */
  unfolded: boolean;
}

export interface State {
  connection: Connection;
  live: Live;
  scenarios: Loaded<Scenario[]>;
  engines: Loaded<Engine[]>;
  gpu: Loaded<Gpu>;
  /** The scenario the visitor chose; null = the first that can run. */
  chosen: string | null;
  form: Form;
  openRun: string | null;
  details: Record<string, Loaded<RunDetail>>;
  /** Runs older than the live list, fetched on demand, newest first. */
  older: RunRow[];
  /** Whether the daemon may have more runs than are shown. */
  olderMay: boolean;
  /** Charts whose table twin is open; a closed one is not filled. */
  openTables: Record<string, boolean>;
  /** A command that failed outside of the form. */
  notice: string | null;
  /** Read aloud by screen readers when it changes. */
  announcement: string;
}

export const initial: State = {
  connection: { state: "connecting" },
  live: nothingYet,
  scenarios: { state: "loading" },
  engines: { state: "loading" },
  gpu: { state: "loading" },
  chosen: null,
  form: { drafts: {}, refused: {}, general: null, sending: false, unfolded: false },
  openRun: null,
  details: {},
  older: [],
  olderMay: true,
  openTables: {},
  notice: null,
  announcement: "",
};

export class Store {
  private state: State = initial;
  private drawing = false;

  constructor(private readonly draw: (state: State) => void) {}

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
  choose(scenario: string): void;
  edit(scenario: string, field: string, text: string): void;
  unfold(): void;
  run(scenario: string): void;
  cancel(runId: string): void;
  toggleRun(runId: string): void;
  loadOlder(): void;
  toggleTable(chart: string, open: boolean): void;
  dismissNotice(): void;
}
