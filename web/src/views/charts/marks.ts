// Where something began, as a fine line with its name at the top of the chart. Names that would run into one another are left out.

import type { Chart, Plugin } from "chart.js";

interface Options { at?: readonly { at: number; label: string }[]; y?: readonly { at: number; label: string }[] }

const FONT = "10px system-ui, sans-serif";

export const marks: Plugin = {
  id: "marks",
  beforeDatasetsDraw: (chart, _args, options) => {
    const { at = [], y = [] } = options as Options;
    if (at.length > 0) upright(chart, at);
    if (y.length > 0) level(chart, y);
  },
};

function upright(chart: Chart, all: NonNullable<Options["at"]>): void {
  const { ctx, chartArea, scales: { x } } = chart;
  if (!x) return;
  ctx.save();
  ctx.font = FONT;
  ctx.fillStyle = ctx.strokeStyle = String(chart.options.color ?? "#888");
  ctx.globalAlpha = 0.65;
  let free = chartArea.left;
  for (const { at, label } of all) {
    if (at < x.min || at > x.max) continue;
    const left = Math.round(x.getPixelForValue(at)) + 0.5;
    ctx.setLineDash([1, 3]);
    ctx.beginPath();
    ctx.moveTo(left, chartArea.top);
    ctx.lineTo(left, chartArea.bottom);
    ctx.stroke();
    const width = ctx.measureText(label).width;
    if (left < free || left + width > chartArea.right) continue;
    ctx.fillText(label, left + 3, chartArea.top + 9);
    free = left + width + 10;
  }
  ctx.restore();
}

function level(chart: Chart, all: NonNullable<Options["y"]>): void {
  const { ctx, chartArea, scales: { y } } = chart;
  if (!y) return;
  ctx.save();
  ctx.font = FONT;
  ctx.fillStyle = ctx.strokeStyle = String(chart.options.color ?? "#888");
  for (const { at, label } of all) {
    if (at < y.min || at > y.max) continue;
    const top = Math.round(y.getPixelForValue(at)) + 0.5;
    ctx.setLineDash([4, 4]);
    ctx.beginPath();
    ctx.moveTo(chartArea.left, top);
    ctx.lineTo(chartArea.right, top);
    ctx.stroke();
    ctx.fillText(label, chartArea.left + 4, top - 3);
  }
  ctx.restore();
}
