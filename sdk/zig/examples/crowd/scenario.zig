//! How much of their answers impatient readers see: scripted users, each of whom leaves an answer that takes too long, and has
//! more patience for the next one.

const std = @import("std");
const db = @import("dualbench/dualbench.zig");

comptime {
    db.scenario(@This());
}
pub const panic = db.panic;

pub const manifest: db.Manifest = .{
    .name = "crowd-of-the-impatient",
    .version = "0.1.0",
    .description = "Readers who leave an answer that takes too long, all at the same time.",
    .targets = &.{.mini},
    .params = &.{
        .{ .name = "readers", .default = .{ .integer = 4 }, .min = 1, .max = 64, .help = "Users at the same time." },
        .{ .name = "rounds", .default = .{ .integer = 3 }, .min = 1, .max = 100, .help = "Answers that each of them begins to read." },
        .{ .name = "patience_ms", .default = .{ .number = 150 }, .unit = "ms", .min = 1, .max = 60000, .help = "How long an answer may take; twice as long after one that was left." },
    },
};

pub fn run(arguments: db.Arguments) !void {
    db.phase("reading");
    try db.runUsers(arguments.count("readers"), .{ .repetitions = arguments.count("rounds") });
    db.mark("all have read");
}

/// An instance of its own for each user: what it keeps here is there in its next round.
var longer: f64 = 1;

pub fn user(arguments: db.Arguments, index: u32) !void {
    var words: [64]u8 = undefined;
    const question = try std.fmt.bufPrint(&words, "Tell reader {d} of the sea.", .{index});
    const request: db.Request = .{ .prompt = .{ .text = question }, .length = .{ .at_most = 32 } };
    const exchange = try request.start(.mini);
    defer exchange.drop();
    const patience_ms = arguments.number("patience_ms") * longer;
    var characters: usize = 0;
    while (try exchange.next()) |chunk| {
        characters += try std.unicode.utf8CountCodepoints(chunk.text);
        if (chunk.offset_ms < patience_ms) continue;
        db.count("left", 1);
        longer *= 2;
        break;
    }
    db.metric("characters_read", @floatFromInt(characters), "characters");
}
