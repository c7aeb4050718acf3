// Names, units and order of the measures of one exchange, and the names of whom they are of.

import { isMixed, isSimulated, originOf } from "../state/origin";
import type { Journal } from "../state/wire";
import { t, type Texts } from "../text/texts";
import { words } from "./format";

export type MeasureId = keyof Texts["measures"];

const UNITS: Record<string, string> = { tokens_per_second: "tok/s", tokens: "tokens", bytes: "B", ms: "ms" };

export function measureName(id: string): string {
  return isKnown(id) ? t.measures[id].name : words(id.replace(/_ms$|_tokens_per_second$/, ""));
}

export function measureMeans(id: string): string | undefined {
  return isKnown(id) ? t.measures[id].means : undefined;
}

/** The unit that a measure's own name ends in. */
export function unitOf(id: string): string {
  if (id.endsWith("tokens_per_second")) return "tok/s";
  return Object.entries(UNITS).find(([end]) => id.endsWith(`_${end}`))?.[1] ?? "";
}

function isKnown(id: string): id is MeasureId {
  return id in t.measures;
}

/** In the order they are read. */
export function knownMeasures(): MeasureId[] {
  return Object.keys(t.measures) as MeasureId[];
}

/** A target on a chart of a run; where not all are simulated, those that are say so. */
export function targetName(journal: Journal, target: string): string {
  return isMixed(originOf(journal)) && isSimulated(journal, target) ? `${target} (${t.simulated.word})` : target;
}
