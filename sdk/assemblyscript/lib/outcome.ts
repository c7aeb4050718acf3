// What comes of loads.

import * as abi from "./abi";
import { Digest } from "./digest";
import { Maybe, maybe } from "./maybe";
import { place, zeros } from "./memory";
import { orEnd, refused } from "./problem";
import { Until } from "./until";
import { Workload } from "./workload";

/** What came of one workload; the measured exchanges only. */
export class Outcome {
  target: abi.Target;
  complete: u32;
  failed: u32;
  shed: u32;
  ttftMs: Digest;
  e2eMs: Digest;
  itlMs: Digest;
  tokensPerSecond: Digest;
  prefillTokensPerSecond: Digest;
  intentToFirstTokenMs: Digest;
  intentToAnswerMs: Digest;
  throughputTokensPerSecond: Maybe;

  constructor(r: usize) {
    this.target = load<u8>(r + abi.Outcome.target);
    this.complete = load<u32>(r + abi.Outcome.complete);
    this.failed = load<u32>(r + abi.Outcome.failed);
    this.shed = load<u32>(r + abi.Outcome.shed);
    this.ttftMs = Digest.at(r + abi.Outcome.ttftMs);
    this.e2eMs = Digest.at(r + abi.Outcome.e2eMs);
    this.itlMs = Digest.at(r + abi.Outcome.itlMs);
    this.tokensPerSecond = Digest.at(r + abi.Outcome.tokensPerSecond);
    this.prefillTokensPerSecond = Digest.at(r + abi.Outcome.prefillTokensPerSecond);
    this.intentToFirstTokenMs = Digest.at(r + abi.Outcome.intentToFirstTokenMs);
    this.intentToAnswerMs = Digest.at(r + abi.Outcome.intentToAnswerMs);
    this.throughputTokensPerSecond =
      maybe(r, abi.Outcome.throughputTokensPerSecond, abi.Outcome.throughputTokensPerSecond_value);
  }
}

/** Runs the workloads at the same time and blocks until all have ended; one outcome for each, in order. */
export function measure(workloads: Workload[], until: Until): Outcome[] {
  return orEnd<Outcome[]>(tryMeasure(workloads, until));
}

/** The same, or null where the host refuses it. */
export function tryMeasure(workloads: Workload[], until: Until): Outcome[] | null {
  const list = zeros(<usize>workloads.length * abi.Load.SIZE);
  for (let i = 0; i < workloads.length; i++) workloads[i].write(list + <usize>i * abi.Load.SIZE);
  abi.measure_loads(list, workloads.length, until.tag, until.bits, place);
  for (let i = 0; i < workloads.length; i++) workloads[i].free(list + <usize>i * abi.Load.SIZE);
  heap.free(list);
  if (load<u8>(place)) return refused<Outcome[]>(place + 4);
  const from = load<usize>(place, 4), count = load<i32>(place, 8), outcomes = new Array<Outcome>();
  for (let i = 0; i < count; i++) outcomes.push(new Outcome(from + <usize>i * abi.Outcome.SIZE));
  if (count) heap.free(from);
  return outcomes;
}
