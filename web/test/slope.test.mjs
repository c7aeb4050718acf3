import { expect, test } from "vitest";
import { median, slope } from "../dev/slope.mjs";

test("a steady growth is found, whatever a few samples say", () => {
  const samples = Array.from({ length: 60 }, (_, i) => [i / 12, 7 + (0.4 * i) / 12 + (i % 9 === 0 ? 5 : 0)]);
  expect(slope(samples)).toBeCloseTo(0.4, 1);
});

test("what only wavers does not grow", () => {
  expect(Math.abs(slope(Array.from({ length: 60 }, (_, i) => [i / 12, 7 + 0.1 * Math.sin(i)])))).toBeLessThan(0.02);
});

test("of no samples there is no growth to judge by", () => {
  expect(median([1, 3])).toBe(2);
  expect(slope([])).toBeNaN();
});
