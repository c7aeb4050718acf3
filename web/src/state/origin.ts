// Whose figures are simulated. An engine's own word goes before the run's: a real engine may stand beside a simulated one.

import type { Engine, Journal, RunRow } from "./wire";

/** `true`: all of them; a list: only those of these targets. */
export type Origin = boolean | readonly string[];

type Told = Pick<Journal, "simulated" | "engines" | "host">;

export function isSimulated(journal: Told, target: string): boolean {
  return journal.engines?.[target]?.simulated ?? journal.simulated ?? false;
}

export function originOf(journal: Told): Origin {
  const told = Object.keys(journal.engines ?? {});
  const simulated = told.filter((target) => isSimulated(journal, target));
  if (simulated.length === 0) return told.length === 0 && (journal.simulated ?? false);
  return simulated.length === told.length ? true : simulated;
}

/** Of a run as lists and comparisons tell it. */
export function originOfRow(row: Pick<RunRow, "simulated" | "simulated_engines">): Origin {
  const told = Object.entries(row.simulated_engines).filter(([, simulated]) => simulated !== null);
  const simulated = told.filter(([, is]) => is === true).map(([target]) => target);
  return simulated.length === 0 || simulated.length === told.length ? row.simulated : simulated;
}

/** Of the engines at hand; `embedded`: the daemon's own word, until they have been asked. */
export function originOfEngines(engines: readonly Pick<Engine, "role" | "simulated">[], embedded: boolean): Origin {
  const simulated = engines.filter((engine) => engine.simulated).map((engine) => engine.role);
  return simulated.length === 0 || simulated.length === engines.length ? embedded || simulated.length > 0 : simulated;
}

/** Of what names its target first, as a threshold and a figure do: `mini.ttft_ms.p50 < 400`. */
export function originOfFigure(journal: Told, figure: string): Origin {
  const target = figure.split(".")[0] ?? "";
  if (target === "gpu") return isGpuSimulated(journal);
  return journal.engines?.[target] ? isSimulated(journal, target) : originOf(journal);
}

/** The simulated card serves with the embedded engines only. */
export function isGpuSimulated(journal: Told): boolean {
  const gpu = journal.host?.["gpu"] as { name?: string } | null | undefined;
  return gpu?.name === undefined ? originOf(journal) === true : gpu.name === "simulated GPU";
}

export function isAny(origin: Origin): boolean {
  return origin === true || (typeof origin === "object" && origin.length > 0);
}

/** Whether simulated figures stand beside real ones. */
export function isMixed(origin: Origin): boolean {
  return typeof origin === "object";
}
