// Write a dualbench scenario in AssemblyScript: `describe` and `run` in scenario.ts, with these words.
//
// A scenario decides what is asked of the engines. The host sends, stamps, computes and stores: nothing here can change a
// number, and a slow scenario never slows a stream. What each measure means is in docs/measures.md.
//
// AssemblyScript has no exceptions. A call that the host refuses ends the run at once, with the host's words in its log. Where
// you would rather go on, use the call that begins with `try`: it gives null, and `problem()` says why.

import { Level, log } from "./report";

export { Target, Role, Cache, Spacing, ChunkKind, Ending } from "./abi";
export { Arguments } from "./arguments";
export { dataNames, readData, tryReadData } from "./data";
export { Digest } from "./digest";
export { Chunk, Exchange, endingWord, waitAny } from "./exchange";
export { Manifest } from "./manifest";
export { Maybe } from "./maybe";
export { Measures } from "./measures";
export { Outcome, measure, tryMeasure } from "./outcome";
export { Param } from "./param";
export { Problem, problem } from "./problem";
export { Level, count, elapsedMs, log, mark, metric, phase, progress, seed, threshold, voidRun } from "./report";
export { Message, Request } from "./request";
export { Stage } from "./stage";
export { TargetInfo, info, tryInfo } from "./target";
export { Until } from "./until";
export { tryUsers, users } from "./users";
export { Workload } from "./workload";

/** Where `throw` and failed assertions end: the words go to the run's log, and the run ends as a trap. The
 *  build names this place. */
export function abort(message: string | null, file: string | null, line: i32, column: i32): void {
  const words = message === null ? "abort" : message;
  const where = file === null ? "" : " (" + file + ":" + line.toString() + ":" + column.toString() + ")";
  log(Level.Error, words + where);
  unreachable();
}
