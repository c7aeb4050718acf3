// What a page keeps for as long as it is open has a bound.

import { expect, test } from "vitest";
import { Latest } from "../src/feed/latest";
import { put } from "../src/state/bounded";
import { LIVE_POINTS, Ring } from "../src/state/ring";
import { loneOf } from "../src/views/charts/lone";
import type { Paint } from "../src/views/charts/paint";
import { timeSpec, type TimeChart } from "../src/views/charts/time";

const paint = { of: () => "#000000", ink: "", quiet: "", rule: "", panel: "", good: "", warn: "", bad: "" } satisfies Paint;

function datasetOf(shape: TimeChart["shape"], ring: Ring) {
  const spec = timeSpec({ id: "c", title: "c", unit: "ms", shape, traces: [{ name: "main", hue: "main", ring }], elapsedMs: 1, simulated: false, empty: "", axis: "live" });
  const dataset = spec.build(paint).data.datasets[0];
  if (!dataset) throw new Error("no dataset");
  return dataset;
}

test.each(["line", "points"] as const)("the points of a chart (%s) share their options: none is a function or a list", (shape) => {
  const ring = new Ring();
  ring.append(Array.from({ length: LIVE_POINTS }, (_, i) => [i, i % 9 === 0 ? null : i] as const));
  const { data: _data, borderDash: _lines, ...options } = datasetOf(shape, ring) as unknown as Record<string, unknown>;
  for (const [name, value] of Object.entries(options)) expect(["string", "number", "boolean"], name).toContain(typeof value);
});

test("what a chart was given is not what grows: out of sight it would keep a list of all that is done to it", () => {
  const ring = new Ring();
  ring.append([[1, 1], [2, 2]]);
  const { data } = datasetOf("line", ring);
  expect(data).toEqual(ring.points);
  ring.append([[3, 3]]);
  expect(data).toHaveLength(2);
});

test("a point between gaps has a dot, one on a line has none", () => {
  const ys = [1, null, 2, null, null, 3, 4, null, 5];
  expect(loneOf(ys.map((y) => ({ y })))).toEqual([0, 2, 8]);
});

test("a record keeps what was put in last", () => {
  let record: Record<string, number> = {};
  for (let i = 0; i < 10; i += 1) record = put(record, `k${i % 6}`, i, 4);
  expect(record).toEqual({ k0: 6, k1: 7, k2: 8, k3: 9 });
});

test("of questions asked long ago nothing is kept, and of the others which was the last", () => {
  const latest = new Latest();
  const [first, second] = [latest.ask("run/0"), latest.ask("run/0")];
  expect([first(), second()]).toEqual([false, true]);
  for (let i = 0; i < 10_000; i += 1) latest.ask(`run/${i}`);
  expect(latest.size).toBeLessThan(300);
  expect(second()).toBe(false);
});
