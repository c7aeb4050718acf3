import { expect, test } from "vitest";
import { Refusal } from "../src/feed/api";
import { refusedBy } from "../src/feed/commands";
import { changed, check, checkAll, linesOf, readForm, startText } from "../src/state/params";
import type { Param, Scenario } from "../src/state/wire";

const param = (part: Partial<Param>): Param => ({ name: "p", type: "integer", default: 5, help: "", unit: null, min: null, max: null, choices: [], ...part });

test.each([
  [param({}), "12", { value: 12 }],
  [param({}), " 12 ", { value: 12 }],
  [param({}), "1.5", { problem: { code: "whole" } }],
  [param({}), "", { problem: { code: "number" } }],
  [param({}), "12abc", { problem: { code: "whole" } }],
  [param({ min: 1, unit: "tokens" }), "0", { problem: { code: "least", limit: 1, unit: "tokens" } }],
  [param({ max: 4096 }), "4097", { problem: { code: "most", limit: 4096, unit: null } }],
  [param({ type: "number" }), ".5", { value: 0.5 }],
  [param({ type: "number" }), "1e3", { value: 1000 }],
  [param({ type: "number" }), "0x10", { problem: { code: "number" } }],
  [param({ type: "flag" }), "true", { value: true }],
  [param({ type: "text" }), " kept as typed ", { value: " kept as typed " }],
  [param({ type: "text", choices: ["main", "mini"] }), "mini", { value: "mini" }],
  [param({ type: "text", choices: ["main", "mini"] }), "maxi", { problem: { code: "choice", choices: ["main", "mini"] } }],
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

test("what differs from the scenario's own values is known by name", () => {
  expect(changed([param({ name: "a" }), param({ name: "b" })], { a: "5", b: "6" })).toEqual(["b"]);
});

test("thresholds are one a line, and empty lines are none", () => {
  expect(linesOf(" ttft_ms.p95 < 400 \n\nfailed < 1\n")).toEqual(["ttft_ms.p95 < 400", "failed < 1"]);
});

test("what an earlier visit kept is taken as far as it is a form", () => {
  expect(readForm({ drafts: { load: { users: "8", odd: 3 } }, thresholds: null })).toEqual({ drafts: { load: { users: "8" } }, thresholds: {} });
  expect(readForm("rubbish")).toEqual({ drafts: {}, thresholds: {} });
});

test("a refusal goes beside its field, and what has no field goes above the button", () => {
  const scenario = { ready: { params: [param({ name: "users" })] } } as unknown as Scenario;
  const refusal = new Refusal("bad", 422, [{ field: "params.users", message: "too many" }, { field: "seed", message: "too long" }]);
  expect(refusedBy(refusal, scenario)).toEqual({ refused: { users: "too many" }, general: "seed: too long" });
  expect(refusedBy(new Refusal("queue full", null), scenario)).toEqual({ refused: {}, general: "queue full" });
});
