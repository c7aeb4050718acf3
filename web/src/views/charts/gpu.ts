// The charts of the GPU over a run: memory always, so that a missing GPU says so; the others only where a GPU tells them.

import type { Series } from "../../state/fold";
import { gpuSource } from "../../state/replay";
import type { Gpu } from "../../state/wire";
import { t } from "../../text/texts";
import type { Spec } from "./spec";
import { timeSpec, type TimeChart, type Trace } from "./time";

const GIB = 1024 ** 3;
/** Lines of one hue, told apart by their dashes; the first is whole. */
const DASHES: number[][] = [[], [7, 4], [2, 3], [9, 3, 2, 3]];

export type Shared = Pick<TimeChart, "elapsedMs" | "simulated" | "empty" | "axis"> & Partial<Pick<TimeChart, "mixed" | "live" | "marks" | "pinned" | "window">>;

/** `prefix` keeps the charts of a run apart from the live ones. */
export function gpuSpecs(series: Series, gpu: Gpu | null, shared: Shared, prefix = ""): Spec[] {
  const told = (measure: string) => gpuTraces(series, measure).some((trace) => trace.ring !== undefined);
  const chart = (id: string, measure: string, rest: Pick<TimeChart, "title" | "unit"> & Partial<TimeChart>) =>
    timeSpec({ ...shared, id: `${prefix}${id}`, shape: "line", traces: gpuTraces(series, measure), ...rest });
  const specs = [chart("vram", "vram_used_bytes", { title: t.gpu.memory, unit: "GiB", per: GIB, decimals: 2, ceiling: memoryOf(gpu) })];
  if (told("utilisation_percent")) specs.push(chart("utilisation", "utilisation_percent", { title: t.gpu.utilisation, unit: "%", decimals: 0, ceiling: 100 }));
  if (told("power_w")) specs.push(chart("power", "power_w", { title: t.gpu.power, unit: "W", decimals: 0 }));
  if (told("temperature_c")) specs.push(chart("temperature", "temperature_c", { title: t.gpu.temperature, unit: "°C", decimals: 0 }));
  return specs;
}

/** One trace for each GPU of a run, the first one always: without samples its chart says why. */
export function gpuTraces(series: Series, measure: string): Trace[] {
  const found = Object.keys(series).flatMap((source) => indexOf(source) ?? []).sort((a, b) => a - b);
  return (found.length > 0 ? found : [0]).map((index) => ({
    name: `GPU ${index}`, hue: "gpu" as const, dash: DASHES[index % DASHES.length], ring: series[gpuSource(index)]?.[measure],
  }));
}

function indexOf(source: string): number | null {
  const number = /^gpu(\d*)$/.exec(source)?.[1];
  return number === undefined ? null : Number(number);
}

/** The largest card's memory: the axis ends where the memory does. */
export function memoryOf(gpu: Gpu | null): number | null {
  const sizes = gpu?.devices.flatMap((device) => device.vram_total_bytes ?? []) ?? [];
  return sizes.length > 0 ? Math.max(...sizes) : null;
}

/** Why there is nothing to draw of a GPU. */
export function gpuEmpty(gpu: Gpu | null, waiting: string): string {
  return gpu?.state === "absent" ? t.gpu.absent(gpu.reason ?? "") : waiting;
}
