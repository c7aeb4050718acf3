import { expect, test } from "vitest";
import { isAny, isGpuSimulated, isMixed, isSimulated, originOf, originOfEngines, originOfFigure, originOfRow } from "../src/state/origin";
import { targetName } from "../src/views/measures";
import { exchangeTable } from "../src/views/exchanges";
import type { Exchange, Journal } from "../src/state/wire";

const run = (main: boolean, mini: boolean): Journal => ({
  schema: 1, run_id: "r", state: "finished", simulated: main || mini,
  engines: { main: { simulated: main }, mini: { simulated: mini } }, host: { gpu: { name: main && mini ? "simulated GPU" : "a card" } },
});

test("a run whose engines are alike is simulated as a whole, or not at all", () => {
  expect([originOf(run(true, true)), originOf(run(false, false))]).toEqual([true, false]);
  expect([isGpuSimulated(run(true, true)), isGpuSimulated(run(false, false))]).toEqual([true, false]);
});

test("beside a real engine the simulated one is named, and each figure has its own engine's word", () => {
  const mixed = run(false, true);
  expect(originOf(mixed)).toEqual(["mini"]);
  expect([isMixed(originOf(mixed)), isAny(originOf(mixed))]).toEqual([true, true]);
  expect([isSimulated(mixed, "main"), isSimulated(mixed, "mini")]).toEqual([false, true]);
  expect([originOfFigure(mixed, "main.ttft_ms.p50 < 400"), originOfFigure(mixed, "mini.ttft_ms.p50 < 400"), originOfFigure(mixed, "gpu.energy_j < 1")]).toEqual([false, true, false]);
  expect([targetName(mixed, "main"), targetName(mixed, "mini")]).toEqual(["main", "mini (simulated)"]);
});

test("a record that names no engines has the run's word for all", () => {
  const bare: Journal = { schema: 1, run_id: "r", state: "finished", simulated: true };
  expect([originOf(bare), isSimulated(bare, "main"), isGpuSimulated(bare)]).toEqual([true, true, true]);
});

test("a row of a list names the simulated engine only where another was real", () => {
  expect(originOfRow({ simulated: true, simulated_engines: { main: false, mini: true } })).toEqual(["mini"]);
  expect(originOfRow({ simulated: true, simulated_engines: { main: true, mini: null } })).toBe(true);
  expect(originOfRow({ simulated: true, simulated_engines: { main: null, mini: null } })).toBe(true);
  expect(originOfRow({ simulated: false, simulated_engines: { main: false, mini: false } })).toBe(false);
});

test("the engines at hand are named where not all are alike", () => {
  const engines = (main: boolean, mini: boolean) => [{ role: "main" as const, simulated: main }, { role: "mini" as const, simulated: mini }];
  expect(originOfEngines(engines(false, true), false)).toEqual(["mini"]);
  expect([originOfEngines(engines(true, true), true), originOfEngines(engines(false, false), false), originOfEngines([], true)]).toEqual([true, false, true]);
});

test("each row of the CSV says whether its own engine is simulated", () => {
  const exchange = (target: string) => ({ target, claims: {} }) as unknown as Exchange;
  const [head, rows] = exchangeTable([exchange("main"), exchange("mini")], (target) => isSimulated(run(false, true), target));
  expect(head.at(-1)).toBe("simulated");
  expect(rows.map((row) => row.at(-1))).toEqual([false, true]);
});
