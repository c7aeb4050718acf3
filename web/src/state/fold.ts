// Folds what the live stream sends into what the page shows. No network, no clock, no document.

import { Ring } from "./ring";
import { isUnfinished } from "./run_state";
import type { LiveRun, LiveView, LogLine, Metric, RunRow } from "./wire";

/** Log lines and metrics kept; the whole of both stays on the daemon. */
export const MAX_LINES = 500;

/** Series by source (`main`, `mini`, `gpu`), then by measure. Rings are shared between states and mutated. */
export type Series = Record<string, Record<string, Ring>>;

export interface Live {
  seq: number;
  simulated: boolean;
  /** The run under way. The daemon goes on telling a run after its end; then it is only `shown`. */
  run: LiveRun | null;
  /** The run that the series, the log and the metrics belong to; it may have ended. */
  shown: LiveRun | null;
  queue: { run_id: string; scenario: string }[];
  series: Series;
  log: LogLine[];
  metrics: Metric[];
  /** Where the run's phases began and what its scenario marked, in ms since its start, as far as this page saw them. */
  marks: Mark[];
  last: RunRow[];
  scenariosChanged: number;
}

export interface Mark { at: number; label: string }

export const nothingYet: Live = {
  seq: -1, simulated: false, run: null, shown: null, queue: [], series: {}, log: [], metrics: [], marks: [], last: [],
  scenariosChanged: -1,
};

/** A snapshot replaces everything, so a reconnect can never mix two histories. */
export function foldSnapshot(view: LiveView): Live {
  return appendTo({ ...nothingYet, shown: view.run }, view);
}

/** A frame adds to the series of the run it belongs to; another run's first frame starts from empty ones. */
export function foldFrame(live: Live, view: LiveView): Live {
  const another = view.run !== null && view.run.run_id !== live.shown?.run_id;
  const base = another ? { ...live, shown: null, series: {}, log: [], metrics: [], marks: [] } : live;
  return appendTo(base, view);
}

function appendTo(live: Live, view: LiveView): Live {
  return {
    seq: view.seq,
    simulated: view.simulated,
    run: view.run !== null && isUnfinished(view.run.state) ? view.run : null,
    shown: view.run ?? live.shown,
    queue: view.queue,
    series: appendSeries(live.series, view.series),
    log: tail(live.log, view.log),
    metrics: tail(live.metrics, view.metrics),
    marks: tail(marked(live, view.run), (view.marks ?? []).map(({ at_ms, name }) => ({ at: at_ms, label: name }))),
    last: view.last,
    scenariosChanged: view.scenarios_changed,
  };
}

function appendSeries(series: Series, incoming: LiveView["series"]): Series {
  let grown = series;
  for (const [source, measures] of Object.entries(incoming)) {
    for (const [measure, points] of Object.entries(measures ?? {})) {
      if (!points || points.length === 0) continue;
      let ring = grown[source]?.[measure];
      if (!ring) {
        ring = new Ring();
        grown = { ...grown, [source]: { ...grown[source], [measure]: ring } };
      }
      ring.append(points);
    }
  }
  return grown;
}

function tail<T>(kept: T[], incoming: T[]): T[] {
  if (incoming.length === 0) return kept;
  return [...kept, ...incoming].slice(-MAX_LINES);
}

function marked(live: Live, run: LiveRun | null): Mark[] {
  const label = run?.phase || null;
  if (run === null || label === null || label === (live.shown?.phase || null)) return live.marks;
  return [...live.marks, { at: run.elapsed_ms, label }].slice(-MAX_LINES);
}
