// Load that the host drives: start times never depend on the scenario.

import * as engines from "dualbench:scenario/engines@0.1.0";
import { ask } from "./errors.js";
import { oneOf, only } from "./known.js";
import { asRequests } from "./requests.js";
import { asStages, secondsOf } from "./stages.js";
import { asTarget } from "./target.js";
import { asAnswered } from "./wire.js";

// Open exchanges of an open loop where the workload says nothing; arrivals beyond it are shed.
const DEFAULT_MAX_OPEN = 64;
const SPACINGS = ["poisson", "constant"];

export function closed(target, requests, options = {}) {
  const { users = 1, ...rest } = only(["users", "warmUp"], "closed", options);
  return workload(target, requests, { tag: "closed", val: users }, rest);
}

export function open(target, requests, options = {}) {
  const { ratePerSecond, ...rest } = only(["ratePerSecond", "spacing", "maxOpen", "warmUp"], "open", options);
  if (ratePerSecond === undefined) throw new TypeError("`ratePerSecond` is missing: arrivals each second");
  return workload(target, requests, { tag: "open", val: { ratePerSecond, ...arriving(rest) } }, rest);
}

export function staged(target, requests, options = {}) {
  const { fromPerSecond, stages, ...rest } = only(
    ["fromPerSecond", "stages", "spacing", "maxOpen", "warmUp"],
    "staged",
    options,
  );
  if (fromPerSecond === undefined) throw new TypeError("`fromPerSecond` is missing: arrivals each second at the begin");
  const val = { fromPerSecond, stages: asStages(stages), ...arriving(rest) };
  return workload(target, requests, { tag: "staged", val }, rest);
}

function arriving({ spacing = "poisson", maxOpen = DEFAULT_MAX_OPEN }) {
  return { spacing: oneOf(SPACINGS, "spacing", spacing), maxOpen };
}

function workload(target, requests, pace, { warmUp = 0 }) {
  return { target: asTarget(target).name, requests: asRequests(requests), pace, warmUp };
}

export function measure(workloads, until) {
  const list = Array.isArray(workloads) ? workloads : [workloads];
  const end = until === undefined ? endOfStages(list) : asUntil(until);
  const outcomes = Array.from(ask(() => engines.measureLoads(list, end)), outcome);
  return Array.isArray(workloads) ? outcomes : outcomes[0];
}

export function users(count, until) {
  ask(() => engines.users(count, asUntil(until)));
}

// Where nothing is said, the longest stages say it.
function endOfStages(workloads) {
  const all = workloads.filter(({ pace }) => pace.tag === "staged").map(({ pace }) => secondsOf(pace.val.stages));
  return asUntil(all.length > 0 ? { seconds: Math.max(...all) } : {});
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
