// What a chart is before anybody draws it: a title, a unit, how to draw it, and the same as a table. Everything that shows or
// exports a chart (the page, the picture, the report) takes one of these.

import type { ChartConfiguration } from "chart.js";
import type { Cell } from "../../state/csv";
import type { Part } from "../../state/waterfall";
import type { Range } from "../../state/zoom";
import type { Paint } from "./paint";

/** One hue for each target and the GPU; `s0` to `s7` for runs that are compared, `p-…` for the parts of an exchange. */
export type Hue = "main" | "mini" | "pipeline" | "gpu" | `s${number}` | `p-${Part}`;

export interface Legend { name: string; hue: Hue; dash?: number[] | undefined; readout?: string | undefined }

export interface Twin { head: string[]; rows: Cell[][]; note?: string | undefined }

export interface Spec {
  id: string;
  title: string;
  unit: string;
  /** What a screen reader says of the picture; the table has the figures. */
  about: string;
  /** Changes whenever the drawing must. */
  version: string;
  /** Whether any of it came from simulated engines. */
  simulated: boolean;
  /** Some of it did and some did not: its rows say themselves which. */
  mixed?: boolean;
  legend: Legend[];
  /** The latest values stand in large letters. */
  live?: boolean;
  /** The time axis it is on; charts of one axis show the same stretch of it. */
  time?: string;
  /** A moment of the x axis that a line stands on. It moves without the chart being drawn. */
  pinned?: number | undefined;
  /** In pixels, for charts whose height is that of their rows. */
  height?: number;
  /** Stands in place of the picture while there is nothing to draw. */
  empty: string | null;
  note?: string | undefined;
  /** Made anew each time: who draws it may change it. */
  build(paint: Paint): ChartConfiguration;
  table(): Twin;
}

/** Only that stretch of the x axis. */
export function zoomed(config: ChartConfiguration, zoom: Range | null): void {
  const x = config.options?.scales?.["x"] as { min?: number; max?: number; ticks?: { stepSize?: number; includeBounds?: boolean } } | undefined;
  if (!x || !zoom) return;
  [x.min, x.max] = zoom;
  x.ticks = { ...x.ticks, includeBounds: false };
  delete x.ticks.stepSize;
}
