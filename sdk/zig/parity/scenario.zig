//! The scenario that every language has; see sdk/PARITY.md.

const std = @import("std");
const db = @import("dualbench/dualbench.zig");

comptime {
    db.scenario(@This());
}
pub const panic = db.panic;

pub const manifest: db.Manifest = .{
    .name = "parity",
    .version = "1.0.0",
    .description = "The same in every language: what comes of it must be equal.",
    .targets = &.{ .main, .mini },
    .params = &.{
        .{ .name = "exchanges", .default = .{ .integer = 3 }, .min = 0, .max = 1000, .help = "Exchanges, one after the other." },
        .{ .name = "prompt_tokens", .default = .{ .integer = 64 }, .unit = "tokens", .min = 1, .max = 4096, .help = "Length of a calibrated prompt." },
        .{ .name = "output_tokens", .default = .{ .integer = 16 }, .unit = "tokens", .min = 1, .max = 4096, .help = "Length of an answer." },
        .{ .name = "temperature", .default = .{ .number = 0.5 }, .min = 0, .max = 2, .help = "Temperature of the two answers at once." },
        .{ .name = "pair", .default = .{ .flag = true }, .help = "Whether two answers are asked for at once." },
        .{ .name = "engine", .default = .{ .text = "main" }, .choices = &.{ "main", "mini" }, .help = "The engine that is asked alone." },
        .{ .name = "fail", .default = .{ .text = "" }, .help = "Words to fail with, such as: tschüß ✓" },
    },
};

var chunks: u32 = 0;
var tokens: u32 = 0;
var characters: usize = 0;
var counted: u32 = 0;

pub fn run(arguments: db.Arguments) !void {
    const words = arguments.text("fail");
    if (words.len > 0) return db.fail("{s}", .{words});
    const exchanges = arguments.count("exchanges");
    if (exchanges == 0) return db.voidRun("nothing was asked for");
    try thresholds();
    try alone(arguments, exchanges);
    if (arguments.flag("pair")) try pair(arguments);
    try ends();
    try load(arguments);
    try staged(arguments);
    try said(exchanges);
    tell("chunks", chunks);
    tell("tokens", tokens);
    tell("characters", characters);
    tell("counted", counted);
    tell("seed", db.seed());
}

fn thresholds() !void {
    try db.threshold("main.e2e_ms.min > 0");
    if (db.threshold("fast ✓")) {
        return db.fail("a threshold of nonsense was taken", .{});
    } else |_| db.log(.debug, db.why());
}

fn alone(arguments: db.Arguments, exchanges: u32) !void {
    const engine = arguments.target("engine");
    var request = calibrated(arguments, .cold);
    request.warm_up = true;
    db.phase("warm-up");
    const warm_up = try request.start(engine);
    try drain(warm_up);
    warm_up.drop();
    db.phase("alone");
    var text: []const u8 = "";
    for (0..exchanges) |done| {
        db.progress(done, exchanges);
        const exchange = try calibrated(arguments, .warm).start(engine);
        defer exchange.drop();
        try drain(exchange);
        text = exchange.text();
    }
    db.log(.info, text);
    db.progress(exchanges, exchanges);
}

fn pair(arguments: db.Arguments) !void {
    db.phase("pair");
    const request: db.Request = .{
        .prompt = .{ .messages = &.{ db.system("Answer briefly ✓"), db.user("Grüße!"), db.assistant("Ja?") } },
        .length = .{ .at_most = arguments.count("output_tokens") },
        .temperature = @floatCast(arguments.number("temperature")),
        .seed = db.seed(),
    };
    var both = [_]db.Exchange{ try request.start(.main), try request.start(.mini) };
    var open: usize = both.len;
    while (open > 0) {
        const ready = db.waitAny(both[0..open]);
        var at = ready.len;
        while (at > 0) {
            at -= 1;
            const index = ready[at];
            if (try take(both[index])) continue;
            try end(both[index]);
            both[index].drop();
            open -= 1;
            if (index == 0) both[0] = both[1];
        }
    }
}

fn ends() !void {
    db.phase("ends");
    const request: db.Request = .{
        .prompt = .{ .text = "Count to a thousand." },
        .length = .{ .at_most = 1000 },
        .warm_up = true,
    };
    const exchange = try request.start(.mini);
    _ = try exchange.next();
    exchange.cancel();
    const measures = try exchange.finish();
    db.log(.debug, @tagName(measures.ending));
    exchange.drop();
    if (request.start(.pipeline)) |_| {
        return db.fail("the pipeline was not refused", .{});
    } else |problem| switch (problem) {
        error.NotAllowed => db.log(.warn, db.why()),
        else => return problem,
    }
    const info = try db.info(.main);
    db.log(.info, info.dialect.get());
    db.log(.info, if (info.model.get()) |model| model.get() else "none");
}

fn load(arguments: db.Arguments) !void {
    db.phase("load");
    const closed = try db.measure(&.{.{
        .target = .mini,
        .request = calibrated(arguments, .cold),
        .arrival = .{ .closed = 2 },
        .warm_up = 1,
    }}, .{ .repetitions = 4 });
    db.metric("measured", @floatFromInt(closed[0].complete + closed[0].failed), "exchanges");
    const open = try db.measure(&.{.{
        .target = .main,
        .request = .{ .prompt = .{ .text = "Hello." }, .length = .{ .at_most = arguments.count("output_tokens") } },
        .arrival = .{ .open = .{ .rate_per_second = 50, .spacing = .constant, .max_open = 4 } },
    }}, .{ .seconds = 0.2 });
    db.metric("open_known", if (open[0].ttft_ms.median.get() != null) 1 else 0, "flag");
}

fn staged(arguments: db.Arguments) !void {
    const most: db.Length = .{ .at_most = arguments.count("output_tokens") };
    const stages = [_]db.Stage{
        .{ .rate_per_second = 60, .seconds = 0.1 },
        .{ .rate_per_second = 30, .seconds = 0 },
        .{ .rate_per_second = 30, .seconds = 0.1 },
    };
    const outcomes = try db.measure(&.{.{
        .target = .mini,
        .requests = &.{
            .{ .prompt = .{ .text = "One." }, .length = most },
            .{ .prompt = .{ .text = "Two ✓" }, .length = most },
        },
        .arrival = .{ .staged = .{ .from_per_second = 20, .stages = &stages, .spacing = .constant, .max_open = 4 } },
        .warm_up = 1,
    }}, .endOf(&stages));
    db.metric("staged_known", if (outcomes[0].ttft_ms.median.get() != null) 1 else 0, "flag");
}

fn said(exchanges: u32) !void {
    db.mark("measured ✓");
    db.count("done", @floatFromInt(exchanges));
    db.count("done", 0.5);
    for (db.dataNames()) |name| {
        const bytes = try db.readData(name.get());
        defer db.allocator.free(bytes);
        db.metric("data", @floatFromInt(bytes.len), name.get());
    }
    if (db.readData("../none")) |_| {
        return db.fail("a path was taken", .{});
    } else |_| db.log(.debug, db.why());
}

fn calibrated(arguments: db.Arguments, cache: db.Cache) db.Request {
    return .{
        .prompt = .{ .calibrated = .{ .tokens = arguments.count("prompt_tokens"), .cache = cache } },
        .length = .{ .exactly = arguments.count("output_tokens") },
    };
}

fn drain(exchange: db.Exchange) !void {
    while (try take(exchange)) {}
    try end(exchange);
}

/// Whether there was a chunk.
fn take(exchange: db.Exchange) !bool {
    const chunk = try exchange.next() orelse return false;
    chunks += 1;
    tokens += chunk.tokens orelse 0;
    characters += std.unicode.utf8CountCodepoints(chunk.text) catch 0;
    return true;
}

fn end(exchange: db.Exchange) !void {
    const measures = try exchange.finish();
    if (measures.ending == .complete or measures.ending == .length) counted += 1;
}

fn tell(name: []const u8, value: usize) void {
    db.metric(name, @floatFromInt(value), name);
}
