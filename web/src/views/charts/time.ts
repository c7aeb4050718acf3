// Values over the time of a run: lines or points, gaps as gaps, on an axis that stays still while points come in.

import type { ChartConfiguration, ChartOptions } from "chart.js";
import type { Mark } from "../../state/fold";
import type { Point, Ring } from "../../state/ring";
import { t } from "../../text/texts";
import { ceilingStep, roundSpan, roundStep, roundTop } from "../axis";
import { figure, seconds } from "../format";
import { axis, common } from "./library";
import type { Paint } from "./paint";
import type { Hue, Spec, Twin } from "./spec";

/** Up to here every point of a line gets its dot: three exchanges must be three visible points. GPU samples come by the dozen. */
const DOTS_UP_TO = 60;
const GPU_DOTS_UP_TO = 12;
/** Radius of a point that has no line because gaps are on both sides of it. */
const LONE = 2;

export interface Trace { name: string; hue: Hue; ring: Ring | undefined; dash?: number[] | undefined }

export interface TimeChart {
  id: string;
  title: string;
  unit: string;
  /** The size of one `unit` in the series' own unit: 1, or 1024³ for bytes shown in GiB. */
  per?: number;
  decimals?: number | undefined;
  shape: "line" | "points";
  traces: Trace[];
  /** Milliseconds since the run's start, for the end of the time axis. */
  elapsedMs: number;
  /** A known upper end in the series' unit, such as the size of the memory. */
  ceiling?: number | null;
  simulated: boolean;
  mixed?: boolean;
  /** What stands in place of points while there are none. */
  empty: string;
  live?: boolean;
  note?: string | undefined;
  marks?: readonly Mark[];
  /** Charts of one axis share the cursor. */
  axis: string;
  /** Only this stretch of the run, in ms since its start. */
  window?: readonly [number, number];
  /** A line stands there. */
  pinned?: number;
}

export function timeSpec(of: TimeChart): Spec {
  const per = of.per ?? 1;
  const filled = of.traces.some((trace) => (trace.ring?.points.length ?? 0) > 0);
  const versions = of.traces.map((trace) => `${trace.name}:${trace.ring?.version ?? -1}`).join();
  return {
    id: of.id, title: of.title, unit: of.unit, simulated: of.simulated,
    about: t.charts.overTime(of.title, of.unit),
    version: [versions, roundSpan(of.elapsedMs).span, of.ceiling ?? "", of.simulated, of.empty, of.marks?.length ?? 0, of.window?.join() ?? ""].join("|"),
    legend: of.traces.map((trace) => {
      const latest = trace.ring?.latest()?.y ?? null;
      return { name: trace.name, hue: trace.hue, dash: trace.dash, readout: figure(latest === null ? null : latest / per, of.decimals) };
    }),
    empty: filled ? null : of.empty,
    mixed: of.mixed ?? false, note: of.note, time: of.axis, pinned: of.pinned,
    ...(of.live === undefined ? {} : { live: of.live }),
    build: (paint) => configuration(of, per, paint, filled),
    table: () => table(of, per),
  };
}

function table(of: TimeChart, per: number): Twin {
  const all = of.traces.flatMap((trace) => (trace.ring?.points ?? []).map((point) => ({ name: trace.name, ...point })));
  all.sort((a, b) => b.x - a.x);
  const thinned = of.traces.some((trace) => (trace.ring?.total ?? 0) > (trace.ring?.points.length ?? 0));
  return {
    head: [t.charts.time, t.charts.series, `${of.title} (${of.unit})`],
    rows: all.map((row) => [row.x / 1000, row.name, row.y === null ? null : row.y / per]),
    note: thinned ? t.charts.thinned : undefined,
  };
}

function configuration(of: TimeChart, per: number, paint: Paint, filled: boolean): ChartConfiguration {
  const last = Math.max(of.elapsedMs, ...of.traces.map((trace) => trace.ring?.points.at(-1)?.x ?? 0));
  const time = of.window ? { from: of.window[0], to: of.window[1], step: undefined } : { from: 0, to: roundSpan(last).span, step: roundSpan(last).step };
  const highest = highestOf(of.traces);
  const known = of.ceiling && of.ceiling >= highest ? ceilingStep(of.ceiling / per) : null;
  // Axes start at zero: half of a value must look like half.
  const top = (known?.top ?? roundTop(highest / per || 1)) * per;
  const shared = common(paint);
  const x = axis(paint, { min: time.from, max: time.to, step: time.step, line: true, show: filled, text: timeTick });
  const options: ChartOptions = {
    ...shared,
    interaction: { mode: "nearest", axis: "x", intersect: false },
    scales: {
      // The ends of a stretch are no round figures.
      x: { ...x, ticks: { ...x.ticks, includeBounds: of.window === undefined } },
      y: axis(paint, { min: 0, max: top, step: (known?.step ?? roundStep(top / per)) * per, show: filled, text: (value) => tickText(value / per) }),
    },
    plugins: {
      ...shared.plugins, cursor: { axis: of.axis }, marks: { at: of.marks ?? [] }, lone: { radius: of.shape === "line" ? LONE : 0 },
      tooltip: {
        ...shared.plugins?.tooltip,
        callbacks: {
          title: (items) => (items[0] ? `${seconds(items[0].parsed.x ?? 0)} s` : ""),
          label: (item) => `${item.dataset.label ?? ""} ${figure((item.parsed.y ?? 0) / per, of.decimals)} ${of.unit}`,
        },
      },
    } as NonNullable<ChartOptions["plugins"]>,
  };
  return { type: "line", data: { datasets: of.traces.map((trace) => dataset(trace, of.shape, paint)) }, options };
}

function highestOf(traces: Trace[]): number {
  let highest = 0;
  for (const trace of traces) for (const { y } of trace.ring?.points ?? []) if (y !== null && y > highest) highest = y;
  return highest;
}

export function timeTick(value: number): string {
  return `${tickText(value / 1000)} s`;
}

/** Ticks are round already: as many decimals as the step needs, no more. */
export function tickText(value: number): string {
  const rounded = Number(value.toPrecision(6));
  return figure(rounded, Number.isInteger(rounded) ? 0 : Math.min(4, (String(rounded).split(".")[1] ?? "").length));
}

function dataset(trace: Trace, shape: TimeChart["shape"], paint: Paint) {
  const colour = paint.of(trace.hue);
  // A copy: Chart.js keeps a list of all that happens to an array it was given until the next draw, which out of sight never comes.
  const data = [...(trace.ring?.points ?? [])];
  const few = data.length <= (trace.hue === "gpu" ? GPU_DOTS_UP_TO : DOTS_UP_TO);
  const dot = trace.hue === "mini" ? 4 : 3;
  // Once they are many, dots as large as those would be one blot.
  const small = data.length > 400 ? 1.5 : 2.2;
  return {
    label: trace.name, data: data as (Point & { y: number })[],
    showLine: shape === "line", borderColor: colour, backgroundColor: colour, borderWidth: 1.5, borderDash: trace.dash ?? [], tension: 0,
    // The form differs as well as the hue, for eyes and printers that do not tell hues apart.
    pointStyle: trace.hue === "mini" ? ("rectRot" as const) : ("circle" as const),
    pointHoverRadius: 4, pointBorderWidth: 0, hitRadius: 6,
    // Never a function: each point would have options of its own, five times what it weighs without.
    pointRadius: few ? dot : shape === "points" ? small : 0,
  };
}
