import { expect, test } from "vitest";
import { ceilingStep, roundSpan, roundStep, roundTop } from "../src/views/axis";

test.each([[0, 1_000], [4_500, 5_000], [61_000, 90_000], [3_600_001, 7_200_000]])("a run of %s ms gets an axis of %s ms", (ms, span) => {
  expect(roundSpan(ms).span).toBe(span);
});

test.each([0.003, 0.7, 1, 58.1, 213, 9_999])("the top of an axis lies above %s and on a step", (max) => {
  const top = roundTop(max);
  expect(top).toBeGreaterThan(max);
  expect(top).toBeLessThan(max * 1.6);
  expect(Math.abs(top / roundStep(max * 1.05) - Math.round(top / roundStep(max * 1.05)))).toBeLessThan(1e-9);
});

test("a memory of just under 24 GiB has an axis in quarters of 24", () => {
  expect(ceilingStep(23.99)).toEqual({ top: 24, step: 6 });
});

test("the steps of a time axis divide it into two to seven parts", () => {
  for (let ms = 500; ms < 40_000_000; ms *= 1.3) {
    const { span, step } = roundSpan(ms);
    expect(span / step).toBeGreaterThanOrEqual(2);
    expect(span / step).toBeLessThanOrEqual(7);
    if (span <= 3_600_000) expect(span % step, `${span} by ${step}`).toBeLessThan(1e-6);
  }
});
