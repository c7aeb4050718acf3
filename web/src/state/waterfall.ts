// Where the time of each exchange went, as spans on the run's clock: queue → connect → prefill → decode, or the pipeline's stages.

import type { Exchange, StageSpan } from "./wire";

export type Part = "queue" | "connect" | "prefill" | "decode" | (typeof STAGES)[number] | "glue";

export interface Span { part: Part; from: number; to: number }

export interface Lane { exchange: number; target: string; phase: string; warmUp: boolean; ending: string; error: string | null; spans: Span[]; from: number; to: number }

/** The stages of a pipeline, in their order. */
export const STAGES = ["classify", "embed", "retrieve", "rerank", "prompt", "generate"] as const;
const PARTS: readonly Part[] = ["queue", "connect", ...STAGES, "prefill", "decode", "glue"];

/** The parts that the lanes have, in the order of reading; one that is not known here stands last, and is never left out. */
export function partsOf(lanes: readonly Lane[]): Part[] {
  const found = new Set(lanes.flatMap((lane) => lane.spans.map((span) => span.part)));
  return [...PARTS.filter((part) => found.has(part)), ...[...found].filter((part) => !PARTS.includes(part))];
}

/** In milliseconds since the run's start. A part that is not known is left out, never drawn as nothing. */
export function laneOf(e: Exchange): Lane {
  const spans = (e.stages === null ? engineSpans(e) : stageSpans(e, e.stages)).filter((span) => span.to >= span.from);
  return {
    exchange: e.exchange, target: e.target, phase: e.phase, warmUp: e.warm_up, ending: e.ending,
    error: e.stages?.find((stage) => stage.error !== null)?.error ?? e.detail,
    spans, from: spans[0]?.from ?? e.sent_ms, to: spans.at(-1)?.to ?? e.sent_ms,
  };
}

/** When the question of an answer was asked: its own send is that of the stage that answers. */
export function intentMs(e: Pick<Exchange, "sent_ms" | "stages">): number {
  return e.sent_ms - (e.stages?.find((stage) => stage.stage === "generate")?.start_ms ?? 0);
}

/** Late against the plan; it lies before everything else. */
function queue(e: Exchange, until: number): Span[] {
  const from = e.sent_ms - e.start_delay_ms;
  return e.start_delay_ms > 0 && from < until ? [{ part: "queue", from, to: until }] : [];
}

function engineSpans(e: Exchange): Span[] {
  const spans = queue(e, e.sent_ms - e.connect_ms);
  if (e.connect_ms > 0) spans.push({ part: "connect", from: e.sent_ms - e.connect_ms, to: e.sent_ms });
  if (e.ttft_ms === null) return spans;
  spans.push({ part: "prefill", from: e.sent_ms, to: e.sent_ms + e.ttft_ms });
  if (e.e2e_ms !== null) spans.push({ part: "decode", from: e.sent_ms + e.ttft_ms, to: e.sent_ms + e.e2e_ms });
  return spans;
}

/** The stages in their order with the gaps between them; the answer's own stage apart as prefill and decode. */
function stageSpans(e: Exchange, stages: StageSpan[]): Span[] {
  const intent = intentMs(e);
  const spans = queue(e, intent);
  let at = 0;
  for (const stage of stages) {
    if (stage.start_ms > at) spans.push({ part: "glue", from: intent + at, to: intent + stage.start_ms });
    const from = intent + Math.max(at, stage.start_ms);
    const to = intent + Math.max(at, stage.end_ms);
    const first = stage.stage === "generate" && stage.first_token_ms !== null ? intent + stage.first_token_ms : null;
    if (first === null) spans.push({ part: stage.stage, from, to });
    else spans.push({ part: "prefill", from, to: first }, { part: "decode", from: first, to });
    at = Math.max(at, stage.end_ms);
  }
  return spans;
}
