// The JSON the daemon speaks, as types. Every name and unit is the daemon's own; null is "missing", never zero.

export type Role = "main" | "mini";

export type RunState =
  | "queued" | "preparing" | "warming" | "measuring" | "settling"
  | "finished" | "failed" | "cancelled" | "interrupted";

export interface Verdict { state: "valid" | "void"; reasons: string[] }

export interface Param {
  name: string;
  type: "text" | "flag" | "integer" | "number";
  default: string | number | boolean | null;
  help: string | null;
  unit: string | null;
  min: number | null;
  max: number | null;
  choices: string[] | null;
}

export interface ReadyScenario {
  version: string;
  description: string;
  sha256: string;
  size_bytes: number;
  compile_ms: number;
  world: string;
  language: string | null;
  loaded_at: string;
  targets: string[];
  params: Param[];
}

export interface ScenarioError {
  class: string;
  message: string;
  file: string;
  at: string;
  backtrace: string | null;
}

export interface Scenario {
  name: string;
  file: string;
  /** `stale`: an older good version serves while the newest file is broken. */
  state: "ready" | "broken" | "stale";
  ready: ReadyScenario | null;
  error: ScenarioError | null;
  last_run: { run_id: string; state: RunState; verdict: "valid" | "void" | null; started_at: string } | null;
}

export interface Engine {
  role: Role;
  dialect: string;
  base_url: string;
  simulated: boolean;
  state: "up" | "down" | "unknown";
  detail: string | null;
  checked_at: string | null;
  identity: {
    model: string;
    build: string | null;
    quantisation: string | null;
    context_tokens: number | null;
    parameters: number | null;
    cpu_spill_bytes: number | null;
  } | null;
}

export interface Gpu {
  state: "present" | "absent" | "simulated";
  reason: string | null;
  devices: { index: number; name: string; vram_total_bytes: number | null; vram_used_bytes: number | null }[];
}

export interface Headline { ttft_ms: number | null; tokens_per_second: number | null }

export interface RunRow {
  run_id: string;
  scenario: string;
  sha256: string | null;
  state: RunState;
  verdict: Verdict | null;
  started_at: string | null;
  duration_ms: number | null;
  simulated: boolean;
  headline: Partial<Record<string, Headline>> | null;
  /** Field path → why it is null, for each that is. */
  reasons_for_null: Record<string, string>;
}

export type Activity = "idle" | "prefill" | "generating";

export interface LiveRun {
  run_id: string;
  scenario: string;
  state: RunState;
  phase: string | null;
  done: number;
  /** 0 = the scenario has not said. */
  total: number;
  elapsed_ms: number;
  activity: Partial<Record<string, Activity>>;
  since_last_byte_ms: Partial<Record<string, number | null>>;
  /** Chunks as they arrive, not tokens; null while nothing is generated. */
  events_per_second: Partial<Record<string, number | null>>;
}

/** `[milliseconds since the run's start, value]`; a null value is a gap. */
export type WirePoint = [number, number | null];

export interface LogLine { at_ms: number; level: string; message: string }

export interface Metric { at_ms?: number; name: string; value: number; unit: string | null }

/** A snapshot carries all of it; a frame carries only new points, log lines and metrics, and the rest whole. */
export interface LiveView {
  seq: number;
  now: string;
  simulated: boolean;
  run: LiveRun | null;
  queue: { run_id: string; scenario: string }[];
  series: Partial<Record<string, Partial<Record<string, WirePoint[]>>>>;
  log: LogLine[];
  metrics: Metric[];
  last: RunRow[];
  /** When it changes, the scenario list must be fetched again. */
  scenarios_changed: number;
}

export interface Dist {
  n: number;
  min: number | null;
  mean: number | null;
  median: number | null;
  max: number | null;
  p50: number | null;
  p90: number | null;
  p95: number | null;
  p99: number | null;
  ci95_median?: [number, number] | null;
  needs?: Partial<Record<string, number>>;
}

/** The summary of one target: distributions and plain figures side by side, plus counts and the ledger. */
export type TargetSummary = Record<string, unknown>;

/** One measure of an engine alone and in company; the factor is the slow-down, above 1 = slower together. */
export interface Contrast {
  n_alone: number;
  n_together: number;
  alone: number | null;
  together: number | null;
  factor: number | null;
  ci95: [number, number] | null;
}

export interface Interference {
  target: string;
  other: string;
  decode: Contrast | null;
  decode_in_prefill: Contrast | null;
  decode_in_decode: Contrast | null;
  prefill_in_prefill?: Contrast | null;
  prefill_in_decode?: Contrast | null;
  ttft: Contrast | null;
}

/** The journal line, and its unfinished form: everything after `state` may be missing. */
export interface Journal {
  schema: number;
  run_id: string;
  state: RunState;
  started_at?: string | null;
  duration_ms?: number | null;
  verdict?: Verdict | null;
  simulated?: boolean;
  scenario?: string | { name: string; version?: string; sha256?: string; world?: string; language?: string | null };
  params?: Record<string, unknown>;
  engines?: Record<string, { dialect?: string; base_url?: string; identity?: { model?: string } | null }>;
  targets?: Record<string, TargetSummary>;
  interference?: Interference[] | null;
  gpu?: Record<string, unknown> | null;
  client?: Record<string, unknown> | null;
  metrics?: Metric[];
  reasons_for_null?: Record<string, string>;
  /** Why a run that did not finish did not. */
  failure?: { class: string; message: string; backtrace: string | null } | null;
}

export interface Exchange {
  exchange: number;
  target: string;
  phase: string | null;
  warm_up: boolean;
  company: string | null;
  sent_ms: number;
  ending: string;
  ttft_ms: number | null;
  e2e_ms: number | null;
  tokens_per_second: number | null;
  output_tokens: number | null;
}

/** One GPU over a run, in columns of equal length; `step` readings stand behind each point. A null is a gap. */
export interface DeviceSamples {
  index: number;
  readings: number;
  step: number;
  at_ms: number[];
  vram_used_bytes: (number | null)[];
  utilisation_percent: (number | null)[];
  power_w: (number | null)[];
}

export interface Samples { simulated: boolean; devices: DeviceSamples[] }

/** An `application/problem+json` answer. */
export interface Problem {
  title: string;
  status: number;
  detail?: string;
  problems?: { field: string; message: string }[];
}
