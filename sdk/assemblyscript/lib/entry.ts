// What the module exports; the compiler is given this file. The scenario itself is ../scenario.ts.

import * as scenario from "../scenario";
import { Arguments } from "./arguments";
import { ended, told } from "./guest";

export { cabi_realloc, dualbench_utf16 } from "./memory";

export function describe(): usize {
  return told(scenario.describe());
}

export function run(items: usize, count: i32): usize {
  return ended(scenario.run(new Arguments(items, count)));
}
