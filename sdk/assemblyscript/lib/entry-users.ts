// As entry.ts, for a scenario that has scripted users.

import * as scenario from "../scenario";
import { ofRound } from "./arguments";
import { ended } from "./guest";

export { describe, run, cabi_realloc, dualbench_utf16 } from "./entry";

export function user(items: usize, count: i32, index: i32): usize {
  return ended(scenario.user(ofRound(items, count), <u32>index));
}
