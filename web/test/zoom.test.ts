import { expect, test } from "vitest";
import { keptRange, readRange, stepRange, within } from "../src/state/zoom";

test("steps in and out lead back to the whole", () => {
  const near = stepRange([0, 100], [0, 100], "in");
  expect(near).toEqual([25, 75]);
  expect(stepRange(near ?? [0, 0], [0, 100], "out")).toBeNull();
});

test("a step aside stays within the whole and keeps its width", () => {
  expect(stepRange([0, 40], [0, 100], "left")).toEqual([0, 40]);
  expect(stepRange([50, 90], [0, 100], "right")).toEqual([60, 100]);
});

test("nobody can narrow an axis to nothing", () => {
  const [from, to] = within([50, 50], [0, 100]) ?? [0, 0];
  expect(to).toBeGreaterThan(from);
});

test("a kept range is read back, and anything else is none", () => {
  expect(readRange(keptRange([1.5, 1234.5678]))).toEqual([1.5, 1234.57]);
  for (const odd of [undefined, "", "a,b", "5,4", "1,2,3", 7]) expect(readRange(odd)).toBeNull();
});
