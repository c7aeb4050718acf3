/**
 * Write a dualbench scenario in JavaScript or TypeScript.
 *
 * A scenario decides *what* is asked of the engines. The host sends, stamps, computes and stores: nothing here can change
 * a number, and a slow scenario never slows a stream. Every call waits by itself: there is nothing to `await`.
 *
 * ```js
 * import { integer, main, report, scenario } from "dualbench";
 *
 * export const { describe, run } = scenario({
 *   name: "first-words",
 *   description: "How soon the first words of an answer are there.",
 *   targets: [main],
 *   params: { answers: integer(12, { min: 1, help: "Answers, one after the other." }) },
 *   run({ answers }) {
 *     for (let n = 0; n < answers; n++) {
 *       const [first] = main.start({ prompt: "What is a tide?", atMost: 120 });
 *       report.metric("first_word_ms", first.offsetMs, "ms");
 *     }
 *   },
 * });
 * ```
 */

// ——— What a scenario is ———

/** What a scenario says of itself, and what it does. */
export interface About<P extends Params> {
  /** Lower-case words joined by `-`, at most 64 bytes: `engine-speed`. */
  name: string;
  /** Semantic version; `0.1.0` where nothing is said. */
  version?: string;
  /** One or two sentences: what is measured, and what one learns from it. */
  description: string;
  /** The targets that it may ask; `start` of any other throws a {@link HostError} `not-allowed`. */
  targets: readonly Target[];
  /** What a person may set before a run, by name: lower-case words joined by `_`. The form shows them in this order. */
  params?: P;
  /**
   * One run. What it throws fails the run, and is shown with its line to the person who started it. Every run starts in
   * a fresh instance: nothing is kept from one to the next.
   */
  run(values: Values<P>): void;
  /**
   * One round of a scripted user, called by {@link users} again and again, each user in an instance of its own. What it
   * throws ends that user.
   */
  user?(values: Values<P>, index: number): void;
}

/** The exports of a scenario: `export const { describe, run } = scenario({ … })`. */
export interface Exports {
  describe(): unknown;
  run(values: unknown): void;
  /** To be exported where the scenario has users: `export const { describe, run, user } = scenario({ … })`. */
  user(values: unknown, index: number): void;
}

export function scenario<P extends Params = {}>(about: About<P>): Exports;

// ——— Parameters ———

/** One parameter whose value is a `T`. */
export interface Param<T> {
  readonly default: { readonly tag: string; readonly val: T };
}

export type Params = Record<string, Param<any>>;
/** What `run` gets: the value of each parameter under its name, complete and checked by the host. */
export type Values<P extends Params> = { [K in keyof P]: P[K] extends Param<infer T> ? T : never };

/** What the form says beside a field. */
export interface Field {
  /** One sentence for the person who fills in the form. */
  help?: string;
}

export interface Range extends Field {
  /** Unit of the value: `tokens`, `s`, `1/s`. */
  unit?: string;
  /** Smallest value allowed. */
  min?: number;
  /** Largest value allowed. */
  max?: number;
}

/** A whole number. */
export function integer(value: number, about?: Range): Param<number>;
/** A number with a fraction. */
export function number(value: number, about?: Range): Param<number>;
/** Yes or no. */
export function flag(value: boolean, about?: Field): Param<boolean>;
/** Free text. */
export function text(value: string, about?: Field): Param<string>;
/** One of some texts; a target counts as its name. */
export function choice<const C extends string | Target>(
  value: C,
  choices: readonly C[],
  about?: Field,
): Param<C extends string ? C : string>;

// ——— Targets and exchanges ———

/** The big engine, the small one, or the pipeline of both. */
export interface Target {
  readonly name: "main" | "mini" | "pipeline";
  /** Sends a request and returns before the first token. Waits only while a calibrated prompt is made. */
  start(request: Request | Prompt): Exchange;
  /** What the engine told of itself when the run began. */
  info(): TargetInfo;
}

export const main: Target;
export const mini: Target;
export const pipeline: Target;

export interface TargetInfo {
  model?: string;
  dialect: string;
  contextTokens?: number;
  simulated: boolean;
}

export interface Message {
  role: "system" | "user" | "assistant";
  content: string;
}

/** What the engine is told of its part. */
export function system(content: string): Message;
/** What a person says. */
export function user(content: string): Message;
/** What the engine has answered before. */
export function assistant(content: string): Message;

export interface Calibrated {
  readonly calibrated: { tokens: number; cache: "cold" | "warm" };
}

/**
 * A prompt of exactly this many of the engine's own tokens, made by the host before the clock starts. No prompt cache can
 * help, unless `cache` is `warm`: then it is the same text each time.
 */
export function calibrated(tokens: number, options?: { cache?: "cold" | "warm" }): Calibrated;

/** Raw text (continued as it is where the dialect can), a conversation so far, or a text of an exact length. */
export type Prompt = string | Message[] | Calibrated;

export interface Request {
  prompt: Prompt;
  /** The answer has exactly this many tokens where the engine can be told to go on; elsewhere as `atMost`. */
  exactly?: number;
  /** The engine's own stop, and this many tokens at most; 256 where neither is given. */
  atMost?: number;
  /** The engine's own default where absent. */
  temperature?: number;
  /** Seed of the engine's sampling; derived from the run's seed where absent. */
  seed?: number;
  /** A warm-up exchange is stored, but enters no statistic. */
  warmUp?: boolean;
}

/** One content-bearing event of a stream. A chunk is not a token. */
export interface Chunk {
  kind: "answer" | "reasoning" | "tool-call";
  text: string;
  /** Tokens in this chunk, where the engine says so. */
  tokens?: number;
  /** Arrival after the request was sent. For the scenario's decisions; the record is the host's. */
  offsetMs: number;
}

/** How an exchange ended. Only `complete` and `length` enter statistics. */
export type Ending =
  | "complete"
  | "length"
  | "cancelled"
  | "stalled"
  | "truncated"
  | "refused"
  | "broken"
  | "malformed";

/** The measures of one exchange, as defined in docs/measures.md. What is not known is absent, never 0. */
export interface Measures {
  ending: Ending;
  /** What the engine or the socket said where the ending is a failure. */
  detail?: string;
  ttftMs?: number;
  ttfoMs?: number;
  e2eMs?: number;
  generationMs?: number;
  tokensPerSecond?: number;
  tpotMs?: number;
  prefillTokensPerSecond?: number;
  promptTokens?: number;
  cachedPromptTokens?: number;
  outputTokens?: number;
  chunks: number;
}

/**
 * One streamed request. The host owns the stream: it goes on whatever the scenario does meanwhile.
 *
 * ```js
 * const exchange = main.start("Count to ten.");
 * for (const chunk of exchange) if (chunk.text.includes("five")) exchange.cancel();
 * const { ttftMs } = exchange.finish();
 * ```
 */
export interface Exchange extends Iterable<Chunk> {
  /** Waits until the next chunk is here; `undefined` when the stream has ended. */
  next(): Chunk | undefined;
  /** Waits until the stream has ended; gives its measures. */
  finish(): Measures;
  /** The answer so far, without reasoning. Does not wait. */
  readonly text: string;
  /** Ends the stream and the engine's work on it. Does not wait. */
  cancel(): void;
  /** Gives the handle back; a stream that has not ended is cancelled. Needed only where thousands are open. */
  close(): void;
}

/**
 * Waits until the next chunk, or the end, of at least one of them is here; gives those.
 *
 * ```js
 * const open = new Set([main.start(prompt), mini.start(prompt)]);
 * while (open.size > 0) {
 *   for (const exchange of waitAny(open)) if (!exchange.next()) open.delete(exchange);
 * }
 * ```
 */
export function waitAny(exchanges: Iterable<Exchange>): Exchange[];

// ——— Load that the host drives ———

/** A load on one target; see {@link closed}, {@link open} and {@link staged}. */
export interface Workload {
  readonly target: Target["name"];
}

/** One request, or several (10000 at most): a list, a set, a generator. They are sent in turn, again from the first one on. */
export type Requests = Request | Prompt | Iterable<Request | Prompt>;

export interface WarmUp {
  /** Exchanges before the measured ones (0), under the same load. They are stored, but enter no statistic. */
  warmUp?: number;
}

export interface Arriving extends WarmUp {
  /** At random (`poisson`) where nothing is said. */
  spacing?: "poisson" | "constant";
  /** Arrivals beyond this many open exchanges (64) are shed: counted, never delayed. */
  maxOpen?: number;
}

/** A part of a load whose rate changes: from the rate before it to this one, in a straight line. */
export interface Stage {
  /** Arrivals each second at its end. The same as before is a plateau, 0 the way into a pause. */
  toPerSecond: number;
  /** How long it takes; 0 is a jump. */
  seconds: number;
}

/** This many users (1), each sending its next request when its last one has ended. */
export function closed(
  target: Target | Target["name"],
  requests: Requests,
  options?: { users?: number } & WarmUp,
): Workload;

/** This many arrivals each second, whatever is still open. */
export function open(
  target: Target | Target["name"],
  requests: Requests,
  options: { ratePerSecond: number } & Arriving,
): Workload;

/**
 * Arrivals at a rate that changes: it begins at `fromPerSecond` and runs through the stages (1000 at most); the last one's
 * rate then stays.
 *
 * ```js
 * const stages = [{ toPerSecond: 8, seconds: 60 }, { toPerSecond: 8, seconds: 30 }, { toPerSecond: 1, seconds: 0 }];
 * const { ttftMs, shed } = measure(staged(main, questions, { fromPerSecond: 1, stages }));
 * ```
 */
export function staged(
  target: Target | Target["name"],
  requests: Requests,
  options: { fromPerSecond: number; stages: Iterable<Stage> } & Arriving,
): Workload;

/**
 * So many measured exchanges of each workload, or so many seconds. Where several workloads run together, all go on until
 * the slowest has its number, so that every one of them was measured in company throughout.
 */
export type Until = { repetitions: number } | { seconds: number };

/**
 * Runs the workloads at the same time and waits until all have ended: one outcome each, in order. `until` may be left out
 * where one is {@link staged}: then all end with its stages, the longest ones where there are several.
 */
export function measure(workloads: Workload[], until?: Until): Outcome[];
export function measure(workload: Workload, until?: Until): Outcome;

/**
 * Makes so many scripted users, fresh instances of this scenario, and waits until each has done its rounds, or so long. A
 * user that fails is logged and ends alone; only where all fail does this throw.
 */
export function users(count: number, until: Until): void;

/** The files of the folder `NAME.data` beside the scenario, as they were when it was loaded. */
export declare const data: {
  /** In order; empty where there is no such folder. */
  names(): string[];
  /** Throws a {@link HostError} where there is no such file; it tells which there are. */
  bytes(name: string): Uint8Array;
  text(name: string): string;
  json(name: string): unknown;
};

/** A distribution in short. A percentile is absent below its sample floor (docs/measures.md). */
export interface Digest {
  n: number;
  min?: number;
  mean?: number;
  median?: number;
  max?: number;
  /** From 11 samples on. */
  p50?: number;
  /** From 64 samples on. */
  p90?: number;
  /** From 130 samples on. */
  p95?: number;
  /** From 662 samples on. */
  p99?: number;
}

/** What came of one workload; the measured exchanges only. */
export interface Outcome {
  target: Target;
  complete: number;
  failed: number;
  /** Arrivals that were not started because `maxOpen` was reached. */
  shed: number;
  ttftMs: Digest;
  e2eMs: Digest;
  itlMs: Digest;
  tokensPerSecond: Digest;
  prefillTokensPerSecond: Digest;
  /** Of the pipeline only. */
  intentToFirstTokenMs: Digest;
  /** Of the pipeline only. */
  intentToAnswerMs: Digest;
  /** All output tokens over the time from the first start to the last end. */
  throughputTokensPerSecond?: number;
}

// ——— What a scenario tells ———

/** What a scenario tells, and what it is told of the run. Nothing here waits. `console` writes into the same log. */
export namespace report {
  /** Names what is going on from here: `warm-up`, `main alone`. Exchanges are stored under it. */
  function phase(name: string): void;
  /** `total` 0 (or none) means unknown. */
  function progress(done: number, total?: number): void;
  function debug(...words: unknown[]): void;
  function info(...words: unknown[]): void;
  function warn(...words: unknown[]): void;
  function error(...words: unknown[]): void;
  /** A custom metric, stored under the scenario's name and never mixed with the host's measures. */
  function metric(name: string, value: number, unit?: string): void;
  /** A mark on the timeline: `cache filled`. The host stamps it. */
  function mark(name: string): void;
  /** Adds to a counter of that name, 1 where nothing is said; the run's record has its total. */
  function count(name: string, by?: number): void;
  /** States what the run must hold: `main.ttft_ms.p95 < 400`. Only before the first exchange. */
  function threshold(expression: string): void;
  /** Declares the run void: its numbers are kept, but must not be trusted or compared. */
  function voidRun(reason: string): void;
  /** The run's seed. `Math.random` begins with it already. */
  function seed(): number;
  /** Time since the run was called. For the scenario's decisions; no clock of record. */
  function elapsedMs(): number;
}

/** The scenario's own reason to fail the run: shown as it is, without a line of its source. */
export class Failed extends Error {
  constructor(message: string);
}

/** Why a call could not be served. An engine's failure is no error: it is the `ending` of its exchange. */
export class HostError extends Error {
  readonly code: "not-configured" | "not-allowed" | "invalid" | "limit" | "calibration" | "stopping";
}
