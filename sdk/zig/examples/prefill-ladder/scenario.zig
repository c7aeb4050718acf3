//! How the time to the first token grows with the prompt: a ladder of prompt lengths, each rung several times with a cold
//! cache, and a line through the medians. Its slope is the price of a thousand tokens of prompt, its foot what is left when
//! there is almost no prompt.

const std = @import("std");
const db = @import("dualbench/dualbench.zig");

comptime {
    db.scenario(@This());
}
pub const panic = db.panic;

pub const manifest: db.Manifest = .{
    .name = "prefill-ladder",
    .version = "1.0.0",
    .description = "What a thousand tokens of prompt cost until the first token: a line through a ladder of lengths.",
    .targets = &.{ .main, .mini },
    .params = &.{
        .{ .name = "engine", .default = .{ .text = "mini" }, .choices = &.{ "main", "mini" }, .help = "The engine that is asked." },
        .{ .name = "shortest", .default = .{ .integer = 64 }, .unit = "tokens", .min = 16, .max = 65536, .help = "The prompt of the first rung; each next one has twice as many." },
        .{ .name = "rungs", .default = .{ .integer = 5 }, .min = 2, .max = 12, .help = "Lengths that are tried." },
        .{ .name = "repetitions", .default = .{ .integer = 5 }, .min = 1, .max = 200, .help = "Exchanges of each length." },
    },
};

const Point = struct { tokens: f64, ms: f64 };

pub fn run(arguments: db.Arguments) !void {
    const engine = arguments.target("engine");
    const rungs = arguments.count("rungs");
    var points: [12]Point = undefined;
    var found: usize = 0;
    var tokens = arguments.count("shortest");
    for (0..rungs) |rung| {
        db.progress(rung, rungs);
        if (try climb(engine, tokens, arguments.count("repetitions"))) |point| {
            points[found] = point;
            found += 1;
        }
        tokens *= 2;
    }
    db.progress(rungs, rungs);
    if (found < 2) return db.fail("only {d} lengths gave a first token: no line goes through them", .{found});
    const slope, const foot = line(points[0..found]);
    db.metric("ttft_ms_per_1000_prompt_tokens", slope * 1000, "ms");
    db.metric("ttft_ms_without_prompt", foot, "ms");
}

/// Null where the engine gives no answer at that length.
fn climb(engine: db.Target, tokens: u32, repetitions: u32) !?Point {
    var name: [40]u8 = undefined;
    db.phase(std.fmt.bufPrint(&name, "{d} tokens", .{tokens}) catch unreachable);
    const outcomes = try db.measure(&.{.{
        .target = engine,
        .request = .{ .prompt = .{ .calibrated = .{ .tokens = tokens } }, .length = .{ .exactly = 2 } },
        .arrival = .{ .closed = 1 },
        .warm_up = 1,
    }}, .{ .repetitions = repetitions });
    const ms = outcomes[0].ttft_ms.median.get() orelse return null;
    db.print(.info, "{d} tokens: first token after {d:.1} ms", .{ tokens, ms });
    return .{ .tokens = @floatFromInt(tokens), .ms = ms };
}

/// Slope and foot of the line of least squares.
fn line(points: []const Point) struct { f64, f64 } {
    const n: f64 = @floatFromInt(points.len);
    var x: f64 = 0;
    var y: f64 = 0;
    for (points) |point| {
        x += point.tokens / n;
        y += point.ms / n;
    }
    var xy: f64 = 0;
    var xx: f64 = 0;
    for (points) |point| {
        xy += (point.tokens - x) * (point.ms - y);
        xx += (point.tokens - x) * (point.tokens - x);
    }
    const slope = xy / xx;
    return .{ slope, y - slope * x };
}
