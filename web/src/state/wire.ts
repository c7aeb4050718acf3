// The daemon's JSON as types: names for what its own document describes (`api.d.ts`, made by `npm run api`), and, below,
// what the document leaves open: the events of the live stream, and the inside of a run's record.

import type { components } from "./api";

type Schemas = components["schemas"];

export type Scenario = Schemas["Scenarios"]["scenarios"][number];
export type ReadyScenario = NonNullable<Scenario["ready"]>;
export type ScenarioError = NonNullable<Scenario["error"]>;
export type Param = ReadyScenario["params"][number];
export type Engine = Schemas["Engines"]["engines"][number];
export type Gpu = Schemas["Gpu"];
export type Pipeline = Schemas["Pipeline"];
export type Health = Schemas["Health"];
export type RunRow = Schemas["Runs"]["runs"][number];
export type RunState = NonNullable<RunRow["state"]>;
export type Verdict = NonNullable<RunRow["verdict"]>;
export type Exchange = Schemas["Exchanges"]["exchanges"][number];
export type StageSpan = NonNullable<Exchange["stages"]>[number];
export type ExchangeWhole = Schemas["ExchangeWhole"];
export type LogLine = Schemas["Log"]["log"][number];
export type Metric = Schemas["Log"]["metrics"][number];
export type DeviceSamples = Schemas["Samples"]["devices"][number];
export type TokenLatencies = Schemas["TokenLatencies"]["targets"][number];
export type Comparisons = Schemas["Comparisons"];
export type Comparison = Comparisons["comparisons"][number];
export type Baseline = Schemas["Baseline"];
export type Mark = Schemas["Mark"];
export type TrendPoint = Schemas["Trend"]["points"][number];
export type Uploaded = Schemas["Uploaded"];
export type Clock = Schemas["Clock"];
export type Imported = Schemas["Imported"];
export type Problem = Schemas["Problem"];

/** Engines that have headline figures. */
export const ROLES = ["main", "mini"] as const;
export type Role = (typeof ROLES)[number];
export const TARGETS = ["main", "mini", "pipeline"] as const;

// The live stream.

export type Activity = "idle" | "prefill" | "retrieving" | "generating";

export interface LiveRun {
  run_id: string;
  scenario: string;
  /** Any of its engines is, once they have been asked. */
  simulated?: boolean;
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
  /** What the scenario counts, so far; the first hundred names. */
  counters: Record<string, number>;
}

/** `[milliseconds since the run's start, value]`; a null value is a gap. */
export type WirePoint = [number, number | null];

/** A snapshot carries the run's points, thinned where they are many, and the newest log lines and metrics; a frame only new ones; both the rest whole. */
export interface LiveView {
  seq: number;
  now: string;
  simulated: boolean;
  run: LiveRun | null;
  queue: { run_id: string; scenario: string }[];
  series: Partial<Record<string, Partial<Record<string, WirePoint[]>>>>;
  log: LogLine[];
  metrics: Metric[];
  /** What the scenario marked; new ones only. */
  marks?: Schemas["Log"]["marks"];
  last: RunRow[];
  /** When it changes, the scenario list must be fetched again. */
  scenarios_changed: number;
}

// A run's record.

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

export interface Phase {
  phase: string;
  target: string;
  n: number;
  failed: number;
  ttft_ms: number | null;
  tokens_per_second: number | null;
  prefill_tokens_per_second: number | null;
  prompt_tokens: number | null;
  throughput_tokens_per_second: number | null;
  vram_at_peak_bytes: number | null;
}

/** A load that the scenario asked for; null parts belong to another kind of arrival. */
export interface AskedLoad {
  phase: string;
  /** Sent in turn; older records lack it. */
  requests?: number;
  arrival: "closed" | "constant" | "poisson";
  concurrency: number | null;
  rate_per_second: number | null;
  from_per_second?: number | null;
  stages?: { seconds: number; rate_per_second: number }[] | null;
  max_open: number | null;
  times: number;
  started: number;
  shed: number;
  precision: { asked: number; reached: number | null; repetitions_asked: number } | null;
}

export interface Drift {
  target?: string | null;
  measure: string;
  n?: number;
  per_hour: number | null;
  ci95: [number, number] | null;
  relative_per_hour?: number | null;
}

export interface Threshold { expr: string; value: number | null; outcome: "held" | "broken" | "not-decidable"; reason?: string | null }

export interface Ledger {
  primary: string | null;
  timings: number | null;
  usage: number | null;
  tokenizer: number | null;
  chunks: number | null;
  disagreements: number;
}

export interface WhatIf { stage: string; times_faster: number; saves_ms: number }

/** The journal line, and its unfinished form: everything after `state` may be missing. */
export interface Journal {
  schema: number;
  run_id: string;
  state: RunState;
  started_at?: string | null;
  duration_ms?: number | null;
  verdict?: Verdict | null;
  simulated?: boolean;
  scenario?: { name: string; version?: string; sha256?: string; world?: string; language?: string | null };
  params?: Record<string, unknown>;
  seed?: number;
  engines?: Record<string, { dialect?: string; base_url?: string; simulated?: boolean; problem?: string | null; identity?: Record<string, unknown> | null }>;
  host?: Record<string, unknown>;
  targets?: Record<string, TargetSummary>;
  phases?: Phase[];
  interference?: Interference[] | null;
  drift?: Drift[];
  gpu?: Record<string, unknown> | null;
  client?: Record<string, unknown> | null;
  metrics?: Metric[];
  marks?: Schemas["Log"]["marks"];
  /** Totals by name. */
  counters?: Record<string, number>;
  thresholds?: Threshold[];
  reasons_for_null?: Record<string, string>;
  /** Why a run that did not finish did not. */
  failure?: { class: string; message: string; backtrace?: string | null } | null;
}

/** One measure held against the same of another run, as `/api/compare` tells it. */
export interface MeasureDifference {
  n_a: number;
  n_b: number;
  median_a: number | null;
  median_b: number | null;
  difference: number | null;
  relative: number | null;
  ci95: [number, number] | null;
  p: number | null;
  cliffs_delta: number | null;
  noise_floor: number | null;
  call: string;
}
