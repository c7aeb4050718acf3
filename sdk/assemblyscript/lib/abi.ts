// Made of the contract by `cargo xtask bindings`; the files beside it give it words.
//
// Of a record: the offset of each field, in bytes; of an optional one, behind it, that of its value; and the SIZE of all.
// Of a variant: the cases of its tag, at 0, and the offset of what they carry.

/// The value of a parameter.
export namespace Value {
  export const FLAG: u8 = 0;
  export const INTEGER: u8 = 1;
  export const NUMBER: u8 = 2;
  export const TEXT: u8 = 3;
  export const payload: usize = 8;
  export const SIZE: usize = 16;
}

/// One parameter of a scenario. Its type is the type of its default.
export namespace Param {
  /// Lower-case words joined by `_`, unique in the scenario: `output_tokens`.
  export const name: usize = 0;
  /// One sentence for the person who fills in the form.
  export const help: usize = 8;
  export const default_: usize = 16;
  /// Unit of the value, shown beside the field: `tokens`, `s`, `1/s`.
  export const unit: usize = 32;
  export const unit_value: usize = 36;
  /// Smallest value allowed (integer and number).
  export const min: usize = 48;
  export const min_value: usize = 56;
  /// Largest value allowed (integer and number).
  export const max: usize = 64;
  export const max_value: usize = 72;
  /// The values allowed (text); empty means any.
  export const choices: usize = 80;
  export const SIZE: usize = 88;
}

/// What an exchange is asked of.
export enum Target { Main, Mini, Pipeline }

export namespace Manifest {
  /// Lower-case words joined by `-`, at most 64 bytes: `engine-speed`. The scenario's name in every list and record.
  export const name: usize = 0;
  /// Semantic version of the scenario: `1.2.0`.
  export const version: usize = 8;
  /// One or two sentences: what is measured, and what one learns from it.
  export const description: usize = 16;
  export const params: usize = 24;
  /// The targets that this scenario may use; `start` of any other is refused (`not-allowed`).
  export const targets: usize = 32;
  export const SIZE: usize = 40;
}

export enum Role { System, User, Assistant }

export namespace Message {
  export const role: usize = 0;
  export const content: usize = 4;
  export const SIZE: usize = 12;
}

/// Whether an engine's prompt cache may help with a calibrated prompt.
export enum Cache { Cold, Warm }

export namespace Calibrated {
  /// Length of the prompt in the engine's own tokens, as the engine counts them, chat template included.
  export const tokens: usize = 0;
  export const cache: usize = 4;
  export const SIZE: usize = 8;
}

export namespace Prompt {
  export const MESSAGES: u8 = 0;
  export const TEXT: u8 = 1;
  export const CALIBRATED: u8 = 2;
  export const payload: usize = 4;
  export const SIZE: usize = 12;
}

/// When an answer ends.
export namespace Length {
  export const EXACT: u8 = 0;
  export const AT_MOST: u8 = 1;
  export const payload: usize = 4;
  export const SIZE: usize = 8;
}

export namespace Request {
  export const prompt: usize = 0;
  export const length: usize = 12;
  /// The engine's own default where absent.
  export const temperature: usize = 20;
  export const temperature_value: usize = 24;
  /// Seed of the engine's sampling; derived from the run's seed where absent.
  export const seed: usize = 28;
  export const seed_value: usize = 32;
  /// A warm-up exchange is stored, but enters no statistic.
  export const warmUp: usize = 36;
  export const SIZE: usize = 40;
}

export enum ChunkKind { Answer, Reasoning, ToolCall }

/// One content-bearing event of a stream. A chunk is not a token.
export namespace Chunk {
  export const kind: usize = 0;
  export const text: usize = 4;
  /// Tokens in this chunk, where the engine says so.
  export const tokens: usize = 12;
  export const tokens_value: usize = 16;
  /// Arrival after the request was sent, in ms. For the guest's decisions only; the record is the host's.
  export const offsetMs: usize = 24;
  export const SIZE: usize = 32;
}

/// How an exchange ended. Only `complete` and `length` enter statistics.
export enum Ending { Complete, Length, Cancelled, Stalled, Truncated, Refused, Broken, Malformed }

/// The measures of one exchange, as defined in docs/measures.md. Missing is `none`, never 0.
export namespace Measures {
  export const ending: usize = 0;
  /// What the engine or the socket said where the ending is a failure.
  export const detail: usize = 4;
  export const detail_value: usize = 8;
  export const ttftMs: usize = 16;
  export const ttftMs_value: usize = 24;
  export const ttfoMs: usize = 32;
  export const ttfoMs_value: usize = 40;
  export const e2eMs: usize = 48;
  export const e2eMs_value: usize = 56;
  export const generationMs: usize = 64;
  export const generationMs_value: usize = 72;
  export const tokensPerSecond: usize = 80;
  export const tokensPerSecond_value: usize = 88;
  export const tpotMs: usize = 96;
  export const tpotMs_value: usize = 104;
  export const prefillTokensPerSecond: usize = 112;
  export const prefillTokensPerSecond_value: usize = 120;
  export const promptTokens: usize = 128;
  export const promptTokens_value: usize = 132;
  export const cachedPromptTokens: usize = 136;
  export const cachedPromptTokens_value: usize = 140;
  export const outputTokens: usize = 144;
  export const outputTokens_value: usize = 148;
  export const chunks: usize = 152;
  export const SIZE: usize = 160;
}

/// Why a call could not be served. An engine's failure is no error here: it is the `ending` of the exchange.
export namespace Error {
  export const NOT_CONFIGURED: u8 = 0;
  export const NOT_ALLOWED: u8 = 1;
  export const INVALID: u8 = 2;
  export const LIMIT: u8 = 3;
  export const CALIBRATION: u8 = 4;
  export const STOPPING: u8 = 5;
  export const payload: usize = 4;
  export const SIZE: usize = 12;
}

/// One streamed request, owned by the host: it goes on whatever the guest does. Dropping the handle of a
/// stream that has not ended cancels it.
@external("dualbench:scenario/engines@0.1.0", "[resource-drop]exchange")
export declare function exchange_drop(self: i32): void;

export enum Spacing { Constant, Poisson }

export namespace OpenLoop {
  /// Arrivals each second; must be above 0.
  export const ratePerSecond: usize = 0;
  export const spacing: usize = 8;
  /// Arrivals beyond this many open exchanges are shed: counted, never delayed.
  export const maxOpen: usize = 12;
  export const SIZE: usize = 16;
}

export namespace Arrival {
  export const CLOSED: u8 = 0;
  export const OPEN: u8 = 1;
  export const payload: usize = 8;
  export const SIZE: usize = 24;
}

export namespace Until {
  export const REPETITIONS: u8 = 0;
  export const SECONDS: u8 = 1;
  export const payload: usize = 8;
  export const SIZE: usize = 16;
}

export namespace Workload {
  export const target: usize = 0;
  export const request: usize = 4;
  export const arrival: usize = 48;
  /// Exchanges before the measured ones, for each workload, under the same load.
  export const warmUp: usize = 72;
  export const SIZE: usize = 80;
}

/// A distribution in short; `none` where n is 0. A percentile is also `none` below its sample floor (docs/measures.md):
/// it is not known then, whatever the figures look like.
export namespace Digest {
  export const n: usize = 0;
  export const min: usize = 8;
  export const min_value: usize = 16;
  export const mean: usize = 24;
  export const mean_value: usize = 32;
  export const median: usize = 40;
  export const median_value: usize = 48;
  export const max: usize = 56;
  export const max_value: usize = 64;
  /// From 11 samples on.
  export const p50: usize = 72;
  export const p50_value: usize = 80;
  /// From 64 samples on.
  export const p90: usize = 88;
  export const p90_value: usize = 96;
  /// From 130 samples on.
  export const p95: usize = 104;
  export const p95_value: usize = 112;
  /// From 662 samples on.
  export const p99: usize = 120;
  export const p99_value: usize = 128;
  export const SIZE: usize = 136;
}

/// What came of one workload; the measured exchanges only.
export namespace Outcome {
  export const target: usize = 0;
  export const complete: usize = 4;
  export const failed: usize = 8;
  /// Arrivals that were not started because `max-open` was reached.
  export const shed: usize = 12;
  export const ttftMs: usize = 16;
  export const e2eMs: usize = 152;
  export const itlMs: usize = 288;
  export const tokensPerSecond: usize = 424;
  export const prefillTokensPerSecond: usize = 560;
  /// From the intent to the answer's first token, and to its end. Of the pipeline only: n is 0 for an engine.
  export const intentToFirstTokenMs: usize = 696;
  export const intentToAnswerMs: usize = 832;
  /// All output tokens over the time from the first start to the last end.
  export const throughputTokensPerSecond: usize = 968;
  export const throughputTokensPerSecond_value: usize = 976;
  export const SIZE: usize = 984;
}

/// A part of a load whose rate changes.
export namespace Stage {
  /// How long it takes, in seconds; 0 is a jump to its rate.
  export const seconds: usize = 0;
  /// Arrivals each second at its end; the rate goes there in a straight line from where it was. 0 is a pause.
  export const ratePerSecond: usize = 8;
  export const SIZE: usize = 16;
}

export namespace StagedLoop {
  /// Arrivals each second at the begin.
  export const fromPerSecond: usize = 0;
  /// One after the other, 1 to 1000; then the last one's rate stays until the end. It must not be 0 where the load counts
  /// repetitions, which then might never come.
  export const stages: usize = 8;
  export const spacing: usize = 16;
  /// Arrivals beyond this many open exchanges are shed: counted, never delayed.
  export const maxOpen: usize = 20;
  export const SIZE: usize = 24;
}

export namespace Pace {
  export const CLOSED: u8 = 0;
  export const OPEN: u8 = 1;
  export const STAGED: u8 = 2;
  export const payload: usize = 8;
  export const SIZE: usize = 32;
}

/// A workload of several requests, at a rate that may change.
export namespace Load {
  export const target: usize = 0;
  /// Sent in turn, and again from the first one on; 1 to 10000.
  export const requests: usize = 4;
  export const pace: usize = 16;
  /// Exchanges before the measured ones, for each load, under the same load: it runs through its stages and its requests
  /// from the begin, and so does the measured part.
  export const warmUp: usize = 48;
  export const SIZE: usize = 56;
}

export namespace TargetInfo {
  export const model: usize = 0;
  export const model_value: usize = 4;
  export const dialect: usize = 12;
  export const contextTokens: usize = 20;
  export const contextTokens_value: usize = 24;
  export const simulated: usize = 28;
  export const SIZE: usize = 32;
}

/// Blocks until the next chunk is here; `none` when the stream has ended.
@external("dualbench:scenario/engines@0.1.0", "[method]exchange.next")
export declare function exchange_next(p0: i32, p1: usize): void; // the last one is a place of 48 bytes; what it carries lies at 8

/// Blocks until the stream has ended; gives its measures.
@external("dualbench:scenario/engines@0.1.0", "[method]exchange.finish")
export declare function exchange_finish(p0: i32, p1: usize): void; // the last one is a place of 168 bytes; what it carries lies at 8

/// The answer so far, without reasoning. Does not block.
@external("dualbench:scenario/engines@0.1.0", "[method]exchange.text")
export declare function exchange_text(p0: i32, p1: usize): void; // the last one is a place of 8 bytes

/// Ends the stream and the engine's work on it. Does not block.
@external("dualbench:scenario/engines@0.1.0", "[method]exchange.cancel")
export declare function exchange_cancel(p0: i32): void;

/// Starts an exchange and returns at once, before the first token. Blocks only to calibrate a prompt.
@external("dualbench:scenario/engines@0.1.0", "start")
export declare function start(p0: i32, p1: i32, p2: usize, p3: usize, p4: i32, p5: i32, p6: i32, p7: f32, p8: i32, p9: i32, p10: i32, p11: usize): void; // the last one is a place of 16 bytes; what it carries lies at 4

/// Blocks until `next` on at least one of the exchanges would not block; gives their indexes in the list.
/// An empty list gives an empty list.
@external("dualbench:scenario/engines@0.1.0", "wait-any")
export declare function wait_any(p0: usize, p1: usize, p2: usize): void; // the last one is a place of 8 bytes

/// Runs the workloads at the same time, driven by the host, and blocks until all have ended. One outcome for
/// each workload, in order. The start times never depend on the guest.
@external("dualbench:scenario/engines@0.1.0", "measure")
export declare function measure(p0: usize, p1: usize, p2: i32, p3: i64, p4: usize): void; // the last one is a place of 16 bytes; what it carries lies at 4

/// As `measure`, of loads; `repetitions` and `seconds` mean the same. A workload is a load of one request.
@external("dualbench:scenario/engines@0.1.0", "measure-loads")
export declare function measure_loads(p0: usize, p1: usize, p2: i32, p3: i64, p4: usize): void; // the last one is a place of 16 bytes; what it carries lies at 4

/// What the engine told of itself when the run began.
@external("dualbench:scenario/engines@0.1.0", "info")
export declare function info(p0: i32, p1: usize): void; // the last one is a place of 36 bytes; what it carries lies at 4

/// Scripted users: makes `count` fresh instances of this module, each with its own memory, limits and seed, and calls the
/// export `user` in each, again and again, until it has returned so often (`repetitions`, for each user) or so much time
/// is over (`seconds`: a call that is open then is still finished). Blocks until all users have ended. A user that fails
/// is logged with its index and ends alone; only where all fail is this an error (`invalid`, with the first one's words).
/// What users start is part of the same run. `not-allowed` within a user, and where the module exports no `user`.
@external("dualbench:scenario/engines@0.1.0", "users")
export declare function users(p0: i32, p1: i32, p2: i64, p3: usize): void; // the last one is a place of 16 bytes; what it carries lies at 4

export enum Level { Debug, Info, Warn, Error }

/// A seed for everything random in the scenario; recorded with the run, and given again to repeat it. Each scripted user
/// has its own, derived from the run's and its index.
@external("dualbench:scenario/report@0.1.0", "seed")
export declare function seed(): i32;

/// Time since `run` was called, in ms. For the guest's decisions; no clock of record.
@external("dualbench:scenario/report@0.1.0", "elapsed-ms")
export declare function elapsed_ms(): f64;

/// Names what is going on from here: `warm-up`, `main alone`. Exchanges are stored under it.
@external("dualbench:scenario/report@0.1.0", "phase")
export declare function phase(p0: usize, p1: usize): void;

/// `total` 0 means unknown.
@external("dualbench:scenario/report@0.1.0", "progress")
export declare function progress(p0: i32, p1: i32): void;

@external("dualbench:scenario/report@0.1.0", "log")
export declare function log(p0: i32, p1: usize, p2: usize): void;

/// A custom metric, stored under the scenario's name and never mixed with the host's measures.
@external("dualbench:scenario/report@0.1.0", "metric")
export declare function metric(p0: usize, p1: usize, p2: f64, p3: usize, p4: usize): void;

/// States what the run must hold, in the words of docs/measures.md: `main.ttft_ms.p95 < 400`. The host judges it at
/// the end, beside those that the run was started with. Only before the first exchange: what must hold is said before
/// anything is known. The error tells what is wrong with it.
@external("dualbench:scenario/report@0.1.0", "threshold")
export declare function threshold(p0: usize, p1: usize, p2: usize): void; // the last one is a place of 12 bytes; what it carries lies at 4

/// Declares the run void: its numbers are kept, but must not be trusted or compared.
@external("dualbench:scenario/report@0.1.0", "void-run")
export declare function void_run(p0: usize, p1: usize): void;

/// A mark on the timeline: `cache filled`. The host stamps it.
@external("dualbench:scenario/report@0.1.0", "mark")
export declare function mark(p0: usize, p1: usize): void;

/// Adds to a counter of that name, which begins at 0. The run's record has each counter's total, apart from the host's
/// measures. What is no finite number is not added.
@external("dualbench:scenario/report@0.1.0", "count")
export declare function count(p0: usize, p1: usize, p2: f64): void;

/// In order; empty where there is no such folder.
@external("dualbench:scenario/data@0.1.0", "names")
export declare function names(p0: usize): void; // the last one is a place of 8 bytes

/// The bytes of one of `names`. A name is never a path; the error tells which names there are.
@external("dualbench:scenario/data@0.1.0", "read")
export declare function read(p0: usize, p1: usize, p2: usize): void; // the last one is a place of 12 bytes; what it carries lies at 4
