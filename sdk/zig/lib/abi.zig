//! Made of the contract by `cargo xtask bindings`; dualbench.zig gives it words.

/// Where a slice lies. An empty one may lie anywhere in Zig, but within the memory for the host.
pub fn at(slice: anytype) usize {
    return if (slice.len == 0) 8 else @intFromPtr(slice.ptr);
}
pub const Str = extern struct {
    ptr: [*]const u8,
    len: usize,
    pub fn of(text: []const u8) Str {
        return .{ .ptr = @ptrFromInt(at(text)), .len = text.len };
    }
    pub fn get(self: Str) []const u8 {
        return self.ptr[0..self.len];
    }
};
pub fn List(comptime T: type) type {
    return extern struct {
        ptr: [*]const T,
        len: usize,
        pub fn of(items: []const T) @This() {
            return .{ .ptr = @ptrFromInt(at(items)), .len = items.len };
        }
        pub fn get(self: @This()) []const T {
            return self.ptr[0..self.len];
        }
    };
}
pub fn Option(comptime T: type) type {
    return extern struct {
        is_some: bool,
        value: T,
        pub fn of(value: ?T) @This() {
            return if (value) |some| .{ .is_some = true, .value = some } else .{ .is_some = false, .value = undefined };
        }
        pub fn get(self: @This()) ?T {
            return if (self.is_some) self.value else null;
        }
    };
}
pub fn Result(comptime T: type, comptime E: type) type {
    return extern struct { is_err: bool, payload: extern union { ok: T, err: E } };
}
pub fn Tuple(comptime A: type, comptime B: type) type {
    return extern struct { a: A, b: B };
}

/// The value of a parameter.
pub const Value = extern struct {
    pub const Tag = enum(u8) { flag, integer, number, text };
    tag: Tag,
    payload: extern union {
        flag: bool,
        integer: i32,
        number: f64,
        text: Str,
    },
};

/// One parameter of a scenario. Its type is the type of its default.
pub const Param = extern struct {
    /// Lower-case words joined by `_`, unique in the scenario: `output_tokens`.
    name: Str,
    /// One sentence for the person who fills in the form.
    help: Str,
    default: Value,
    /// Unit of the value, shown beside the field: `tokens`, `s`, `1/s`.
    unit: Option(Str),
    /// Smallest value allowed (integer and number).
    min: Option(f64),
    /// Largest value allowed (integer and number).
    max: Option(f64),
    /// The values allowed (text); empty means any.
    choices: List(Str),
};

/// What an exchange is asked of.
pub const Target = enum(u8) { main, mini, pipeline };

pub const Manifest = extern struct {
    /// Lower-case words joined by `-`, at most 64 bytes: `engine-speed`. The scenario's name in every list and record.
    name: Str,
    /// Semantic version of the scenario: `1.2.0`.
    version: Str,
    /// One or two sentences: what is measured, and what one learns from it.
    description: Str,
    params: List(Param),
    /// The targets that this scenario may use; `start` of any other is refused (`not-allowed`).
    targets: List(Target),
};

pub const Role = enum(u8) { system, user, assistant };

pub const Message = extern struct {
    role: Role,
    content: Str,
};

/// Whether an engine's prompt cache may help with a calibrated prompt.
pub const Cache = enum(u8) { cold, warm };

pub const Calibrated = extern struct {
    /// Length of the prompt in the engine's own tokens, as the engine counts them, chat template included.
    tokens: u32,
    cache: Cache,
};

pub const Prompt = extern struct {
    pub const Tag = enum(u8) { messages, text, calibrated };
    tag: Tag,
    payload: extern union {
        messages: List(Message),
        /// Raw text: continued as it is where the dialect can, sent as one user message elsewhere.
        text: Str,
        /// A text of an exact number of tokens, made by the host before the clock starts.
        calibrated: Calibrated,
    },
};

/// When an answer ends.
pub const Length = extern struct {
    pub const Tag = enum(u8) { exact, at_most };
    tag: Tag,
    payload: extern union {
        /// Exactly this many tokens where the engine can be told to go on (`ignore_eos`); elsewhere as `at-most`.
        exact: u32,
        /// The engine's own stop, and this many tokens at most.
        at_most: u32,
    },
};

pub const Request = extern struct {
    prompt: Prompt,
    length: Length,
    /// The engine's own default where absent.
    temperature: Option(f32),
    /// Seed of the engine's sampling; derived from the run's seed where absent.
    seed: Option(u32),
    /// A warm-up exchange is stored, but enters no statistic.
    warm_up: bool,
};

pub const ChunkKind = enum(u8) { answer, reasoning, tool_call };

/// One content-bearing event of a stream. A chunk is not a token.
pub const Chunk = extern struct {
    kind: ChunkKind,
    text: Str,
    /// Tokens in this chunk, where the engine says so.
    tokens: Option(u32),
    /// Arrival after the request was sent, in ms. For the guest's decisions only; the record is the host's.
    offset_ms: f64,
};

/// How an exchange ended. Only `complete` and `length` enter statistics.
pub const Ending = enum(u8) { complete, length, cancelled, stalled, truncated, refused, broken, malformed };

/// The measures of one exchange, as defined in docs/measures.md. Missing is `none`, never 0.
pub const Measures = extern struct {
    ending: Ending,
    /// What the engine or the socket said where the ending is a failure.
    detail: Option(Str),
    ttft_ms: Option(f64),
    ttfo_ms: Option(f64),
    e2e_ms: Option(f64),
    generation_ms: Option(f64),
    tokens_per_second: Option(f64),
    tpot_ms: Option(f64),
    prefill_tokens_per_second: Option(f64),
    prompt_tokens: Option(u32),
    cached_prompt_tokens: Option(u32),
    output_tokens: Option(u32),
    chunks: u32,
};

/// Why a call could not be served. An engine's failure is no error here: it is the `ending` of the exchange.
pub const Error = extern struct {
    pub const Tag = enum(u8) { not_configured, not_allowed, invalid, limit, calibration, stopping };
    tag: Tag,
    payload: extern union {
        /// No such engine or pipeline in the configuration; the text says what to configure.
        not_configured: Str,
        /// The manifest does not name this target.
        not_allowed: Str,
        /// The request makes no sense; the text says which field and why.
        invalid: Str,
        /// A limit of this run is reached; the text names it.
        limit: Str,
        /// A prompt of that length could not be made for this engine; the text says why.
        calibration: Str,
    },
};

/// One streamed request, owned by the host: it goes on whatever the guest does. Dropping the handle of a
/// stream that has not ended cancels it.
pub const ExchangeHandle = i32;
pub extern "dualbench:scenario/engines@0.1.0" fn @"[resource-drop]exchange"(ExchangeHandle) void;

pub const Spacing = enum(u8) { constant, poisson };

pub const OpenLoop = extern struct {
    /// Arrivals each second; must be above 0.
    rate_per_second: f64,
    spacing: Spacing,
    /// Arrivals beyond this many open exchanges are shed: counted, never delayed.
    max_open: u32,
};

pub const Arrival = extern struct {
    pub const Tag = enum(u8) { closed, open };
    tag: Tag,
    payload: extern union {
        /// This many users, each sending its next request when its last one has ended.
        closed: u32,
        open: OpenLoop,
    },
};

pub const Until = extern struct {
    pub const Tag = enum(u8) { repetitions, seconds };
    tag: Tag,
    payload: extern union {
        /// This many measured exchanges for each workload. Where several workloads run together, all go on until
        /// the slowest has its number, so that every one of them was measured in company throughout.
        repetitions: u32,
        /// This long, in seconds; exchanges that are open then are still finished and counted.
        seconds: f64,
    },
};

pub const Workload = extern struct {
    target: Target,
    request: Request,
    arrival: Arrival,
    /// Exchanges before the measured ones, for each workload, under the same load.
    warm_up: u32,
};

/// A distribution in short; `none` where n is 0. A percentile is also `none` below its sample floor (docs/measures.md):
/// it is not known then, whatever the figures look like.
pub const Digest = extern struct {
    n: u32,
    min: Option(f64),
    mean: Option(f64),
    median: Option(f64),
    max: Option(f64),
    /// From 11 samples on.
    p50: Option(f64),
    /// From 64 samples on.
    p90: Option(f64),
    /// From 130 samples on.
    p95: Option(f64),
    /// From 662 samples on.
    p99: Option(f64),
};

/// What came of one workload; the measured exchanges only.
pub const Outcome = extern struct {
    target: Target,
    complete: u32,
    failed: u32,
    /// Arrivals that were not started because `max-open` was reached.
    shed: u32,
    ttft_ms: Digest,
    e2e_ms: Digest,
    itl_ms: Digest,
    tokens_per_second: Digest,
    prefill_tokens_per_second: Digest,
    /// From the intent to the answer's first token, and to its end. Of the pipeline only: n is 0 for an engine.
    intent_to_first_token_ms: Digest,
    intent_to_answer_ms: Digest,
    /// All output tokens over the time from the first start to the last end.
    throughput_tokens_per_second: Option(f64),
};

/// A part of a load whose rate changes.
pub const Stage = extern struct {
    /// How long it takes, in seconds; 0 is a jump to its rate.
    seconds: f64,
    /// Arrivals each second at its end; the rate goes there in a straight line from where it was. 0 is a pause.
    rate_per_second: f64,
};

pub const StagedLoop = extern struct {
    /// Arrivals each second at the begin.
    from_per_second: f64,
    /// One after the other, 1 to 1000; then the last one's rate stays until the end. It must not be 0 where the load counts
    /// repetitions, which then might never come.
    stages: List(Stage),
    spacing: Spacing,
    /// Arrivals beyond this many open exchanges are shed: counted, never delayed.
    max_open: u32,
};

pub const Pace = extern struct {
    pub const Tag = enum(u8) { closed, open, staged };
    tag: Tag,
    payload: extern union {
        /// This many users, each sending its next request when its last one has ended.
        closed: u32,
        open: OpenLoop,
        staged: StagedLoop,
    },
};

/// A workload of several requests, at a rate that may change.
pub const Load = extern struct {
    target: Target,
    /// Sent in turn, and again from the first one on; 1 to 10000.
    requests: List(Request),
    pace: Pace,
    /// Exchanges before the measured ones, for each load, under the same load: it runs through its stages and its requests
    /// from the begin, and so does the measured part.
    warm_up: u32,
};

pub const TargetInfo = extern struct {
    model: Option(Str),
    dialect: Str,
    context_tokens: Option(u32),
    simulated: bool,
};

/// Blocks until the next chunk is here; `none` when the stream has ended.
pub extern "dualbench:scenario/engines@0.1.0" fn @"[method]exchange.next"(i32, *Result(Option(Chunk), Error)) void;

/// Blocks until the stream has ended; gives its measures.
pub extern "dualbench:scenario/engines@0.1.0" fn @"[method]exchange.finish"(i32, *Result(Measures, Error)) void;

/// The answer so far, without reasoning. Does not block.
pub extern "dualbench:scenario/engines@0.1.0" fn @"[method]exchange.text"(i32, *Str) void;

/// Ends the stream and the engine's work on it. Does not block.
pub extern "dualbench:scenario/engines@0.1.0" fn @"[method]exchange.cancel"(i32) void;

/// Starts an exchange and returns at once, before the first token. Blocks only to calibrate a prompt.
pub extern "dualbench:scenario/engines@0.1.0" fn @"start"(i32, i32, usize, usize, i32, i32, i32, f32, i32, i32, i32, *Result(ExchangeHandle, Error)) void;

/// Blocks until `next` on at least one of the exchanges would not block; gives their indexes in the list.
/// An empty list gives an empty list.
pub extern "dualbench:scenario/engines@0.1.0" fn @"wait-any"(usize, usize, *List(u32)) void;

/// Runs the workloads at the same time, driven by the host, and blocks until all have ended. One outcome for
/// each workload, in order. The start times never depend on the guest.
pub extern "dualbench:scenario/engines@0.1.0" fn @"measure"(usize, usize, i32, i64, *Result(List(Outcome), Error)) void;

/// As `measure`, of loads; `repetitions` and `seconds` mean the same. A workload is a load of one request.
pub extern "dualbench:scenario/engines@0.1.0" fn @"measure-loads"(usize, usize, i32, i64, *Result(List(Outcome), Error)) void;

/// What the engine told of itself when the run began.
pub extern "dualbench:scenario/engines@0.1.0" fn @"info"(i32, *Result(TargetInfo, Error)) void;

/// Scripted users: makes `count` fresh instances of this module, each with its own memory, limits and seed, and calls the
/// export `user` in each, again and again, until it has returned so often (`repetitions`, for each user) or so much time
/// is over (`seconds`: a call that is open then is still finished). Blocks until all users have ended. A user that fails
/// is logged with its index and ends alone; only where all fail is this an error (`invalid`, with the first one's words).
/// What users start is part of the same run. `not-allowed` within a user, and where the module exports no `user`.
pub extern "dualbench:scenario/engines@0.1.0" fn @"users"(i32, i32, i64, *Result(u8, Error)) void;

pub const Level = enum(u8) { debug, info, warn, @"error" };

/// A seed for everything random in the scenario; recorded with the run, and given again to repeat it. Each scripted user
/// has its own, derived from the run's and its index.
pub extern "dualbench:scenario/report@0.1.0" fn @"seed"() i32;

/// Time since `run` was called, in ms. For the guest's decisions; no clock of record.
pub extern "dualbench:scenario/report@0.1.0" fn @"elapsed-ms"() f64;

/// Names what is going on from here: `warm-up`, `main alone`. Exchanges are stored under it.
pub extern "dualbench:scenario/report@0.1.0" fn @"phase"(usize, usize) void;

/// `total` 0 means unknown.
pub extern "dualbench:scenario/report@0.1.0" fn @"progress"(i32, i32) void;

pub extern "dualbench:scenario/report@0.1.0" fn @"log"(i32, usize, usize) void;

/// A custom metric, stored under the scenario's name and never mixed with the host's measures.
pub extern "dualbench:scenario/report@0.1.0" fn @"metric"(usize, usize, f64, usize, usize) void;

/// States what the run must hold, in the words of docs/measures.md: `main.ttft_ms.p95 < 400`. The host judges it at
/// the end, beside those that the run was started with. Only before the first exchange: what must hold is said before
/// anything is known. The error tells what is wrong with it.
pub extern "dualbench:scenario/report@0.1.0" fn @"threshold"(usize, usize, *Result(u8, Str)) void;

/// Declares the run void: its numbers are kept, but must not be trusted or compared.
pub extern "dualbench:scenario/report@0.1.0" fn @"void-run"(usize, usize) void;

/// A mark on the timeline: `cache filled`. The host stamps it.
pub extern "dualbench:scenario/report@0.1.0" fn @"mark"(usize, usize) void;

/// Adds to a counter of that name, which begins at 0. The run's record has each counter's total, apart from the host's
/// measures. What is no finite number is not added.
pub extern "dualbench:scenario/report@0.1.0" fn @"count"(usize, usize, f64) void;

/// In order; empty where there is no such folder.
pub extern "dualbench:scenario/data@0.1.0" fn @"names"(*List(Str)) void;

/// The bytes of one of `names`. A name is never a path; the error tells which names there are.
pub extern "dualbench:scenario/data@0.1.0" fn @"read"(usize, usize, *Result(List(u8), Str)) void;
