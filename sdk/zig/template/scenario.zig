//! How long a listener waits until a whole sentence can be read out: the host cannot know what a sentence is.

const std = @import("std");
const db = @import("dualbench/dualbench.zig");

comptime {
    db.scenario(@This());
}
pub const panic = db.panic;

pub const manifest: db.Manifest = .{
    .name = "my-scenario",
    .version = "0.1.0",
    .description = "How soon the first whole sentence of an answer is there.",
    .targets = &.{ .main, .mini },
    .params = &.{
        .{ .name = "engine", .default = .{ .text = "mini" }, .choices = &.{ "main", "mini" }, .help = "The engine that is asked." },
        .{ .name = "answers", .default = .{ .integer = 12 }, .min = 1, .max = 1000, .help = "Answers that are asked for, one after the other." },
        .{ .name = "question", .default = .{ .text = "What is a tide?" }, .help = "What the engine is asked." },
    },
};

pub fn run(arguments: db.Arguments) !void {
    const engine = arguments.target("engine");
    const answers = arguments.count("answers");
    const request: db.Request = .{
        .prompt = .{ .messages = &.{
            db.system("Answer in three short sentences."),
            db.user(arguments.text("question")),
        } },
        .length = .{ .at_most = 120 },
    };

    db.phase("asking");
    for (0..answers) |done| {
        db.progress(done, answers);
        if (try firstSentence(engine, request)) |ms| db.metric("first_sentence_ms", ms, "ms");
    }
    db.progress(answers, answers);
}

/// Null where the answer ended without a full stop.
fn firstSentence(engine: db.Target, request: db.Request) !?f64 {
    const exchange = try request.start(engine);
    defer exchange.drop();
    var first: ?f64 = null;
    while (try exchange.next()) |chunk| {
        if (first == null and std.mem.indexOfAny(u8, chunk.text, ".!?") != null) first = chunk.offset_ms;
    }
    return first;
}
