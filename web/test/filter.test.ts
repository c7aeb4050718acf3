import { expect, test } from "vitest";
import { filtered, pageOf, pages } from "../src/state/filter";
import { NO_FILTER } from "../src/state/route";
import type { RunRow } from "../src/state/wire";

const none = { ttft_ms: null, tokens_per_second: null };
const row = (run_id: string, part: Partial<RunRow> = {}): RunRow => ({
  run_id, scenario: "load", version: "1", sha256: "abc", state: "finished", verdict: { state: "valid", reasons: [] }, started_at: `2026-11-24T12:00:0${run_id.slice(-1)}Z`,
  duration_ms: 5, simulated: true, simulated_engines: { main: true, mini: true }, headline: { main: none, mini: none }, models: { main: null, mini: null }, tags: [], note: "", reasons_for_null: {}, ...part,
});
const ids = (rows: RunRow[]) => rows.map((r) => r.run_id).join(" ");
const fast = { main: { ttft_ms: 10, tokens_per_second: 5 }, mini: none };

const ROWS = [row("r1"), row("r2", { scenario: "dual", verdict: { state: "void", reasons: ["the client lagged"] } }), row("r3", { headline: fast, tags: ["q4"], note: "after the update", models: { main: "qwen-14b", mini: null } }), row("r4", { state: "failed", verdict: null })];

test.each([
  [{}, "r4 r3 r2 r1"], [{ down: false }, "r1 r2 r3 r4"], [{ scenario: "dual" }, "r2"], [{ verdict: "failed" }, "r4"], [{ verdict: "valid" }, "r3 r1"],
  [{ text: "LAGGED client" }, "r2"], [{ text: "load nothing" }, ""], [{ engine: "main" }, "r3"], [{ tag: "q4" }, "r3"], [{ tag: "q" }, ""], [{ model: "qwen-14b" }, "r3"], [{ text: "update qwen" }, "r3"], [{ from: "2026-11-25" }, ""], [{ to: "2026-11-23" }, ""],
  [{ sort: "scenario", down: false }, "r2 r1 r3 r4"],
])("%o finds %s", (filter, expected) => {
  expect(ids(filtered(ROWS, { ...NO_FILTER, ...filter }))).toBe(expected);
});

test.each(["__proto__", "constructor", "nothing"])("an order that there is none of (%s) is that of the start", (sort) => {
  expect(ids(filtered(ROWS, { ...NO_FILTER, sort }))).toBe("r4 r3 r2 r1");
});

test.each([true, false])("a missing value stands last, whichever way it is sorted (%s)", (down) => {
  expect(filtered(ROWS, { ...NO_FILTER, sort: "main.ttft", down })[0]?.run_id).toBe("r3");
});

test("pages hold fifty rows, and the last is never beyond the end", () => {
  const many = Array.from({ length: 101 }, (_, i) => row(`x${i}`));
  expect(pages(many)).toBe(3);
  expect(pageOf(many, 2)).toHaveLength(50);
  expect(pageOf(many, 99)).toHaveLength(1);
  expect(pages([])).toBe(1);
});
