import { expect, test } from "vitest";
import type { AskedLoad } from "../src/state/wire";
import { asked } from "../src/views/load";

const load = (part: Partial<AskedLoad>): AskedLoad => ({
  phase: "", requests: 1, arrival: "closed", concurrency: null, rate_per_second: null, from_per_second: null, stages: null, max_open: null,
  times: 1, started: 0, shed: 0, precision: null, ...part,
});

test("a load is told in words", () => {
  expect(asked(load({ concurrency: 4 }))).toBe("4 users");
  expect(asked(load({ arrival: "poisson", rate_per_second: 2.5, max_open: 8 }))).toBe("2.5 starts/s (Poisson)");
});

test("stages are told one by one, and of many how many are left", () => {
  const stages = [1, 2, 3, 4, 5, 6].map((rate_per_second) => ({ seconds: 30, rate_per_second }));
  const told = (n: number) => asked(load({ arrival: "constant", from_per_second: 0, stages: stages.slice(0, n), max_open: 8 }));
  expect(told(1)).toBe("0 starts/s, to 1 over 30 s (constant)");
  expect(told(6)).toContain("to 4 over 30 s, and 2 stages more (constant)");
});
