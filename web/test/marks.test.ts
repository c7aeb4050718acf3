import { expect, test } from "vitest";
import type { Exchange } from "../src/state/wire";
import { marksOf } from "../src/views/run_charts";

const sent = (sent_ms: number, phase: string) => ({ sent_ms, phase }) as Exchange;

test("phases and the scenario's own marks stand in the order of time", () => {
  const marks = marksOf({ marks: [{ at_ms: 15, name: "cache filled" }] }, [sent(1, "warm-up"), sent(5, "warm-up"), sent(20, "alone")]);
  expect(marks).toEqual([{ at: 1, label: "warm-up" }, { at: 15, label: "cache filled" }, { at: 20, label: "alone" }]);
});

test("a run whose scenario marked nothing has its phases alone", () => {
  expect(marksOf({}, [sent(3, "")])).toEqual([]);
});
