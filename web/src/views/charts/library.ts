// The only file that knows which parts of Chart.js are used, and what every chart has in common.

import {
  BarController, BarElement, Chart, Filler, LinearScale, LineController, LineElement, PointElement, ScatterController, Tooltip,
  type ChartConfiguration, type ChartOptions,
} from "chart.js";
import { cursor } from "./cursor";
import { lone } from "./lone";
import { marks } from "./marks";
import type { Paint } from "./paint";

Chart.register(BarController, BarElement, LineController, LineElement, ScatterController, PointElement, LinearScale, Filler, Tooltip, cursor, lone, marks);

export { Chart };
export type { ChartConfiguration };

/** Smooth enough for ten updates a second, and still: nothing moves but the data. */
export function common(paint: Paint): ChartOptions {
  const font = { family: "system-ui, sans-serif", size: 11 };
  return {
    animation: false, parsing: false, normalized: true, responsive: true, maintainAspectRatio: false,
    color: paint.quiet, font,
    layout: { padding: { top: 6, right: 8 } },
    plugins: {
      tooltip: {
        backgroundColor: paint.panel, borderColor: paint.quiet, borderWidth: 1, titleColor: paint.ink, bodyColor: paint.ink,
        cornerRadius: 2, boxPadding: 4, titleFont: font, bodyFont: font,
      },
    },
  };
}

/** An axis of round figures. */
export function axis(paint: Paint, more: { min?: number; max?: number; step?: number | undefined; text: (value: number) => string; title?: string; line?: boolean; grid?: boolean; show?: boolean }) {
  const font = { family: "system-ui, sans-serif", size: 11 };
  return {
    type: "linear" as const,
    display: more.show ?? true,
    ...(more.min === undefined ? {} : { min: more.min }),
    ...(more.max === undefined ? {} : { max: more.max }),
    grid: { color: paint.rule, drawTicks: false, display: more.grid ?? true },
    border: { display: more.line ?? false, color: paint.quiet },
    title: { display: more.title !== undefined, text: more.title ?? "", color: paint.quiet, font, padding: 2 },
    ticks: {
      color: paint.quiet, font, maxRotation: 0, minRotation: 0, padding: 6, autoSkipPadding: 10,
      ...(more.step === undefined ? {} : { stepSize: more.step }),
      callback: (value: string | number) => more.text(Number(value)),
    },
  };
}
