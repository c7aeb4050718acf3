// A stored run as chart series: the points that the live stream would have sent for its exchanges.

import type { Live, Series } from "./fold";
import { Ring } from "./ring";
import type { Exchange, RunRow } from "./wire";

const MEASURES = ["ttft_ms", "tokens_per_second"] as const;

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

/** The live state with a stored run on the charts; unchanged when anything else got there first. */
export function showStored(live: Live, row: RunRow, exchanges: Exchange[]): Live {
  if (live.shown !== null || Object.keys(live.series).length > 0) return live;
  const shown = {
    run_id: row.run_id, scenario: row.scenario, state: row.state, phase: null, done: 0, total: 0,
    elapsed_ms: row.duration_ms ?? 0, activity: {}, since_last_byte_ms: {},
  };
  return { ...live, shown, series: seriesOf(exchanges) };
}
