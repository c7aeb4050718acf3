// Load that the host drives: start times never depend on the scenario.

import * as engines from "dualbench:scenario/engines@0.1.0";
import { ask } from "./errors.js";
import { asRequest } from "./request.js";
import { asTarget } from "./target.js";
import { asAnswered } from "./wire.js";

// Open exchanges of an open loop where the workload says nothing; arrivals beyond it are shed.
const DEFAULT_MAX_OPEN = 64;

export function closed(target, request, { users = 1, warmUp = 0 } = {}) {
  return workload(target, request, { tag: "closed", val: users }, warmUp);
}

export function open(target, request, { ratePerSecond, spacing = "poisson", maxOpen = DEFAULT_MAX_OPEN, warmUp = 0 } = {}) {
  if (ratePerSecond === undefined) throw new TypeError("`ratePerSecond` is missing: arrivals each second");
  return workload(target, request, { tag: "open", val: { ratePerSecond, spacing, maxOpen } }, warmUp);
}

function workload(target, request, arrival, warmUp) {
  return { target: asTarget(target).name, request: asRequest(request), arrival, warmUp };
}

export function measure(workloads, until) {
  const list = Array.isArray(workloads) ? workloads : [workloads];
  const outcomes = Array.from(ask(() => engines.measure(list, asUntil(until))), outcome);
  return Array.isArray(workloads) ? outcomes : outcomes[0];
}

export function users(count, until) {
  ask(() => engines.users(count, asUntil(until)));
}

function asUntil({ repetitions, seconds } = {}) {
  if ((repetitions === undefined) === (seconds === undefined)) {
    throw new TypeError("say until when: { repetitions: 20 } or { seconds: 30 }");
  }
  return repetitions !== undefined ? { tag: "repetitions", val: repetitions } : { tag: "seconds", val: seconds };
}

function outcome(told) {
  return { ...asAnswered(told), target: asTarget(told.target) };
}
