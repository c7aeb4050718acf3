// Charts over several runs: one point a run, against one another or over time.

import type { ChartOptions } from "chart.js";
import { t } from "../../text/texts";
import { roundStep, roundTop } from "../axis";
import { dateTime, figure } from "../format";
import { axis, common } from "./library";
import { faded, type Paint } from "./paint";
import type { Hue, Spec } from "./spec";
import { tickText } from "./time";

export interface ParetoPoint { name: string; hue: Hue; shape: "circle" | "rectRot" | "triangle"; ttft: number; rate: number; about: string }

/** Time to first token against the generation rate: better is up and to the left. */
export function paretoSpec(points: ParetoPoint[], origin: { simulated: boolean; mixed: boolean }, version: string): Spec {
  const [right, top] = [roundTop(Math.max(1, ...points.map((p) => p.ttft))), roundTop(Math.max(1, ...points.map((p) => p.rate)))];
  const names = [...new Map(points.map((p) => [p.name, p.hue])).entries()];
  return {
    id: "pareto", title: t.compare.pareto, unit: "", about: t.compare.paretoAbout, version, ...origin,
    legend: names.map(([name, hue]) => ({ name, hue })), empty: points.length === 0 ? t.compare.noPareto : null, note: t.compare.paretoNote,
    build: (paint) => {
      const shared = common(paint);
      const options: ChartOptions = {
        ...shared, interaction: { mode: "nearest", intersect: true },
        scales: {
          x: axis(paint, { min: 0, max: right, step: roundStep(right), text: tickText, line: true, title: `${t.measures.ttft_ms.name} (ms)` }),
          y: axis(paint, { min: 0, max: top, step: roundStep(top), text: tickText, title: `${t.measures.tokens_per_second.name} (tok/s)` }),
        },
        plugins: { ...shared.plugins, tooltip: { ...shared.plugins?.tooltip, callbacks: { title: () => "", label: (item) => points[item.datasetIndex]?.about.split("\n") ?? "" } } },
      };
      return {
        type: "scatter",
        data: { datasets: points.map((p) => ({ label: p.name, data: [{ x: p.ttft, y: p.rate }], pointStyle: p.shape, pointRadius: 6, pointHoverRadius: 8, hitRadius: 8, backgroundColor: paint.of(p.hue), borderColor: paint.panel })) },
        options,
      };
    },
    table: () => ({ head: [t.history.run, `${t.measures.ttft_ms.name} (ms)`, `${t.measures.tokens_per_second.name} (tok/s)`], rows: points.map((p) => [p.about.replaceAll("\n", " · "), p.ttft, p.rate]) }),
  };
}

export interface TrendPoint { at: number; value: number | null; run: string; low: number | null; high: number | null; simulated: boolean }

export interface TrendChart { title: string; unit: string; hue: Hue; points: TrendPoint[]; band: { low: number; high: number; name: string } | null; version: string; open: (run: string) => void }

/** One point a run in the order of time, each run the same room: a day without runs is not a slope. */
export function trendSpec(of: TrendChart): Spec {
  const known = of.points.filter((p) => p.value !== null);
  const mixed = new Set(of.points.map((p) => p.simulated)).size > 1;
  return {
    id: "trend", title: of.title, unit: of.unit, about: t.history.trendAbout(of.title, known.length), version: of.version,
    simulated: of.points.some((p) => p.simulated), mixed,
    legend: [{ name: of.title, hue: of.hue }], empty: known.length === 0 ? t.history.noTrend : null,
    note: `${of.band ? t.history.band(of.band.name) : t.history.noBand}${mixed ? ` · ${t.history.hollow}` : ""}`,
    build: (paint) => ({
      type: "line",
      data: { datasets: [...bandOf(of, paint), { label: of.title, data: of.points.map((p, x) => ({ x, y: p.value as number })), borderColor: paint.of(of.hue), backgroundColor: paint.of(of.hue), pointBackgroundColor: of.points.map((p) => (mixed && p.simulated ? paint.panel : paint.of(of.hue))), borderWidth: 1.2, pointRadius: 4, pointHoverRadius: 6, hitRadius: 8, tension: 0 }] },
      options: trendOptions(of, paint),
    }),
    table: () => ({ head: [t.history.started, t.history.run, `${of.title} (${of.unit})`, `${t.summary.interval}, ${t.summary.min}`, `${t.summary.interval}, ${t.summary.max}`, ...(mixed ? [t.history.origin] : [])], rows: of.points.map((p) => [dateTime(p.at), p.run, p.value, p.low, p.high, ...(mixed ? [p.simulated ? t.simulated.word : t.history.measured] : [])]) }),
  };
}

function bandOf(of: TrendChart, paint: Paint) {
  if (!of.band) return [];
  const { low, high, name } = of.band;
  const ends = [-0.5, of.points.length - 0.5];
  const edge = { label: name, borderColor: faded(paint.good, 0.6), borderWidth: 1, borderDash: [3, 3], pointRadius: 0, pointHitRadius: 0 };
  return [
    { ...edge, data: ends.map((x) => ({ x, y: low })) },
    { ...edge, data: ends.map((x) => ({ x, y: high })), fill: "-1" as const, backgroundColor: faded(paint.good, 0.14) },
  ];
}

function trendOptions(of: TrendChart, paint: Paint): ChartOptions {
  const shared = common(paint);
  const top = roundTop(Math.max(of.band?.high ?? 0, ...of.points.map((p) => p.value ?? 0)) || 1);
  const runs = bandOf(of, paint).length;
  return {
    ...shared, interaction: { mode: "nearest", axis: "x", intersect: false },
    onClick: (_event, elements) => { const point = of.points[elements.at(-1)?.index ?? -1]; if (point) of.open(point.run); },
    scales: {
      x: {
        ...axis(paint, { min: -0.5, max: Math.max(0.5, of.points.length - 0.5), line: true, grid: false, text: (v) => { const p = of.points[v]; return p ? dateTime(p.at).slice(5, 16) : ""; } }),
        afterBuildTicks: (scale: { ticks: { value: number }[] }) => { scale.ticks = of.points.flatMap((_, value) => (value % Math.ceil(of.points.length / 8) === 0 ? [{ value }] : [])); },
      },
      y: axis(paint, { min: 0, max: top, step: roundStep(top), text: tickText }),
    },
    plugins: {
      ...shared.plugins,
      tooltip: {
        ...shared.plugins?.tooltip, filter: (item) => item.datasetIndex >= runs,
        callbacks: {
          title: (items) => { const p = of.points[items[0]?.dataIndex ?? -1]; return p ? dateTime(p.at) : ""; },
          label: (item) => {
            const p = of.points[item.dataIndex];
            return `${figure(item.parsed.y ?? 0)} ${of.unit}${p && p.low !== null && p.high !== null ? ` (${figure(p.low)} – ${figure(p.high)})` : ""}${p?.simulated ? ` · ${t.simulated.word}` : ""}`;
          },
          footer: () => t.history.clickOpens,
        },
      },
    },
  };
}
