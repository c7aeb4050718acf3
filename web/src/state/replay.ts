// A stored run as chart series: the points that the live stream would have sent for its exchanges.

import type { Live, Series } from "./fold";
import { Ring } from "./ring";
import type { DeviceSamples, Exchange, RunRow } from "./wire";

const MEASURES = ["ttft_ms", "tokens_per_second"] as const;
const GPU_MEASURES = ["vram_used_bytes", "utilisation_percent", "power_w"] as const;

/** The name of a device's series: the first one has no number, so that one GPU is just "gpu". */
export function gpuSource(index: number): string {
  return index === 0 ? "gpu" : `gpu${index}`;
}

/** Warm-up exchanges never enter a figure, and so never a chart. A point stands where its exchange ended. */
export function seriesOf(exchanges: Exchange[]): Series {
  const series: Series = {};
  const ended = (e: Exchange) => e.sent_ms + (e.e2e_ms ?? e.ttft_ms ?? 0);
  const measured = exchanges.filter((e) => !e.warm_up).sort((a, b) => ended(a) - ended(b));
  for (const exchange of measured) {
    for (const measure of MEASURES) {
      const ring = ((series[exchange.target] ??= {})[measure] ??= new Ring());
      ring.append([[ended(exchange), exchange[measure]]]);
    }
  }
  return series;
}

/** A measure that no reading of the device has, such as the power of a card that does not tell it, gets no series. */
export function gpuSeriesOf(devices: DeviceSamples[]): Series {
  const series: Series = {};
  for (const device of devices) {
    for (const measure of GPU_MEASURES) {
      const column = device[measure];
      if (column.every((value) => value === null)) continue;
      const ring = ((series[gpuSource(device.index)] ??= {})[measure] ??= new Ring());
      ring.append(device.at_ms.map((at, i) => [at, column[i] ?? null]));
    }
  }
  return series;
}

/** The live state with a stored run on the charts; unchanged when anything else got there first. */
export function showStored(live: Live, row: RunRow, exchanges: Exchange[], devices: DeviceSamples[]): Live {
  if (live.shown !== null || Object.keys(live.series).length > 0) return live;
  const shown = {
    run_id: row.run_id, scenario: row.scenario, state: row.state, phase: null, done: 0, total: 0,
    elapsed_ms: row.duration_ms ?? 0, activity: {}, since_last_byte_ms: {}, events_per_second: {},
  };
  return { ...live, shown, series: { ...seriesOf(exchanges), ...gpuSeriesOf(devices) } };
}
