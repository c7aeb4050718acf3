// The parts of a load whose rate changes.

import { only } from "./known.js";

const FORM = "{ toPerSecond: 5, seconds: 10 }";

// In the contract's terms.
export function asStages(given) {
  const isList = typeof given === "object" && typeof given?.[Symbol.iterator] === "function";
  const stages = isList ? Array.from(given, asStage) : [];
  if (stages.length === 0) throw new TypeError(`\`stages\` must be a list: [${FORM}]`);
  return stages;
}

function asStage(given) {
  const { toPerSecond, seconds } = only(["toPerSecond", "seconds"], "a stage", given ?? {});
  if (toPerSecond === undefined || seconds === undefined) throw new TypeError(`a stage says where to and how long: ${FORM}`);
  return { seconds, ratePerSecond: toPerSecond };
}

export function secondsOf(stages) {
  return stages.reduce((sum, { seconds }) => sum + seconds, 0);
}
