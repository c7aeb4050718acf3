import { expect, test } from "vitest";
import { foldFrame, foldSnapshot, MAX_LINES, nothingYet } from "../src/state/fold";
import { MAX_POINTS } from "../src/state/ring";
import { gpuSeriesOf, seriesOf, showStored } from "../src/state/replay";
import { gpuTraces } from "../src/views/charts/gpu";
import type { DeviceSamples, Exchange, LiveRun, LiveView, RunRow } from "../src/state/wire";

const run = (run_id: string): LiveRun => ({
  run_id, scenario: "engine-speed", state: "measuring", phase: "main alone", done: 0, total: 3, elapsed_ms: 100, activity: {}, since_last_byte_ms: {}, events_per_second: {}, counters: {},
});

const view = (part: Partial<LiveView>): LiveView => ({
  seq: 1, now: "2026-11-24T08:00:00Z", simulated: true, run: null, queue: [], series: {}, log: [], metrics: [], last: [], scenarios_changed: 0, ...part,
});

const rate = (points: [number, number | null][]) => ({ main: { tokens_per_second: points } });
const ys = (live: { series: Record<string, Record<string, { points: { y: number | null }[] }>> }) => live.series["main"]?.["tokens_per_second"]?.points.map((p) => p.y) ?? [];

test("a frame adds its points to the snapshot's", () => {
  const live = foldFrame(foldSnapshot(view({ run: run("a"), series: rate([[1, 50]]) })), view({ run: run("a"), series: rate([[2, 51], [3, 52]]) }));
  expect(ys(live)).toEqual([50, 51, 52]);
});

test("three exchanges are three points", () => {
  let live = foldSnapshot(view({ run: run("a") }));
  for (const t of [1, 2, 3]) live = foldFrame(live, view({ run: run("a"), series: rate([[t, 50]]) }));
  expect(ys(live)).toHaveLength(3);
});

test("a gap stays a gap", () => {
  const live = foldSnapshot(view({ run: run("a"), series: rate([[1, 50], [2, null], [3, 52]]) }));
  expect(ys(live)).toEqual([50, null, 52]);
  expect(live.series["main"]?.["tokens_per_second"]?.latest()?.y).toBe(52);
});

test("another run starts from empty series, log and metrics", () => {
  const first = foldSnapshot(view({ run: run("a"), series: rate([[1, 50]]), log: [{ at_ms: 1, level: "info", message: "old" }], metrics: [{ at_ms: 1, name: "m", value: 1, unit: "" }] }));
  const second = foldFrame(first, view({ run: run("b"), series: rate([[1, 70]]) }));
  expect(ys(second)).toEqual([70]);
  expect(second.log).toEqual([]);
  expect(second.metrics).toEqual([]);
});

test("the end of a run keeps what it drew", () => {
  const during = foldSnapshot(view({ run: run("a"), series: rate([[1, 50]]) }));
  const after = foldFrame(during, view({ run: null, series: rate([[2, 51]]) }));
  expect(after.run).toBeNull();
  expect(after.shown?.run_id).toBe("a");
  expect(ys(after)).toEqual([50, 51]);
});

test("a run that the daemon still tells after its end is shown, not under way", () => {
  const live = foldSnapshot(view({ run: { ...run("a"), state: "finished" }, series: rate([[1, 50]]) }));
  expect(live.run).toBeNull();
  expect(live.shown?.run_id).toBe("a");
});

test("a snapshot after a reconnect replaces everything", () => {
  foldSnapshot(view({ run: run("a"), series: rate([[1, 50]]) }));
  const again = foldSnapshot(view({ run: run("a"), series: rate([[1, 50], [2, 51]]) }));
  expect(ys(again)).toEqual([50, 51]);
});

test("a long series is thinned, and keeps its ends and its spike", () => {
  const many = Array.from({ length: 3 * MAX_POINTS }, (_, i): [number, number] => [i, i === 1234 ? 9000 : 10]);
  const live = foldSnapshot(view({ run: run("a"), series: rate(many.slice(0, 500)) }));
  for (let at = 500; at < many.length; at += 500) foldFrame(live, view({ run: run("a"), series: rate(many.slice(at, at + 500)) }));
  const ring = live.series["main"]?.["tokens_per_second"];
  expect(ring?.points.length).toBeLessThanOrEqual(MAX_POINTS);
  expect(ring?.total).toBe(3 * MAX_POINTS);
  expect(ring?.points[0]?.x).toBe(0);
  expect(ring?.points.at(-1)?.x).toBe(3 * MAX_POINTS - 1);
  expect(ring?.points).toContainEqual({ x: 1234, y: 9000 });
});

test("a phase is marked where it was seen to begin, once", () => {
  const named = (phase: string, elapsed_ms: number) => view({ run: { ...run("a"), phase, elapsed_ms } });
  let live = foldSnapshot(named("main alone", 5));
  live = foldFrame(live, named("main alone", 50));
  live = foldFrame(live, named("both", 100));
  // That the first one began before the page was opened is known, where is not.
  expect(live.marks).toEqual([{ at: 100, label: "both" }]);
  live = foldFrame(live, view({ run: { ...run("b"), phase: "main alone", elapsed_ms: 3 } }));
  expect(live.marks).toEqual([{ at: 3, label: "main alone" }]);
});

test("the log is bounded", () => {
  const log = Array.from({ length: MAX_LINES + 5 }, (_, i) => ({ at_ms: i, level: "info" as const, message: String(i) }));
  const live = foldSnapshot(view({ run: run("a"), log }));
  expect(live.log).toHaveLength(MAX_LINES);
  expect(live.log[0]?.message).toBe("5");
});

const exchange = (part: Partial<Exchange>): Exchange => ({
  exchange: 0, target: "main", simulated: true, phase: "", warm_up: false, company: "alone", sent_ms: 0, connect_ms: 0, start_delay_ms: 0, headers_ms: null, ending: "length", detail: null,
  ttft_ms: 50, ttfo_ms: null, e2e_ms: 100, tokens_per_second: 60, tpot_ms: null, prefill_tokens_per_second: null, output_tokens: 64, prompt_tokens: null, cached_prompt_tokens: null,
  chunks: 64, claims: { timings: null, usage: null, tokenizer: null }, disagrees: false, stages: null, ...part,
});
const models = { main: null, mini: null };
const none = { ttft_ms: null, tokens_per_second: null };
const row: RunRow = {
  run_id: "old", scenario: "dual", version: "1", sha256: "", state: "finished", verdict: null, started_at: "2026-11-24T08:00:00Z", duration_ms: 900, simulated: true, simulated_engines: { main: true, mini: true },
  headline: { main: none, mini: none }, models: models, tags: [], note: "", reasons_for_null: {},
};

test("a stored run draws one point an exchange, at its end, without warm-up", () => {
  const series = seriesOf([exchange({ warm_up: true }), exchange({ sent_ms: 200 }), exchange({ sent_ms: 400, tokens_per_second: null })]);
  expect(series["main"]?.["tokens_per_second"]?.points).toEqual([{ x: 300, y: 60 }, { x: 500, y: null }]);
});

test("a stored run never covers a live one", () => {
  const live = foldSnapshot(view({ run: run("a") }));
  expect(showStored(live, row, [exchange({})], [])).toBe(live);
  expect(showStored(nothingYet, row, [exchange({})], []).shown?.run_id).toBe("old");
});

const device = (index: number, part: Partial<DeviceSamples> = {}): DeviceSamples => ({
  index, readings: 2, step: 1, at_ms: [0, 50], vram_used_bytes: [5, null], utilisation_percent: [null, null], power_w: [30, 31], temperature_c: [null, null], sm_clock_mhz: [null, null], ...part,
});

test("stored samples become series, a gap stays one, and a measure without readings has none", () => {
  const series = gpuSeriesOf([device(0)]);
  expect(Object.keys(series["gpu"] ?? {})).toEqual(["vram_used_bytes", "power_w"]);
  expect(series["gpu"]?.["vram_used_bytes"]?.points).toEqual([{ x: 0, y: 5 }, { x: 50, y: null }]);
});

test("a run of the past shows its memory", () => {
  expect(showStored(nothingYet, row, [exchange({})], [device(0)]).series["gpu"]?.["vram_used_bytes"]?.points).toHaveLength(2);
});

test("each GPU is a line of its own, named by its number", () => {
  const names = (traces: { name: string; ring: unknown }[]) => traces.map((trace) => `${trace.name} ${trace.ring ? "drawn" : "empty"}`);
  expect(names(gpuTraces(gpuSeriesOf([device(1), device(0)]), "vram_used_bytes"))).toEqual(["GPU 0 drawn", "GPU 1 drawn"]);
  expect(names(gpuTraces({}, "vram_used_bytes"))).toEqual(["GPU 0 empty"]);
});
