// The summary table of one target: a row for each measure, percentiles or how many samples they need.

import type { ComponentChild } from "preact";
import type { Dist, TargetSummary } from "../state/wire";
import { Figure, Simulated, UNTOLD } from "./figures";
import { decimalsFor, figure, MISSING, words } from "./format";

/** Name, unit and definition of the measures, in the order they are read. */
const MEASURES: Record<string, { name: string; unit: string; means: string }> = {
  ttft_ms: { name: "TTFT", unit: "ms", means: "time to first token: from the send to the first chunk with content" },
  ttfo_ms: { name: "TTFO", unit: "ms", means: "time to the first chunk of the answer, reasoning not counted" },
  e2e_ms: { name: "E2E", unit: "ms", means: "from the send to the end of generation" },
  tokens_per_second: { name: "Generation rate", unit: "tok/s", means: "tokens after the first over pure generation time" },
  prefill_tokens_per_second: { name: "Prefill rate", unit: "tok/s", means: "evaluated prompt tokens over TTFT" },
  itl_ms: { name: "ITL", unit: "ms", means: "inter-token latency: the gap before a chunk over its tokens" },
  icl_ms: { name: "ICL", unit: "ms", means: "inter-chunk latency: the raw gap between two chunks" },
  tpot_ms: { name: "TPOT", unit: "ms", means: "generation time over tokens after the first" },
  headers_ms: { name: "Headers", unit: "ms", means: "from the send to the answer's headers" },
  connect_ms: { name: "Connect", unit: "ms", means: "opening the connection; before the send, in no other figure" },
  start_delay_ms: { name: "Start delay", unit: "ms", means: "how late the request left against its plan" },
  e2e_tokens_per_second: { name: "E2E rate", unit: "tok/s", means: "output tokens over E2E, TTFT inside" },
  engine_tokens_per_second: { name: "Rate, engine's own", unit: "tok/s", means: "what the engine says of itself; its meaning differs between builds" },
};

/** How the exchanges that are counted ended, in words. */
const COUNTED: Record<string, string> = { complete: "ended by themselves", length: "at full length", failed: "failed", warm_up: "for warm-up" };

const PERCENTILES = ["p50", "p90", "p95", "p99"] as const;
const HEADINGS = ["n", "median", ...PERCENTILES, "min", "mean", "max"];

interface Props { target: string; summary: TargetSummary; simulated: boolean; reasons: Record<string, string> }

export function Summary({ target, summary, simulated, reasons }: Props) {
  const known = Object.keys(MEASURES).filter((key) => key in summary);
  const others = Object.keys(summary).filter((key) => !(key in MEASURES) && isDist(summary[key]));
  const why = (key: string) => reasons[`targets.${target}.${key}`] ?? reasons[`targets.${target}`] ?? reasons[`${target}.${key}`] ?? reasons[key] ?? UNTOLD;
  return (
    <div class="summary">
      <div class="title"><h3 class={`role ${target}`}>{target}</h3><Simulated when={simulated} /><Counts summary={summary} /></div>
      <div class="scroll" tabIndex={0} role="region" aria-label={`summary of ${target}`}>
        <table>
          <thead><tr><th scope="col">measure</th>{HEADINGS.map((h) => <th key={h} scope="col" class="num">{h}</th>)}</tr></thead>
          <tbody>{[...known, ...others].map((key) => <Measure key={key} id={key} dist={summary[key]} why={why(key)} />)}</tbody>
        </table>
      </div>
    </div>
  );
}

function isDist(value: unknown): value is Dist {
  return typeof value === "object" && value !== null && typeof (value as Dist).n === "number" && "median" in value;
}

function Measure({ id, dist, why }: { id: string; dist: unknown; why: string }) {
  const known = MEASURES[id];
  const unit = known?.unit ?? unitOf(id);
  const name = <th scope="row" title={known?.means}>{known?.name ?? words(id.replace(/_ms$|_tokens_per_second$/, ""))} {unit ? <span class="unit">{unit}</span> : null}</th>;
  if (!isDist(dist) || dist.n === 0) return <NoValues name={name} why={why} />;
  const decimals = decimalsFor(dist.median ?? dist.mean ?? dist.max ?? 0);
  const cell = (value: number | null | undefined) => <td class="num"><Figure text={figure(value, decimals)} why={why} /></td>;
  return (
    <tr data-measure={id}>
      {name}
      <td class="num">{figure(dist.n, 0)}</td>
      <td class="num strong"><Figure text={figure(dist.median, decimals)} why={why} /></td>
      {PERCENTILES.map((p) => <Percentile key={p} dist={dist} p={p} text={figure(dist[p], decimals)} why={why} />)}
      {cell(dist.min)}{cell(dist.mean)}{cell(dist.max)}
    </tr>
  );
}

/** The unit that a measure's own name ends in. */
function unitOf(id: string): string {
  if (id.endsWith("_ms")) return "ms";
  return id.endsWith("tokens_per_second") ? "tok/s" : "";
}

/** A row without a value spends its columns on the reason. */
function NoValues({ name, why }: { name: ComponentChild; why: string }) {
  return (
    <tr>
      {name}
      <td class="num"><Figure text={MISSING} why={why} /></td><td class="num"><Figure text={MISSING} why={why} /></td>
      <td class="reason" colSpan={HEADINGS.length - 2}>{why}</td>
    </tr>
  );
}

function Percentile({ dist, p, text, why }: { dist: Dist; p: (typeof PERCENTILES)[number]; text: string; why: string }) {
  const needs = dist.needs?.[p];
  if (dist[p] === null && needs !== undefined) {
    return <td class="num needs" title={`${p} is shown from ${needs} samples on; there are ${dist.n}`}>needs {figure(needs, 0)}</td>;
  }
  return <td class="num"><Figure text={text} why={why} /></td>;
}

/** How many exchanges ended how, and the throughput of all together. */
function Counts({ summary }: { summary: TargetSummary }) {
  const counts = summary["exchanges"] as Record<string, number> | undefined;
  const throughput = summary["throughput_tokens_per_second"];
  const parts = Object.entries(counts ?? {}).filter(([, n]) => n > 0).map(([ending, n]) => `${n} ${COUNTED[ending] ?? words(ending)}`);
  if (typeof throughput === "number") parts.push(`throughput ${figure(throughput, 1)} tok/s`);
  if (summary["population"] === "alone") parts.push("measured alone, without company");
  return <p class="quiet">{parts.length > 0 ? parts.join(" · ") : "no exchanges"}</p>;
}
