// On a line: a dot for each point that gaps on both sides leave without a line. Drawn by hand, because a radius that each
// point works out for itself costs a set of options a point.

import type { Plugin } from "chart.js";
import type { Point } from "../../state/ring";

interface Options { radius?: number }

/** The places of those that no line reaches. */
export function loneOf(points: readonly Pick<Point, "y">[]): number[] {
  const gap = (i: number) => (points[i]?.y ?? null) === null;
  return points.flatMap((_, i) => (!gap(i) && gap(i - 1) && gap(i + 1) ? i : []));
}

export const lone: Plugin = {
  id: "lone",
  afterDatasetDraw: (chart, { index, meta }, options) => {
    const { radius = 0 } = options as Options;
    const dataset = chart.data.datasets[index];
    if (radius === 0 || !dataset) return;
    const { ctx, chartArea: { left, right } } = chart;
    ctx.save();
    ctx.fillStyle = String(dataset.borderColor);
    for (const i of loneOf(dataset.data as unknown as Point[])) {
      const dot = meta.data[i];
      if (!dot || dot.x < left || dot.x > right) continue;
      ctx.beginPath();
      ctx.arc(dot.x, dot.y, radius, 0, 2 * Math.PI);
      ctx.fill();
    }
    ctx.restore();
  },
};
