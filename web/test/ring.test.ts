import { expect, test } from "vitest";
import { LIVE_POINTS, MAX_POINTS, Ring } from "../src/state/ring";

/** `count` points, one each `every` ms; what stands in `odd` has another value than 10 or 11. */
function filled(count: number, every: number, odd: Record<number, number | null> = {}): Ring {
  const ring = new Ring();
  for (let i = 0; i < count; i += 1) ring.append([[i * every, i in odd ? (odd[i] ?? null) : 10 + (i % 2)]]);
  return ring;
}

test("a day of points is no more than a screen's", () => {
  const ring = filled(24 * 3600 * 4, 250);
  expect(ring.points.length).toBeLessThanOrEqual(LIVE_POINTS);
  expect(LIVE_POINTS).toBeLessThanOrEqual(MAX_POINTS);
  expect(ring.total).toBe(24 * 3600 * 4);
});

test("once it is full it stays full: it does not shrink and fill up again", () => {
  const ring = filled(LIVE_POINTS, 250);
  let least = LIVE_POINTS;
  for (let i = LIVE_POINTS; i < 40_000; i += 1) {
    ring.append([[i * 250, 10 + (i % 2)]]);
    least = Math.min(least, ring.points.length);
  }
  expect(least).toBeGreaterThan(LIVE_POINTS - 5);
});

test("every part of a long run is as fine as the others, within a factor of two or so", () => {
  const { points } = filled(100_000, 100);
  const span = 100_000 * 100;
  const tenths = Array.from({ length: 10 }, (_, i) => points.filter((p) => p.x >= (i * span) / 10 && p.x < ((i + 1) * span) / 10).length);
  expect(Math.min(...tenths)).toBeGreaterThan(LIVE_POINTS / 10 / 2.5);
  expect(Math.max(...tenths)).toBeLessThan((LIVE_POINTS / 10) * 2.5);
});

test("extremes and gaps of a long run stay, in the order of time, and so do both ends", () => {
  const { points } = filled(50_000, 100, { 77: 500, 8_000: -3, 30_000: null });
  expect(points).toContainEqual({ x: 7_700, y: 500 });
  expect(points).toContainEqual({ x: 800_000, y: -3 });
  expect(points).toContainEqual({ x: 3_000_000, y: null });
  expect([points[0]?.x, points.at(-1)?.x]).toEqual([0, 4_999_900]);
  expect(points.every((p, i) => i === 0 || p.x > (points[i - 1]?.x ?? -1))).toBe(true);
});

test("the newest value is the newest that came, though it is no extreme", () => {
  const ring = filled(5_000, 100);
  ring.append([[500_000, 10.5]]);
  expect(ring.latest()).toEqual({ x: 500_000, y: 10.5 });
});

test("points of one moment, and points out of order, are bounded as well", () => {
  const moment = new Ring();
  moment.append(Array.from({ length: 5_000 }, (_, i) => [7, i] as const));
  expect(moment.points.length).toBeLessThanOrEqual(LIVE_POINTS);
  expect(moment.points).toContainEqual({ x: 7, y: 0 });
  const mixed = new Ring();
  for (let i = 0; i < 20_000; i += 1) mixed.append([[((i * 7_919) % 1_000) + i * 10, i % 3]]);
  expect(mixed.points.length).toBeLessThanOrEqual(LIVE_POINTS);
});
