// How values are spread: histogram, the share at or below each value, and the tail by percentiles.

import type { ChartOptions } from "chart.js";
import { binWidth, ecdf, histogram, percentileOf, spectrum, type Ranked } from "../../state/dist";
import { t } from "../../text/texts";
import { roundStep, roundTop } from "../axis";
import { figure } from "../format";
import { axis, common } from "./library";
import { faded, type Paint } from "./paint";
import type { Hue, Spec } from "./spec";
import { tickText } from "./time";

export interface Group { name: string; hue: Hue; of: Ranked }

export interface DistChart { id: string; title: string; unit: string; groups: Group[]; simulated: boolean; mixed?: boolean; version: string; note?: string | undefined }

/** p0, p50, p75, p90, p95, p99 and further nines. */
const TICKS = [0, Math.log10(2), Math.log10(4), 1, Math.log10(20), 2, 3, 4, 5];

function base(of: DistChart, kind: string, about: string): Pick<Spec, "id" | "title" | "unit" | "about" | "version" | "simulated" | "mixed" | "legend" | "empty" | "note"> {
  const groups = of.groups.filter((group) => group.of.n > 0);
  return {
    id: `${of.id}-${kind}`, title: of.title, unit: of.unit, about, version: `${of.version}|${kind}`, simulated: of.simulated, mixed: of.mixed ?? false, note: of.note,
    legend: groups.map((group) => ({ name: `${group.name} (n ${figure(group.of.n, 0)})`, hue: group.hue })),
    empty: groups.length === 0 ? t.charts.noPoints : null,
  };
}

export function histogramSpec(of: DistChart): Spec {
  const width = binWidth(of.groups.map((group) => group.of));
  const bins = of.groups.map((group) => histogram(group.of, width));
  return {
    ...base(of, "histogram", t.charts.histogram(of.title, of.unit)),
    build: (paint) => ({
      type: "line",
      data: {
        datasets: of.groups.map((group, i) => ({
          label: group.name, stepped: true as const, data: outline(bins[i] ?? []), borderColor: paint.of(group.hue), borderWidth: 1.5, pointRadius: 0, pointHitRadius: 6,
          backgroundColor: faded(paint.of(group.hue), 0.18), fill: "origin" as const,
        })),
      },
      options: options(paint, { x: of.unit, y: t.charts.count, yText: (v) => (Number.isInteger(v) ? figure(v, 0) : ""), label: (x, y, name) => `${name} ${tickText(x)} ${of.unit}: ${figure(y, 0)}`, mode: "x" }),
    }),
    table: () => ({
      head: [t.charts.series, t.charts.from(of.unit), t.charts.to(of.unit), t.charts.count],
      rows: of.groups.flatMap((group, i) => (bins[i] ?? []).map((bin) => [group.name, bin.from, bin.to, bin.count])),
    }),
  };
}

/** The bins' outline: up at the start of each, down to nothing at both ends. */
function outline(bins: ReturnType<typeof histogram>): { x: number; y: number }[] {
  const first = bins[0];
  const last = bins.at(-1);
  if (!first || !last) return [];
  const width = last.to - last.from || Math.abs(first.from) * 0.02 || 1;
  return [{ x: first.from, y: 0 }, ...bins.map((bin) => ({ x: bin.from, y: bin.count })), { x: last.from + width, y: 0 }];
}

export function ecdfSpec(of: DistChart): Spec {
  return {
    ...base(of, "ecdf", t.charts.ecdf(of.title, of.unit)),
    build: (paint) => ({
      type: "line",
      data: { datasets: of.groups.map((group) => ({ label: group.name, stepped: "before" as const, data: ecdf(group.of), borderColor: paint.of(group.hue), backgroundColor: paint.of(group.hue), borderWidth: 1.5, pointRadius: group.of.n <= 30 ? 2 : 0, pointHitRadius: 5 })) },
      options: options(paint, { x: of.unit, y: t.charts.share, yMax: 1, yText: (v) => `${figure(v * 100, 0)} %`, label: (x, y, name) => `${name} ${figure(y * 100, 1)} % ≤ ${figure(x)} ${of.unit}`, mode: "nearest" }),
    }),
    table: () => ({
      head: [t.charts.series, `${of.title} (${of.unit})`, t.charts.share],
      rows: of.groups.flatMap((group) => ecdf(group.of).map((point) => [group.name, point.x, point.y])),
    }),
  };
}

export function spectrumSpec(of: DistChart): Spec {
  const highest = Math.max(0, ...of.groups.flatMap((group) => group.of.value.at(-1) ?? []));
  const furthest = Math.max(1, ...of.groups.map((group) => Math.log10(Math.max(10, group.of.n)) + 0.31));
  const top = roundTop(highest || 1);
  return {
    ...base(of, "spectrum", t.charts.spectrum(of.title, of.unit)),
    note: of.note ?? t.charts.spectrumNote,
    build: (paint) => {
      const made = options(paint, { x: t.charts.percentile, y: of.unit, yMax: top, yText: tickText, label: (x, y, name) => `${name} p${percentileOf(x)} ${figure(y)} ${of.unit}`, mode: "nearest" });
      made.scales = { ...made.scales, x: { ...axis(paint, { min: 0, max: furthest, text: (v) => `p${percentileOf(v)}`, line: true, title: t.charts.percentile }), afterBuildTicks: (scale: { ticks: { value: number }[] }) => { scale.ticks = TICKS.filter((value) => value <= furthest).map((value) => ({ value })); } } };
      return {
        type: "line",
        data: { datasets: of.groups.map((group) => ({ label: group.name, data: spectrum(group.of), borderColor: paint.of(group.hue), backgroundColor: paint.of(group.hue), borderWidth: 1.5, pointRadius: group.of.n <= 60 ? 2 : 0, pointHitRadius: 5, tension: 0 })) },
        options: made,
      };
    },
    table: () => ({
      head: [t.charts.series, t.charts.percentile, `${of.title} (${of.unit})`],
      rows: of.groups.flatMap((group) => spectrum(group.of).map((point) => [group.name, (1 - 10 ** -point.x) * 100, point.y])),
    }),
  };
}

interface Axes { x: string; y: string; yMax?: number; yText: (value: number) => string; label: (x: number, y: number, name: string) => string; mode: "x" | "nearest" }

function options(paint: Paint, axes: Axes): ChartOptions {
  const shared = common(paint);
  return {
    ...shared,
    interaction: { mode: axes.mode, axis: "x", intersect: false },
    scales: {
      x: axis(paint, { text: tickText, line: true, title: axes.x, grid: false }),
      y: axis(paint, { min: 0, ...(axes.yMax === undefined ? {} : { max: axes.yMax, step: axes.yMax === 1 ? 0.25 : roundStep(axes.yMax) }), text: axes.yText, title: axes.y }),
    },
    plugins: {
      ...shared.plugins,
      tooltip: { ...shared.plugins?.tooltip, callbacks: { title: () => "", label: (item) => axes.label(item.parsed.x ?? 0, item.parsed.y ?? 0, item.dataset.label ?? "") } },
    },
  };
}

