// The summary table of one target: a row for each measure, percentiles or how many samples they need, the median's interval.

import type { ComponentChild } from "preact";
import type { Dist, TargetSummary } from "../state/wire";
import { t } from "../text/texts";
import { Figure, Scroll, Simulated } from "./figures";
import { decimalsFor, figure, MISSING, words } from "./format";
import { knownMeasures, measureMeans, measureName, unitOf } from "./measures";

const PERCENTILES = ["p50", "p90", "p95", "p99"] as const;

export interface SummaryProps { target: string; summary: TargetSummary; simulated: boolean; reasons: Record<string, string> }

export function Summary({ target, summary, simulated, reasons }: SummaryProps) {
  // What only an open loop has is no row of a closed one.
  const applies = (key: string) => summary[key] !== null || !key.endsWith("_from_planned_ms");
  const known: string[] = knownMeasures().filter((key) => key in summary && applies(key));
  const others = Object.keys(summary).filter((key) => !known.includes(key) && isDist(summary[key]));
  return (
    <div class="summary">
      <div class="title"><h3 class={`role ${target}`}>{target}</h3><Simulated when={simulated} /><Counts summary={summary} /></div>
      <DistTable
        label={t.summary.of(target)} head={t.summary.measure}
        rows={[...known, ...others].map((id) => ({ id, name: measureName(id), means: measureMeans(id), unit: unitOf(id), dist: summary[id], why: reasonOf(reasons, target, id) }))}
      />
    </div>
  );
}

/** The daemon's own reason, from the nearest field that has one. */
export function reasonOf(reasons: Record<string, string>, target: string, id: string): string {
  return reasons[`targets.${target}.${id}`] ?? reasons[`targets.${target}`] ?? reasons[`${target}.${id}`] ?? reasons[id] ?? t.untold;
}

export function isDist(value: unknown): value is Dist {
  return typeof value === "object" && value !== null && typeof (value as Dist).n === "number" && "median" in value;
}

interface DistRow { id: string; name: string; means: string | undefined; unit: string; dist: unknown; why: string }

export function DistTable({ label, head, rows }: { label: string; head: string; rows: DistRow[] }) {
  const headings = ["n", t.summary.min, ...PERCENTILES, t.summary.max, t.summary.mean, t.summary.median, t.summary.interval];
  return (
    <Scroll label={label}>
      <table>
        <thead><tr><th scope="col">{head}</th>{headings.map((h) => <th key={h} scope="col" class="num">{h}</th>)}</tr></thead>
        <tbody>{rows.map((row) => <Row key={row.id} row={row} columns={headings.length} />)}</tbody>
      </table>
    </Scroll>
  );
}

function Row({ row: { id, name, means, unit, dist, why }, columns }: { row: DistRow; columns: number }) {
  const head = <th scope="row" title={means}>{name} {unit ? <span class="unit">{unit}</span> : null}</th>;
  if (!isDist(dist) || dist.n === 0) return <NoValues name={head} why={why} columns={columns} />;
  const decimals = decimalsFor(dist.median ?? dist.mean ?? dist.max ?? 0);
  const cell = (value: number | null | undefined) => <td class="num"><Figure text={figure(value, decimals)} why={why} /></td>;
  const ci = dist.ci95_median;
  return (
    <tr data-measure={id}>
      {head}
      <td class="num">{figure(dist.n, 0)}</td>
      {cell(dist.min)}
      {PERCENTILES.map((p) => <Percentile key={p} dist={dist} p={p} text={figure(dist[p], decimals)} why={why} />)}
      {cell(dist.max)}{cell(dist.mean)}
      <td class="num strong"><Figure text={figure(dist.median, decimals)} why={why} /></td>
      <td class="num"><Figure text={ci ? `${figure(ci[0], decimals)} – ${figure(ci[1], decimals)}` : MISSING} why={t.summary.noInterval} /></td>
    </tr>
  );
}

/** A row without a value spends its columns on the reason. */
function NoValues({ name, why, columns }: { name: ComponentChild; why: string; columns: number }) {
  return <tr>{name}<td class="num"><Figure text={MISSING} why={why} /></td><td class="reason" colSpan={columns - 1}>{why}</td></tr>;
}

function Percentile({ dist, p, text, why }: { dist: Dist; p: (typeof PERCENTILES)[number]; text: string; why: string }) {
  const needs = dist.needs?.[p];
  if (dist[p] === null && needs !== undefined) {
    return <td class="num needs" title={t.summary.needsWhy(p, needs, dist.n)}>{t.summary.needs(figure(needs, 0))}</td>;
  }
  return <td class="num"><Figure text={text} why={why} /></td>;
}

/** How many exchanges ended how, and the throughput of all together. */
function Counts({ summary }: { summary: TargetSummary }) {
  const counts = summary["exchanges"] as Record<string, number> | undefined;
  const number = (key: string) => (typeof summary[key] === "number" ? (summary[key] as number) : null);
  const named: Record<string, string> = t.summary.counted;
  const parts = Object.entries(counts ?? {}).filter(([, n]) => n > 0).map(([ending, n]) => `${n} ${named[ending] ?? words(ending)}`);
  const throughput = number("throughput_tokens_per_second");
  if (throughput !== null) parts.push(t.summary.throughput(figure(throughput, 1)));
  const [concurrency, rate] = [number("concurrency"), number("achieved_rate_per_second")];
  if (concurrency !== null) parts.push(t.summary.concurrency(figure(concurrency, 2)));
  if (rate !== null) parts.push(t.summary.achieved(figure(rate, 2)));
  if (summary["population"] === "alone") parts.push(t.summary.alone);
  if (summary["rate_is_upper_bound"] === true) parts.push(t.summary.upperBound);
  return <p class="quiet">{parts.length > 0 ? parts.join(" · ") : t.summary.noExchanges}</p>;
}
