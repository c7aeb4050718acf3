//! Write a dualbench scenario in Zig: a `manifest`, a `run`, and `comptime { db.scenario(@This()); }`.
//!
//! A scenario decides what is asked of the engines. The host sends, stamps, computes and stores: nothing here can change a
//! number, and a slow scenario never slows a stream. What each measure means is in docs/measures.md.

const std = @import("std");
const abi = @import("abi.zig");

/// Frees nothing that the host gave within a run; use it for your own things too.
pub const allocator = std.heap.wasm_allocator;

pub const Target = abi.Target;
pub const Role = abi.Role;
pub const Cache = abi.Cache;
pub const Spacing = abi.Spacing;
pub const ChunkKind = abi.ChunkKind;
pub const Ending = abi.Ending;
pub const Level = abi.Level;
/// Optional fields are read with `.get()`: missing is null, never 0.
pub const Measures = abi.Measures;
pub const Digest = abi.Digest;
pub const Outcome = abi.Outcome;
pub const TargetInfo = abi.TargetInfo;

/// Why a call could not be served; `why()` has the host's words. An engine's failure is no error: it is the `ending`.
pub const Error = error{
    /// No such engine or pipeline in the configuration.
    NotConfigured,
    /// The manifest does not name this target.
    NotAllowed,
    /// The request makes no sense.
    Invalid,
    /// A limit of this run is reached.
    Limit,
    /// A prompt of that length could not be made for this engine.
    Calibration,
    /// The run is being stopped. Return soon.
    Stopping,
    /// The scenario's own reason, from `fail`.
    Failed,
};

// -- what is asked

pub const Message = abi.Message;

pub fn system(content: []const u8) Message {
    return .{ .role = .system, .content = .of(content) };
}
pub fn user(content: []const u8) Message {
    return .{ .role = .user, .content = .of(content) };
}
pub fn assistant(content: []const u8) Message {
    return .{ .role = .assistant, .content = .of(content) };
}

pub const Prompt = union(enum) {
    /// A conversation so far.
    messages: []const Message,
    /// Raw text: continued as it is where the dialect can, sent as one user message elsewhere.
    text: []const u8,
    /// A text of exactly this many of the engine's own tokens, made by the host before the clock starts.
    calibrated: struct { tokens: u32, cache: Cache = .cold },
};

pub const Length = union(enum) {
    /// Exactly this many tokens where the engine can be told to go on; elsewhere as `at_most`.
    exactly: u32,
    /// The engine's own stop, and this many tokens at most.
    at_most: u32,
};

pub const Request = struct {
    prompt: Prompt,
    length: Length = .{ .at_most = 256 },
    /// The engine's own default where null.
    temperature: ?f32 = null,
    /// Seed of the engine's sampling; derived from the run's seed where null.
    seed: ?u32 = null,
    /// A warm-up exchange is stored, but enters no statistic.
    warm_up: bool = false,

    /// Sends it and returns before the first token; blocks only to make a calibrated prompt.
    pub fn start(self: Request, target: Target) Error!Exchange {
        const asked = self.abiForm();
        // A variant as an argument is its tag and the numbers of its widest case.
        const words: [2]usize = switch (self.prompt) {
            .messages => |m| .{ abi.at(m), m.len },
            .text => |t| .{ abi.at(t), t.len },
            .calibrated => |c| .{ c.tokens, @intFromEnum(c.cache) },
        };
        var result: abi.Result(abi.ExchangeHandle, abi.Error) = undefined;
        abi.start(
            @intFromEnum(target),
            @intFromEnum(asked.prompt.tag),
            words[0],
            words[1],
            @intFromEnum(asked.length.tag),
            @bitCast(asked.length.payload.exact),
            @intFromBool(asked.temperature.is_some),
            self.temperature orelse 0,
            @intFromBool(asked.seed.is_some),
            @bitCast(self.seed orelse 0),
            @intFromBool(self.warm_up),
            &result,
        );
        if (result.is_err) return failed(result.payload.err);
        return .{ .handle = result.payload.ok };
    }

    fn abiForm(self: Request) abi.Request {
        return .{
            .prompt = switch (self.prompt) {
                .messages => |m| .{ .tag = .messages, .payload = .{ .messages = .of(m) } },
                .text => |t| .{ .tag = .text, .payload = .{ .text = .of(t) } },
                .calibrated => |c| .{
                    .tag = .calibrated,
                    .payload = .{ .calibrated = .{ .tokens = c.tokens, .cache = c.cache } },
                },
            },
            .length = switch (self.length) {
                .exactly => |n| .{ .tag = .exact, .payload = .{ .exact = n } },
                .at_most => |n| .{ .tag = .at_most, .payload = .{ .at_most = n } },
            },
            .temperature = .of(self.temperature),
            .seed = .of(self.seed),
            .warm_up = self.warm_up,
        };
    }
};

// -- exchanges

/// One content-bearing event of a stream; not a token. The text is valid until the next `next` of any exchange.
pub const Chunk = struct {
    kind: ChunkKind,
    text: []const u8,
    /// Where the engine says so.
    tokens: ?u32,
    /// Arrival after the request was sent. For decisions only; the record is the host's.
    offset_ms: f64,
};

/// One streamed request, owned by the host: it goes on whatever the scenario does.
pub const Exchange = extern struct {
    handle: i32,

    /// Blocks until the next chunk is here; null when the stream has ended.
    pub fn next(self: Exchange) Error!?Chunk {
        var result: abi.Result(abi.Option(abi.Chunk), abi.Error) = undefined;
        release(&held_text);
        abi.@"[method]exchange.next"(self.handle, &result);
        if (result.is_err) return failed(result.payload.err);
        const chunk = result.payload.ok.get() orelse return null;
        held_text = chunk.text;
        return .{
            .kind = chunk.kind,
            .text = chunk.text.get(),
            .tokens = chunk.tokens.get(),
            .offset_ms = chunk.offset_ms,
        };
    }

    /// Blocks until the stream has ended; gives its measures.
    pub fn finish(self: Exchange) Error!Measures {
        var result: abi.Result(abi.Measures, abi.Error) = undefined;
        abi.@"[method]exchange.finish"(self.handle, &result);
        if (result.is_err) return failed(result.payload.err);
        return result.payload.ok;
    }

    /// The answer so far, without reasoning; to be freed with `allocator.free`.
    pub fn text(self: Exchange) []const u8 {
        var answer: abi.Str = undefined;
        abi.@"[method]exchange.text"(self.handle, &answer);
        return answer.get();
    }

    /// Ends the stream and the engine's work on it.
    pub fn cancel(self: Exchange) void {
        abi.@"[method]exchange.cancel"(self.handle);
    }

    /// Gives the handle back; a stream that has not ended is cancelled.
    pub fn drop(self: Exchange) void {
        abi.@"[resource-drop]exchange"(self.handle);
    }
};

/// Blocks until `next` on at least one would not block; gives their indexes, in order, valid until the next `waitAny`.
pub fn waitAny(exchanges: []const Exchange) []const u32 {
    if (held_ready.len > 0) allocator.free(held_ready.get());
    abi.@"wait-any"(abi.at(exchanges), exchanges.len, &held_ready);
    return held_ready.get();
}

var held_text: abi.Str = .{ .ptr = undefined, .len = 0 };
var held_ready: abi.List(u32) = .{ .ptr = undefined, .len = 0 };

fn release(text: *abi.Str) void {
    if (text.len > 0) allocator.free(text.get());
    text.len = 0;
}

// -- loads that the host drives: start times never depend on the scenario

pub const Arrival = union(enum) {
    /// This many users, each sending its next request when its last one has ended.
    closed: u32,
    /// Arrivals at a rate; beyond `max_open` open exchanges they are shed: counted, never delayed.
    open: struct { rate_per_second: f64, spacing: Spacing = .poisson, max_open: u32 = 64 },
    /// Arrivals at a rate that changes: it begins at `from_per_second` and runs through the stages; the last one's rate then
    /// stays. `.endOf(&stages)` is when they have ended.
    staged: struct { from_per_second: f64, stages: []const Stage, spacing: Spacing = .poisson, max_open: u32 = 64 },

    fn pace(self: Arrival) abi.Pace {
        return switch (self) {
            .closed => |users| .{ .tag = .closed, .payload = .{ .closed = users } },
            .open => |open| .{ .tag = .open, .payload = .{ .open = .{
                .rate_per_second = open.rate_per_second,
                .spacing = open.spacing,
                .max_open = open.max_open,
            } } },
            .staged => |staged| .{ .tag = .staged, .payload = .{ .staged = .{
                .from_per_second = staged.from_per_second,
                .stages = .of(staged.stages),
                .spacing = staged.spacing,
                .max_open = staged.max_open,
            } } },
        };
    }
};

/// From the rate before it to `rate_per_second`, in a straight line over `seconds`. To the same rate is a plateau, over 0
/// seconds a jump, to 0 arrivals the way into a pause.
pub const Stage = abi.Stage;

pub const Until = union(enum) {
    /// This many measured exchanges for each workload; all go on until the slowest has them.
    repetitions: u32,
    /// Exchanges that are open then are still finished and counted.
    seconds: f64,

    /// When the last of the stages ends.
    pub fn endOf(stages: []const Stage) Until {
        var sum: f64 = 0;
        for (stages) |stage| sum += stage.seconds;
        return .{ .seconds = sum };
    }

    /// A variant as an argument is its tag and the number of its widest case.
    fn words(self: Until) struct { i32, i64 } {
        return switch (self) {
            .repetitions => |n| .{ 0, n },
            .seconds => |seconds| .{ 1, @bitCast(seconds) },
        };
    }
};

pub const Workload = struct {
    target: Target,
    /// What is asked, again and again.
    request: ?Request = null,
    /// Or several, asked in turn, and again from the first one on.
    requests: []const Request = &.{},
    arrival: Arrival,
    /// Exchanges before the measured ones, under the same load.
    warm_up: u32 = 0,

    fn asked(self: *const Workload) Error![]const Request {
        if (self.request) |*one| {
            if (self.requests.len == 0) return one[0..1];
            reason = "a workload has `request` or `requests`, not both";
            return error.Invalid;
        }
        if (self.requests.len > 0) return self.requests;
        reason = "a workload has neither a `request` nor `requests`: nothing is asked";
        return error.Invalid;
    }
};

/// Runs the workloads at the same time and blocks until all have ended; one outcome for each, in order.
pub fn measure(workloads: []const Workload, until: Until) Error![]const Outcome {
    var arena: std.heap.ArenaAllocator = .init(allocator);
    defer arena.deinit();
    const loads = arena.allocator().alloc(abi.Load, workloads.len) catch return error.Limit;
    for (workloads, loads) |*workload, *load| {
        const asked = try workload.asked();
        const requests = arena.allocator().alloc(abi.Request, asked.len) catch return error.Limit;
        for (asked, requests) |request, *place| place.* = request.abiForm();
        load.* = .{
            .target = workload.target,
            .requests = .of(requests),
            .pace = workload.arrival.pace(),
            .warm_up = workload.warm_up,
        };
    }
    const tag, const value = until.words();
    var result: abi.Result(abi.List(Outcome), abi.Error) = undefined;
    abi.@"measure-loads"(abi.at(loads), loads.len, tag, value, &result);
    if (result.is_err) return failed(result.payload.err);
    return result.payload.ok.get();
}

/// Makes so many scripted users, fresh instances of this module, and blocks until each has done its rounds, or so long. Your
/// file needs a `pub fn user(arguments: db.Arguments, index: u32) !void`.
pub fn runUsers(number: u32, until: Until) Error!void {
    const tag, const value = until.words();
    var result: abi.Result(u8, abi.Error) = undefined;
    abi.users(@bitCast(number), tag, value, &result);
    if (result.is_err) return failed(result.payload.err);
}

/// The files of the folder `NAME.data` beside the module, as they were when it was loaded, in order.
pub fn dataNames() []const abi.Str {
    var found: abi.List(abi.Str) = undefined;
    abi.names(&found);
    return found.get();
}
/// The bytes of one of them; to be freed with `allocator.free`.
pub fn readData(name: []const u8) Error![]const u8 {
    var result: abi.Result(abi.List(u8), abi.Str) = undefined;
    abi.read(abi.at(name), name.len, &result);
    if (result.is_err) {
        reason = result.payload.err.get();
        return error.Invalid;
    }
    return result.payload.ok.get();
}

/// What the engine told of itself when the run began.
pub fn info(target: Target) Error!TargetInfo {
    var result: abi.Result(abi.TargetInfo, abi.Error) = undefined;
    abi.info(@intFromEnum(target), &result);
    if (result.is_err) return failed(result.payload.err);
    return result.payload.ok;
}

// -- what went wrong

var reason: []const u8 = "no call has failed";

/// The host's words for the last error, or the scenario's own.
pub fn why() []const u8 {
    return reason;
}

/// Ends the run with words of your own: `return db.fail("no answer in {d} ms", .{limit});`
pub fn fail(comptime format: []const u8, values: anytype) Error {
    reason = std.fmt.allocPrint(allocator, format, values) catch format;
    return error.Failed;
}

fn failed(told: abi.Error) Error {
    if (told.tag == .stopping) {
        reason = "the run is being stopped";
        return error.Stopping;
    }
    reason = told.payload.invalid.get();
    return switch (told.tag) {
        .not_configured => error.NotConfigured,
        .not_allowed => error.NotAllowed,
        .invalid => error.Invalid,
        .limit => error.Limit,
        .calibration => error.Calibration,
        .stopping => unreachable,
    };
}

// -- what the run is told, and what it tells

/// A seed for everything random; recorded with the run, and given again to repeat it.
pub fn seed() u32 {
    return @bitCast(abi.seed());
}
/// Time since `run` was called. For decisions; no clock of record.
pub fn elapsedMs() f64 {
    return abi.@"elapsed-ms"();
}
/// Names what is going on from here; exchanges are stored under it.
pub fn phase(name: []const u8) void {
    abi.phase(abi.at(name), name.len);
}
/// `total` 0 means unknown.
pub fn progress(done: u32, total: u32) void {
    abi.progress(@bitCast(done), @bitCast(total));
}
pub fn log(level: Level, text: []const u8) void {
    abi.log(@intFromEnum(level), abi.at(text), text.len);
}
/// A line of the log as `std.fmt` makes it, cut at 1 KiB.
pub fn print(level: Level, comptime format: []const u8, values: anytype) void {
    var line: [1024]u8 = undefined;
    log(level, std.fmt.bufPrint(&line, format, values) catch &line);
}
/// A number of your own, stored under the scenario's name and never mixed with the host's measures.
pub fn metric(name: []const u8, value: f64, unit: []const u8) void {
    abi.metric(abi.at(name), name.len, value, abi.at(unit), unit.len);
}
/// A mark on the timeline; the host stamps it.
pub fn mark(name: []const u8) void {
    abi.mark(abi.at(name), name.len);
}
/// Adds to a counter of that name; the run's record has its total.
pub fn count(name: []const u8, by: f64) void {
    abi.count(abi.at(name), name.len, by);
}
/// What the run must hold: `main.ttft_ms.p95 < 400`. Only before the first exchange.
pub fn threshold(expression: []const u8) Error!void {
    var result: abi.Result(u8, abi.Str) = undefined;
    abi.threshold(abi.at(expression), expression.len, &result);
    if (result.is_err) {
        reason = result.payload.err.get();
        return error.Invalid;
    }
}
/// Declares the run void: its numbers are kept, but must not be trusted or compared.
pub fn voidRun(words: []const u8) void {
    abi.@"void-run"(abi.at(words), words.len);
}

// -- what the scenario says of itself

pub const Manifest = struct {
    /// Lower-case words joined by `-`.
    name: []const u8,
    version: []const u8,
    /// What is measured, and what one learns from it.
    description: []const u8,
    targets: []const Target,
    params: []const Param = &.{},
};

/// A parameter; its type is that of its default.
pub const Param = struct {
    /// Lower-case words joined by `_`.
    name: []const u8,
    default: union(enum) { flag: bool, integer: i32, number: f64, text: []const u8 },
    help: []const u8,
    unit: ?[]const u8 = null,
    /// Both included (integer and number).
    min: ?f64 = null,
    max: ?f64 = null,
    /// The values allowed (text); none means any.
    choices: []const []const u8 = &.{},
};

/// The values of the parameters. A name that the manifest lacks, or another type, is a mistake in the scenario: it is logged
/// and ends the run as a trap.
pub const Arguments = struct {
    items: []const Item,

    const Item = abi.Tuple(abi.Str, abi.Value);

    pub fn integer(self: Arguments, name: []const u8) i32 {
        return self.value(name, .integer).integer;
    }
    /// An integer that must not be negative: give the parameter such a range.
    pub fn count(self: Arguments, name: []const u8) u32 {
        const found = self.integer(name);
        if (found < 0) mistake(name, "is negative: give it a range from 0 up");
        return @intCast(found);
    }
    pub fn number(self: Arguments, name: []const u8) f64 {
        return self.value(name, .number).number;
    }
    pub fn flag(self: Arguments, name: []const u8) bool {
        return self.value(name, .flag).flag;
    }
    pub fn text(self: Arguments, name: []const u8) []const u8 {
        return self.value(name, .text).text.get();
    }
    /// Of a text with the choices main, mini, pipeline.
    pub fn target(self: Arguments, name: []const u8) Target {
        return std.meta.stringToEnum(Target, self.text(name)) orelse mistake(name, "names no target");
    }

    var first: ?Arguments = null;

    /// Every round of a scripted user brings the same ones: those of the first stay, so that texts of theirs do.
    fn ofRound(items: []const Item) Arguments {
        if (first) |kept| {
            for (items) |item| {
                var name = item.a;
                release(&name);
                if (item.b.tag != .text) continue;
                var words = item.b.payload.text;
                release(&words);
            }
            if (items.len > 0) allocator.free(items);
            return kept;
        }
        first = .{ .items = items };
        return first.?;
    }

    fn value(self: Arguments, name: []const u8, tag: abi.Value.Tag) @FieldType(abi.Value, "payload") {
        for (self.items) |item| {
            if (!std.mem.eql(u8, item.a.get(), name)) continue;
            if (item.b.tag != tag) mistake(name, "was asked for as another type than its default's");
            return item.b.payload;
        }
        mistake(name, "is not in the manifest");
    }
};

fn mistake(name: []const u8, what: []const u8) noreturn {
    print(.@"error", "parameter `{s}` {s}", .{ name, what });
    @trap();
}

/// Writes a panic's message to the run's log: `pub const panic = db.panic;` in your file.
pub const panic = std.debug.FullPanic(panicked);

fn panicked(message: []const u8, _: ?usize) noreturn {
    log(.@"error", message);
    @trap();
}

// -- exports

/// Makes a file with `pub const manifest: db.Manifest` and `pub fn run(arguments: db.Arguments) !void` this module's scenario.
pub fn scenario(comptime Root: type) void {
    const glue = struct {
        var result: abi.Result(u8, abi.Str) = undefined;

        fn describe() callconv(.c) *const abi.Manifest {
            return describing(Root.manifest) catch @panic("no memory to describe the scenario");
        }

        fn run(items: [*]const Arguments.Item, len: usize) callconv(.c) *const anyopaque {
            return ended(Root.run(.{ .items = items[0..len] }));
        }

        fn user(items: [*]const Arguments.Item, len: usize, index: u32) callconv(.c) *const anyopaque {
            return ended(Root.user(.ofRound(items[0..len]), index));
        }

        fn ended(came: anyerror!void) *const anyopaque {
            if (came) |_| {
                result = .{ .is_err = false, .payload = .{ .ok = 0 } };
            } else |problem| {
                const any: anyerror = problem;
                const text = switch (any) {
                    error.NotConfigured, error.NotAllowed, error.Invalid, error.Limit, error.Calibration => reason,
                    error.Stopping, error.Failed => reason,
                    else => @errorName(any),
                };
                result = .{ .is_err = true, .payload = .{ .err = .of(text) } };
            }
            return &result;
        }
    };
    @export(&glue.describe, .{ .name = "describe" });
    if (@hasDecl(Root, "user")) @export(&glue.user, .{ .name = "user" });
    @export(&glue.run, .{ .name = "run" });
}

fn describing(manifest: Manifest) !*const abi.Manifest {
    const params = try allocator.alloc(abi.Param, manifest.params.len);
    for (manifest.params, params) |param, *place| {
        const choices = try allocator.alloc(abi.Str, param.choices.len);
        for (param.choices, choices) |choice, *own| own.* = .of(choice);
        place.* = .{
            .name = .of(param.name),
            .help = .of(param.help),
            .default = switch (param.default) {
                .flag => |value| .{ .tag = .flag, .payload = .{ .flag = value } },
                .integer => |value| .{ .tag = .integer, .payload = .{ .integer = value } },
                .number => |value| .{ .tag = .number, .payload = .{ .number = value } },
                .text => |value| .{ .tag = .text, .payload = .{ .text = .of(value) } },
            },
            .unit = .of(if (param.unit) |unit| abi.Str.of(unit) else null),
            .min = .of(param.min),
            .max = .of(param.max),
            .choices = .of(choices),
        };
    }
    const made = try allocator.create(abi.Manifest);
    made.* = .{
        .name = .of(manifest.name),
        .version = .of(manifest.version),
        .description = .of(manifest.description),
        .params = .of(params),
        .targets = .of(manifest.targets),
    };
    return made;
}

/// A place for what the host hands over.
export fn cabi_realloc(old: ?[*]u8, old_len: usize, alignment: usize, len: usize) ?[*]u8 {
    // The allocator knows no empty place: it would take a whole page for each.
    if (len == 0) return @ptrFromInt(alignment);
    const place = allocator.rawAlloc(len, .fromByteUnits(alignment), 0) orelse return null;
    if (old) |from| @memcpy(place[0..@min(old_len, len)], from[0..@min(old_len, len)]);
    return place;
}
