// Each exchange as a bar of its parts on the run's clock; or, from its own start, to hold exchanges against one another.

import type { ChartOptions } from "chart.js";
import { partsOf, type Lane, type Part } from "../../state/waterfall";
import { t } from "../../text/texts";
import { roundStep } from "../axis";
import { figure, span } from "../format";
import { stageName } from "../pipeline";
import { axis, common } from "./library";
import type { Paint } from "./paint";
import type { Spec } from "./spec";
import { tickText } from "./time";

/** Pixels of one lane and of the axis. */
const LANE = 18;
const AXIS = 46;

export interface WaterfallChart { id: string; lanes: Lane[]; simulated: boolean; mixed?: boolean; fromSend: boolean; version: string }

export function waterfallSpec(of: WaterfallChart): Spec {
  const parts = partsOf(of.lanes);
  return {
    id: of.id, title: t.waterfall.chart(of.lanes[0]?.exchange ?? 0, of.lanes.at(-1)?.exchange ?? 0), unit: "", about: t.waterfall.about(of.lanes.length), version: of.version, simulated: of.simulated, mixed: of.mixed ?? false,
    legend: parts.map((part) => ({ name: stageName(part), hue: `p-${part}` as const })),
    height: of.lanes.length * LANE + AXIS,
    empty: of.lanes.length === 0 ? t.charts.noPoints : null,
    build: (paint) => ({
      type: "bar",
      data: { labels: of.lanes.map(nameOf), datasets: parts.map((part) => dataset(of, part, paint)) },
      options: options(of, paint),
    }),
    table: () => ({
      head: [t.exchange.number, t.exchange.target, t.waterfall.part, t.charts.from("ms"), t.charts.to("ms"), t.waterfall.took("ms")],
      rows: of.lanes.flatMap((lane) => lane.spans.map((s) => [String(lane.exchange), lane.target, stageName(s.part), s.from, s.to, s.to - s.from])),
    }),
  };
}

function nameOf(lane: Lane): string {
  return `${lane.exchange} ${lane.target}${lane.warmUp ? ` (${t.exchange.warmUp})` : ""}${lane.ending === "complete" || lane.ending === "length" ? "" : " ✕"}`;
}

function dataset(of: WaterfallChart, part: Part, paint: Paint) {
  return {
    label: stageName(part),
    data: of.lanes.flatMap((lane, y) => lane.spans.filter((s) => s.part === part).map((s) => {
      const zero = of.fromSend ? lane.from : 0;
      return { x: [s.from - zero, s.to - zero] as [number, number], y };
    })) as never[],
    parsing: { xAxisKey: "x", yAxisKey: "y" } as never,
    backgroundColor: paint.of(`p-${part}`), grouped: false, barThickness: LANE - 6, minBarLength: 1,
  };
}

function options(of: WaterfallChart, paint: Paint): ChartOptions {
  const shared = common(paint);
  const last = Math.max(1, ...of.lanes.map((lane) => lane.to - (of.fromSend ? lane.from : 0)));
  const first = of.fromSend ? 0 : Math.min(...of.lanes.map((lane) => lane.from));
  const step = roundStep(last - first);
  const [min, max] = [Math.max(0, Math.floor(first / step) * step), Math.ceil(last / step) * step];
  return {
    ...shared, indexAxis: "y",
    interaction: { mode: "nearest", axis: "xy", intersect: true },
    scales: {
      x: { ...axis(paint, { min, max, step, text: (v) => (last > 5000 ? `${tickText(v / 1000)} s` : `${tickText(v)} ms`), line: true }), position: "bottom" },
      y: {
        type: "linear", reverse: true, min: -0.5, max: of.lanes.length - 0.5, grid: { display: false }, border: { display: false },
        afterBuildTicks: (scale) => { scale.ticks = of.lanes.map((_, value) => ({ value })); },
        ticks: { autoSkip: false, color: paint.quiet, font: { size: 11 }, padding: 6, callback: (value) => { const lane = of.lanes[Number(value)]; return lane ? nameOf(lane) : ""; } },
      },
    },
    plugins: {
      ...shared.plugins,
      tooltip: {
        ...shared.plugins?.tooltip,
        callbacks: {
          title: (items) => { const lane = of.lanes[Math.round(items[0]?.parsed.y ?? -1)]; return lane ? `${nameOf(lane)} · ${lane.phase}` : ""; },
          label: (item) => { const [from = 0, to = 0] = (item.raw as { x: [number, number] }).x; return `${item.dataset.label ?? ""} ${span(to - from)} (${figure(from)} – ${figure(to)} ms)`; },
        },
      },
    },
  };
}
