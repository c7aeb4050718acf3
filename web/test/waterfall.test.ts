import { expect, test } from "vitest";
import { laneOf, partsOf } from "../src/state/waterfall";
import type { Exchange } from "../src/state/wire";

const exchange = (part: Partial<Exchange>) => ({
  exchange: 1, target: "main", phase: "p", warm_up: false, ending: "length", detail: null, sent_ms: 100, connect_ms: 0, start_delay_ms: 0, ttft_ms: 40, e2e_ms: 140, stages: null, ...part,
}) as Exchange;

const told = (e: Exchange) => laneOf(e).spans.map((s) => `${s.part} ${s.from}–${s.to}`);
const stage = (name: string, start_ms: number, end_ms: number, first_token_ms: number | null = null) =>
  ({ stage: name, start_ms, end_ms, first_token_ms, prompt_tokens: null, output_tokens: null, error: null }) as NonNullable<Exchange["stages"]>[number];

test("an exchange waits, connects, reads and writes, in this order without holes", () => {
  expect(told(exchange({ connect_ms: 5, start_delay_ms: 30 }))).toEqual(["queue 70–95", "connect 95–100", "prefill 100–140", "decode 140–240"]);
});

test("what is not known is left out", () => {
  expect(told(exchange({ e2e_ms: null }))).toEqual(["prefill 100–140"]);
  expect(told(exchange({ ttft_ms: null, e2e_ms: null }))).toEqual([]);
});

test("an answer of the pipeline shows its stages from the question on, and the gaps between them", () => {
  const stages = [stage("classify", 0, 10, 4), stage("retrieve", 12, 20), stage("generate", 20, 60, 30)];
  expect(told(exchange({ target: "pipeline", stages }))).toEqual(["classify 80–90", "glue 90–92", "retrieve 92–100", "prefill 100–110", "decode 110–140"]);
});

test("every part that a lane has is listed, a stage without a first token and one from a newer daemon too", () => {
  const stages = [stage("classify", 0, 10), stage("generate", 12, 20), stage("translate", 20, 60)];
  const lanes = [laneOf(exchange({ target: "pipeline", stages })), laneOf(exchange({ connect_ms: 5 }))];
  expect(partsOf(lanes)).toEqual(["connect", "classify", "generate", "prefill", "decode", "glue", "translate"]);
});
