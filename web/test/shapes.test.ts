import { expect, test } from "vitest";
import { csv } from "../src/state/csv";
import { binWidth, ecdf, histogram, percentileOf, ranked, spectrum } from "../src/state/dist";
import { pieces } from "../src/state/pieces";
import { remaining } from "../src/state/remaining";
import { thin, type Point } from "../src/state/thin";

test("thinning keeps the highest, the lowest, and that there was a gap", () => {
  const points: Point[] = Array.from({ length: 9_000 }, (_, x) => ({ x, y: x === 4_321 ? null : x === 77 ? 500 : x === 8_000 ? -3 : 10 }));
  const kept = thin(points, 2_000);
  expect(kept.length).toBeLessThanOrEqual(2_000);
  for (const x of [77, 4_321, 8_000]) expect(kept.map((p) => p.x)).toContain(x);
  expect(kept.every((p, i) => i === 0 || p.x > (kept[i - 1]?.x ?? -1))).toBe(true);
});

test("three points stay three", () => {
  const points = [{ x: 1, y: 1 }, { x: 2, y: null }, { x: 3, y: 3 }];
  expect(thin(points, 2_000)).toEqual(points);
});

test("every value is in one bin, whole or thinned", () => {
  const values = Array.from({ length: 500 }, (_, i) => Math.sin(i) * 40 + 60);
  const total = (bins: { count: number }[]) => bins.reduce((sum, bin) => sum + bin.count, 0);
  expect(total(histogram(ranked(values)))).toBe(500);
  const { value } = ranked(values);
  const every = value.map((v, i) => [i + 1, v] as const).filter(([rank]) => rank % 5 === 0);
  expect(total(histogram({ n: 500, rank: every.map(([rank]) => rank), value: every.map(([, v]) => v) }))).toBe(500);
});

test("samples that are laid over one another share the edges of their bins", () => {
  const [a, b] = [ranked([1, 2, 2.5, 3, 4]), ranked([10, 50, 90])];
  const width = binWidth([a, b]);
  for (const bin of [...histogram(a, width), ...histogram(b, width)]) expect(Math.abs(bin.from / width - Math.round(bin.from / width))).toBeLessThan(1e-9);
});

test("values that are all the same are one bin, and no values are none", () => {
  expect(histogram(ranked([7, 7, 7]))).toEqual([{ from: 7, to: 7, count: 3 }]);
  expect(histogram(ranked([null, null]))).toEqual([]);
});

test("a missing value has no rank", () => {
  expect(ranked([3, null, 1])).toEqual({ n: 2, rank: [1, 2], value: [1, 3] });
});

test("the shares rise to the whole", () => {
  const points = ecdf(ranked([5, 1, 3, 2]));
  expect(points.map((p) => p.y)).toEqual([0.25, 0.5, 0.75, 1]);
  expect(points.map((p) => p.x)).toEqual([1, 2, 3, 5]);
});

test("each nine has the same room on the axis of percentiles", () => {
  expect([0, 1, 2, 3, 4].map(percentileOf)).toEqual(["0", "90", "99", "99.9", "99.99"]);
  const { length } = spectrum(ranked(Array.from({ length: 1000 }, (_, i) => i)));
  expect(length).toBe(1000);
});

test("the pace so far tells what is left, and nothing where it cannot", () => {
  expect(remaining({ done: 5, total: 20, elapsed_ms: 1_000 })).toBe(3_000);
  expect(remaining({ done: 5, total: 0, elapsed_ms: 1_000 })).toBeNull();
  expect(remaining({ done: 1, total: 20, elapsed_ms: 1_000 })).toBeNull();
});

test("a field with a comma, a quote or a formula is only ever text", () => {
  expect(csv(["a", "b"], [['say "hi", twice', null], ["=1+1", -4], ["-3 ms", 0]])).toBe('a,b\r\n"say ""hi"", twice",\r\n\'=1+1,-4\r\n\'-3 ms,0\r\n');
});

test("a journal goes in pieces that a request holds, and nothing of it is lost", () => {
  const lines = ["a".repeat(40), "é".repeat(30), "b", "c".repeat(500), "d"];
  const sent = [...pieces(lines, 100)];
  expect(sent.flat()).toEqual(lines);
  expect(sent.every((piece) => piece.length === 1 || JSON.stringify(piece).length < 110)).toBe(true);
  expect(sent.length).toBeGreaterThan(2);
});
