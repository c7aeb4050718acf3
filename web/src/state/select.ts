// Questions that several views ask of the state; each answer is computed, never stored.

import { own } from "./own";
import type { State } from "./store";
import type { RunRow, Scenario } from "./wire";

/** The daemon is silent: nothing can be asked of it, and what it said may no longer be so. */
export function isCutOff(state: State): boolean {
  return state.connection.state === "stale";
}

/** The scenario of the address, else the first that can run, else the first. */
export function chosenScenario(state: State): Scenario | null {
  if (state.scenarios.state !== "loaded") return null;
  const all = state.scenarios.value;
  const asked = state.route.view === "lab" ? state.route.scenario : null;
  return all.find((s) => s.name === asked) ?? firstReady(all) ?? all[0] ?? null;
}

/** What the invitation starts: engine-speed where it is ready, else whatever is. */
export function firstReady(scenarios: Scenario[]): Scenario | null {
  const ready = scenarios.filter((s) => s.ready !== null);
  return ready.find((s) => s.name === "engine-speed") ?? ready[0] ?? null;
}

/** The run list: what the stream keeps fresh, then what was fetched, each run once, the latest first. */
export function allRuns(state: State): RunRow[] {
  const { last, run } = state.live;
  const fresh = new Set(last.map((row) => row.run_id));
  const removed = state.route.view === "history" && state.route.filter.removed;
  const fetched = state.history.removed === removed ? state.history.rows : [];
  // What the stream keeps fresh are runs on the lists.
  const rows = removed ? fetched : [...last, ...fetched.filter((row) => !fresh.has(row.run_id))];
  return rows.flatMap((row) => {
    const mark = own(state.marks, row.run_id);
    if (mark && mark.removed !== removed) return [];
    const marked = mark ? { ...row, tags: mark.tags, note: mark.note } : row;
    // The run under way is told in every frame, its row only when it is stored.
    return [row.run_id === run?.run_id ? { ...marked, state: run.state } : marked];
  });
}

/** The list row of the run on the charts, once it has one. */
export function shownRow(state: State): RunRow | null {
  const id = state.live.shown?.run_id;
  return id === undefined ? null : allRuns(state).find((row) => row.run_id === id) ?? null;
}

/** Whether what the charts show came from simulated engines: the run's own word, else the daemon's. */
export function shownSimulated(state: State): boolean {
  const { run, shown, simulated } = state.live;
  const going = run !== null && run.run_id === shown?.run_id && (run.simulated ?? false);
  return going || (shownRow(state)?.simulated ?? simulated);
}

/** How the scenario's last run ended: its verdict where it has one, else its state. */
export function lastOf(state: State, scenario: Scenario): string | null {
  const row = state.live.last.find((r) => r.scenario === scenario.name);
  if (row) return row.verdict?.state ?? row.state;
  return scenario.last_run?.verdict ?? scenario.last_run?.state ?? null;
}
