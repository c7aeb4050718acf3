// Which states of a run are not its last.

import type { RunState } from "./wire";

const UNFINISHED: readonly RunState[] = ["queued", "preparing", "warming", "measuring", "settling"];

export function isUnfinished(state: RunState): boolean {
  return UNFINISHED.includes(state);
}
