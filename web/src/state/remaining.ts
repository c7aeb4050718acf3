// How long a run still takes, if it goes on as it went: null where nobody can say.

import type { LiveRun } from "./wire";

/** Steps before which a pace is a guess. */
const ENOUGH = 3;

export function remaining(run: Pick<LiveRun, "done" | "total" | "elapsed_ms">): number | null {
  if (run.total <= 0 || run.done < ENOUGH || run.done > run.total) return null;
  return (run.elapsed_ms / run.done) * (run.total - run.done);
}
