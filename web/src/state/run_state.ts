// Which states of a run are not its last. A row without a state was written by a newer dualbench, after its end.

import type { RunState } from "./wire";

const UNFINISHED: readonly RunState[] = ["queued", "preparing", "warming", "measuring", "settling"];

export function isUnfinished(state: RunState | null): boolean {
  return state !== null && UNFINISHED.includes(state);
}
