// Where the time of each exchange went, as spans on the run's clock: queue → connect → prefill → decode, or the pipeline's stages.

import type { Exchange } from "./wire";

export type Part = "queue" | "connect" | "prefill" | "decode" | "classify" | "embed" | "retrieve" | "rerank" | "prompt" | "generate" | "glue";

export interface Span { part: Part; from: number; to: number }

export interface Lane { exchange: number; target: string; phase: string; warmUp: boolean; ending: string; error: string | null; spans: Span[]; from: number; to: number }

export const ENGINE_PARTS: readonly Part[] = ["queue", "connect", "prefill", "decode"];
export const PIPELINE_PARTS: readonly Part[] = ["queue", "classify", "embed", "retrieve", "rerank", "prompt", "prefill", "decode", "glue"];

/** In milliseconds since the run's start. A part that is not known is left out, never drawn as nothing. */
export function laneOf(e: Exchange): Lane {
  const spans = e.stages === null ? engineSpans(e) : [...before(e), ...stageSpans(e)];
  const known = spans.filter((span) => span.to >= span.from);
  return {
    exchange: e.exchange, target: e.target, phase: e.phase, warmUp: e.warm_up, ending: e.ending,
    error: e.stages?.find((stage) => stage.error !== null)?.error ?? e.detail,
    spans: known, from: known[0]?.from ?? e.sent_ms, to: known.at(-1)?.to ?? e.sent_ms,
  };
}

/** Late against the plan, then opening the connection: both lie before the send. */
function before(e: Exchange): Span[] {
  const spans: Span[] = [];
  const connected = e.sent_ms - e.connect_ms;
  if (e.start_delay_ms > e.connect_ms) spans.push({ part: "queue", from: e.sent_ms - e.start_delay_ms, to: connected });
  return spans;
}

function engineSpans(e: Exchange): Span[] {
  const spans = before(e);
  if (e.connect_ms > 0) spans.push({ part: "connect", from: e.sent_ms - e.connect_ms, to: e.sent_ms });
  if (e.ttft_ms === null) return spans;
  spans.push({ part: "prefill", from: e.sent_ms, to: e.sent_ms + e.ttft_ms });
  if (e.e2e_ms !== null) spans.push({ part: "decode", from: e.sent_ms + e.ttft_ms, to: e.sent_ms + e.e2e_ms });
  return spans;
}

/** The stages in their order with the gaps between them; the answer's own stage apart as prefill and decode. */
function stageSpans(e: Exchange): Span[] {
  const spans: Span[] = [];
  let at = 0;
  for (const stage of e.stages ?? []) {
    if (stage.start_ms > at) spans.push({ part: "glue", from: e.sent_ms + at, to: e.sent_ms + stage.start_ms });
    const from = e.sent_ms + Math.max(at, stage.start_ms);
    const to = e.sent_ms + Math.max(at, stage.end_ms);
    const first = stage.stage === "generate" && stage.first_token_ms !== null ? e.sent_ms + stage.first_token_ms : null;
    if (first === null) spans.push({ part: stage.stage, from, to });
    else spans.push({ part: "prefill", from, to: first }, { part: "decode", from: first, to });
    at = Math.max(at, stage.end_ms);
  }
  return spans;
}
