// One trace for each GPU of a run, the first one always: without samples its chart says why.

import type { Series } from "../state/fold";
import { gpuSource } from "../state/replay";
import type { Trace } from "./chart";

/** Lines of one hue, told apart by their dashes; the first is whole. */
const DASHES: number[][] = [[], [7, 4], [2, 3], [9, 3, 2, 3]];

export function gpuTraces(series: Series, measure: string): Trace[] {
  const found = Object.keys(series).flatMap((source) => indexOf(source) ?? []).sort((a, b) => a - b);
  return (found.length > 0 ? found : [0]).map((index) => ({
    name: `GPU ${index}`, hue: "gpu" as const, dash: DASHES[index % DASHES.length] ?? [], ring: series[gpuSource(index)]?.[measure],
  }));
}

function indexOf(source: string): number | null {
  const number = /^gpu(\d*)$/.exec(source)?.[1];
  return number === undefined ? null : Number(number);
}
