// One cursor on one time axis: where the pointer is in one chart, a line stands in all charts of the same axis.

import type { Chart, Plugin } from "chart.js";

interface Options { axis?: string }

const charts = new Set<Chart>();
let at: { axis: string; x: number } | null = null;
let waiting = false;

export const cursor: Plugin = {
  id: "cursor",
  install: (chart) => { charts.add(chart); },
  uninstall: (chart) => { charts.delete(chart); },
  afterDestroy: (chart) => { charts.delete(chart); },
  afterEvent: (chart, { event, inChartArea }, options) => {
    const { axis } = options as Options;
    if (!axis) return;
    const x = inChartArea && event.type !== "mouseout" ? chart.scales["x"]?.getValueForPixel(event.x ?? 0) : undefined;
    if (x === undefined && at === null) return;
    at = x === undefined ? null : { axis, x };
    redraw(axis);
  },
  afterDatasetsDraw: (chart, _args, options) => {
    const { axis } = options as Options;
    if (axis && at?.axis === axis) line(chart, at.x);
  },
};

/** However often the pointer moves, one draw per frame. */
function redraw(axis: string): void {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    for (const chart of charts) if ((chart.options.plugins as { cursor?: Options } | undefined)?.cursor?.axis === axis) chart.draw();
  });
}

function line(chart: Chart, value: number): void {
  const { x } = chart.scales;
  if (!x || value < x.min || value > x.max) return;
  const { ctx, chartArea: { top, bottom } } = chart;
  const at = Math.round(x.getPixelForValue(value)) + 0.5;
  ctx.save();
  ctx.strokeStyle = String(chart.options.color ?? "#888");
  ctx.lineWidth = 1;
  ctx.setLineDash([3, 3]);
  ctx.beginPath();
  ctx.moveTo(at, top);
  ctx.lineTo(at, bottom);
  ctx.stroke();
  ctx.restore();
}
