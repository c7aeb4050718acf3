// A stored run as chart series: the points that the live stream would have sent for its exchanges.

import type { Live, Series } from "./fold";
import { MAX_POINTS, Ring } from "./ring";
import { thin } from "./thin";
import { intentMs } from "./waterfall";
import type { DeviceSamples, Exchange, RunRow } from "./wire";

const FIRST = ["ttft_ms", "prefill_tokens_per_second"] as const;
const LAST = ["tokens_per_second", "tpot_ms", "output_tokens"] as const;
export const GPU_MEASURES = ["vram_used_bytes", "utilisation_percent", "power_w", "temperature_c", "sm_clock_mhz"] as const;

/** The name of a device's series: the first one has no number, so that one GPU is just "gpu". */
export function gpuSource(index: number): string {
  return index === 0 ? "gpu" : `gpu${index}`;
}

/** Warm-up exchanges never enter a figure, and so never a chart. A point stands where its value was known. */
export function seriesOf(exchanges: readonly Exchange[]): Series {
  const series: Series = {};
  const put = (target: string, measure: string, at: number, value: number | null) =>
    (((series[target] ??= {})[measure] ??= new Ring()).points.push({ x: at, y: value }));
  for (const e of exchanges) {
    if (e.warm_up) continue;
    const first = e.sent_ms + (e.ttft_ms ?? 0);
    const last = e.sent_ms + (e.e2e_ms ?? e.ttft_ms ?? 0);
    for (const measure of FIRST) put(e.target, measure, first, e[measure]);
    for (const measure of LAST) put(e.target, measure, last, e[measure]);
    for (const stage of e.stages ?? []) put(e.target, stage.stage, intentMs(e) + stage.end_ms, stage.end_ms - stage.start_ms);
  }
  for (const ring of Object.values(series).flatMap((measures) => Object.values(measures))) settle(ring);
  return series;
}

/** In the order of time, and no more than a screen shows. */
function settle(ring: Ring): void {
  ring.total = ring.points.length;
  ring.points.sort((a, b) => a.x - b.x);
  if (ring.points.length > MAX_POINTS) ring.points.splice(0, ring.points.length, ...thin(ring.points, MAX_POINTS));
  ring.version = 1;
}

/** A measure that no reading of the device has, such as the power of a card that does not tell it, gets no series. */
export function gpuSeriesOf(devices: readonly DeviceSamples[]): Series {
  const series: Series = {};
  for (const device of devices) {
    for (const measure of GPU_MEASURES) {
      const column = device[measure];
      if (column.every((value) => value === null)) continue;
      const ring = ((series[gpuSource(device.index)] ??= {})[measure] ??= new Ring());
      ring.points.push(...device.at_ms.map((x, i) => ({ x, y: column[i] ?? null })));
      settle(ring);
    }
  }
  return series;
}

/** The live state with a stored run on the charts; unchanged when anything else got there first. */
export function showStored(live: Live, row: RunRow, exchanges: Exchange[], devices: DeviceSamples[]): Live {
  if (live.shown !== null || Object.keys(live.series).length > 0 || row.state === null) return live;
  const shown = {
    run_id: row.run_id, scenario: row.scenario, state: row.state, phase: null, done: 0, total: 0,
    elapsed_ms: row.duration_ms ?? 0, activity: {}, since_last_byte_ms: {}, events_per_second: {}, counters: {},
  };
  return { ...live, shown, series: { ...seriesOf(exchanges), ...gpuSeriesOf(devices) } };
}
