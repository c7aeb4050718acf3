// What is known of an engine.

import * as abi from "./abi";
import { Maybe, maybeCount, unknown } from "./maybe";
import { place, take } from "./memory";
import { orEnd, refused } from "./problem";

/** What the engine told of itself when the run began. */
export class TargetInfo {
  /** Null where unknown. */
  model: string | null = null;
  dialect: string = "";
  contextTokens: Maybe = unknown;
  simulated: bool = false;
}

export function info(target: abi.Target): TargetInfo {
  return orEnd<TargetInfo>(tryInfo(target));
}

/** The same, or null where the host has no such target. */
export function tryInfo(target: abi.Target): TargetInfo | null {
  abi.info(target, place);
  if (load<u8>(place)) return refused<TargetInfo>(place + 4);
  const r = place + 4, found = new TargetInfo();
  if (load<u8>(r + abi.TargetInfo.model)) found.model = take(r + abi.TargetInfo.model_value);
  found.dialect = take(r + abi.TargetInfo.dialect);
  found.contextTokens = maybeCount(r, abi.TargetInfo.contextTokens, abi.TargetInfo.contextTokens_value);
  found.simulated = load<bool>(r + abi.TargetInfo.simulated);
  return found;
}
