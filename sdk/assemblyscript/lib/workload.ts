// Loads that the host drives: start times never depend on the scenario.

import * as abi from "./abi";
import { zeros } from "./memory";
import { Request } from "./request";
import { Stage } from "./stage";

/** One load on one target: `Workload.closed(Target.Mini, request, 4).warmUp(2)`. What is asked is one `Request`, or an array
 *  of them, sent in turn and again from the first one on. */
export class Workload {
  private warm: u32 = 0;
  private users: u32 = 0;
  private rate: f64 = 0;
  private stages: Stage[] = [];
  private spacing: abi.Spacing = abi.Spacing.Poisson;
  private most: u32 = 0;

  private constructor(private target: abi.Target, private requests: Request[], private pace: u8) {}

  /** This many users, each sending its next request when its last one has ended. */
  static closed<T>(target: abi.Target, requests: T, users: u32): Workload {
    const made = new Workload(target, inTurn(requests), abi.Pace.CLOSED);
    made.users = users;
    return made;
  }
  /** Arrivals at a rate; beyond `maxOpen` open exchanges they are shed: counted, never delayed. */
  static open<T>(target: abi.Target, requests: T, perSecond: f64, spacing: abi.Spacing = abi.Spacing.Poisson, maxOpen: u32 = 64): Workload {
    const made = new Workload(target, inTurn(requests), abi.Pace.OPEN);
    made.rate = perSecond;
    made.spacing = spacing;
    made.most = maxOpen;
    return made;
  }
  /** Arrivals at a rate that changes: it begins at `fromPerSecond` and runs through the stages; the last one's rate then stays.
   *  `Until.endOf(stages)` is when they have ended. */
  static staged<T>(
    target: abi.Target, requests: T, fromPerSecond: f64, stages: Stage[],
    spacing: abi.Spacing = abi.Spacing.Poisson, maxOpen: u32 = 64,
  ): Workload {
    const made = new Workload(target, inTurn(requests), abi.Pace.STAGED);
    made.rate = fromPerSecond;
    made.stages = stages.slice(0);
    made.spacing = spacing;
    made.most = maxOpen;
    return made;
  }
  /** Exchanges before the measured ones, under the same load. */
  warmUp(exchanges: u32): Workload { this.warm = exchanges; return this; }

  /** `free` gives up what the record refers to. */
  write(record: usize): void {
    store<u8>(record + abi.Load.target, <u8>this.target);
    const count = this.requests.length, asked = zeros(<usize>count * abi.Request.SIZE);
    for (let i = 0; i < count; i++) this.requests[i].write(asked + <usize>i * abi.Request.SIZE);
    store<usize>(record + abi.Load.requests, asked);
    store<i32>(record + abi.Load.requests, count, 4);
    this.writePace(record + abi.Load.pace);
    store<u32>(record + abi.Load.warmUp, this.warm);
  }

  private writePace(pace: usize): void {
    const value = pace + abi.Pace.payload;
    store<u8>(pace, this.pace);
    if (this.pace == abi.Pace.CLOSED) {
      store<u32>(value, this.users);
    } else if (this.pace == abi.Pace.OPEN) {
      store<f64>(value + abi.OpenLoop.ratePerSecond, this.rate);
      store<u8>(value + abi.OpenLoop.spacing, <u8>this.spacing);
      store<u32>(value + abi.OpenLoop.maxOpen, this.most);
    } else {
      const count = this.stages.length, list = zeros(<usize>count * abi.Stage.SIZE);
      for (let i = 0; i < count; i++) {
        const stage = list + <usize>i * abi.Stage.SIZE;
        store<f64>(stage + abi.Stage.seconds, this.stages[i].seconds);
        store<f64>(stage + abi.Stage.ratePerSecond, this.stages[i].perSecond);
      }
      store<f64>(value + abi.StagedLoop.fromPerSecond, this.rate);
      store<usize>(value + abi.StagedLoop.stages, list);
      store<i32>(value + abi.StagedLoop.stages, count, 4);
      store<u8>(value + abi.StagedLoop.spacing, <u8>this.spacing);
      store<u32>(value + abi.StagedLoop.maxOpen, this.most);
    }
  }

  free(record: usize): void {
    const asked = load<usize>(record + abi.Load.requests);
    for (let i = 0; i < this.requests.length; i++) this.requests[i].free(asked + <usize>i * abi.Request.SIZE);
    heap.free(asked);
    const value = record + abi.Load.pace + abi.Pace.payload;
    if (this.pace == abi.Pace.STAGED) heap.free(load<usize>(value + abi.StagedLoop.stages));
  }
}

/** One request, or an array of them; anything else does not compile. */
function inTurn<T>(requests: T): Request[] {
  if (isArrayLike<T>()) {
    const made = new Array<Request>();
    for (let i = 0; i < requests.length; i++) made.push(requests[i]);
    return made;
  } else {
    return [requests];
  }
}
