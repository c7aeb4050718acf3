import { expect, test } from "vitest";
import { Refusal } from "../src/feed/api";
import { refusedBy } from "../src/feed/commands";
import { check, checkAll, rangeText, startText } from "../src/state/params";
import type { Param, Scenario } from "../src/state/wire";

const param = (part: Partial<Param>): Param => ({ name: "p", type: "integer", default: 5, help: null, unit: null, min: null, max: null, choices: null, ...part });

test.each([
  [param({}), "12", { value: 12 }],
  [param({}), " 12 ", { value: 12 }],
  [param({}), "1.5", { problem: "a whole number is needed here" }],
  [param({}), "", { problem: "a number is needed here" }],
  [param({}), "12abc", { problem: "a whole number is needed here" }],
  [param({ min: 1, unit: "tokens" }), "0", { problem: "at least 1 tokens" }],
  [param({ max: 4096 }), "4097", { problem: "at most 4096" }],
  [param({ type: "number" }), ".5", { value: 0.5 }],
  [param({ type: "number" }), "1e3", { value: 1000 }],
  [param({ type: "number" }), "0x10", { problem: "a number is needed here" }],
  [param({ type: "flag" }), "true", { value: true }],
  [param({ type: "text" }), " kept as typed ", { value: " kept as typed " }],
  [param({ type: "text", choices: ["main", "mini"] }), "mini", { value: "mini" }],
  [param({ type: "text", choices: ["main", "mini"] }), "maxi", { problem: "choose one of main, mini" }],
] as const)("%o given %s", (given, text, expected) => {
  expect(check(given, text)).toEqual(expected);
});

test("an untouched form sends the defaults", () => {
  expect(checkAll([param({ name: "a" }), param({ name: "b", type: "flag", default: null })], {})).toEqual({ values: { a: 5, b: false }, problems: {} });
});

test("a parameter without default starts with its first choice, or empty", () => {
  expect(startText(param({ type: "text", default: null, choices: ["main"] }))).toBe("main");
  expect(startText(param({ default: null }))).toBe("");
});

test("a range is told with its unit", () => {
  expect(rangeText(param({ min: 1, max: 9, unit: "users" }))).toBe("1 – 9 users");
  expect(rangeText(param({ min: 0 }))).toBe("at least 0");
  expect(rangeText(param({}))).toBe("");
});

test("a refusal goes beside its field, and what has no field goes above the button", () => {
  const scenario = { ready: { params: [param({ name: "users" })] } } as unknown as Scenario;
  const refusal = new Refusal("bad", [{ field: "params.users", message: "too many" }, { field: "seed", message: "too long" }]);
  expect(refusedBy(refusal, scenario)).toEqual({ refused: { users: "too many" }, general: "seed: too long" });
  expect(refusedBy(new Refusal("queue full"), scenario)).toEqual({ refused: {}, general: "queue full" });
});
