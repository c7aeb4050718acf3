// What the run is told, and what it tells.

import * as abi from "./abi";
import { at, place, take } from "./memory";

export { Level } from "./abi";

/** A seed for everything random; recorded with the run, and given again to repeat it. */
export function seed(): u32 { return <u32>abi.seed(); }
/** Time since `run` was called. For decisions; no clock of record. */
export function elapsedMs(): f64 { return abi.elapsed_ms(); }
/** Names what is going on from here; exchanges are stored under it. */
export function phase(name: string): void { abi.phase(at(name), name.length); }
/** `total` 0 means unknown. */
export function progress(done: u32, total: u32): void { abi.progress(done, total); }
export function log(level: abi.Level, text: string): void { abi.log(level, at(text), text.length); }
/** A number of your own, stored under the scenario's name and never mixed with the host's measures. */
export function metric(name: string, value: f64, unit: string): void {
  abi.metric(at(name), name.length, value, at(unit), unit.length);
}
/** A mark on the timeline; the host stamps it. */
export function mark(name: string): void { abi.mark(at(name), name.length); }
/** Adds to a counter of that name; the run's record has its total. */
export function count(name: string, by: f64): void { abi.count(at(name), name.length, by); }
/** What the run must hold: `main.ttft_ms.p95 < 400`. Only before the first exchange. Null, or what is wrong with it. */
export function threshold(expression: string): string | null {
  abi.threshold(at(expression), expression.length, place);
  return load<u8>(place) ? take(place + 4) : null;
}
/** Declares the run void: its numbers are kept, but must not be trusted or compared. */
export function voidRun(reason: string): void { abi.void_run(at(reason), reason.length); }
