// The run under way: phase, how far, how long, and for each engine whether it is slow or stuck. Below: the queue.

import { isUnfinished } from "../state/run_state";
import { allRuns, firstReady, isCutOff, shownRow, shownSimulated } from "../state/select";
import type { Commands, State } from "../state/store";
import type { LiveRun, RunRow } from "../state/wire";
import { Simulated, StateWord } from "./figures";
import { figure, shortId, span, withUnit } from "./format";

/** Silence in mid-answer that a healthy engine does not show; past it the wait is pointed out. */
const QUIET_GENERATION_MS = 2_000;
/** A long prompt may take this long before its first byte. */
const QUIET_PREFILL_MS = 30_000;

export function Progress({ state, commands }: { state: State; commands: Commands }) {
  const { run, shown } = state.live;
  const row = shownRow(state);
  return (
    <section class="panel progress" aria-labelledby="progress-title">
      <div class="title">
        <h2 id="progress-title">{title(run, shown)}</h2>
        <Simulated when={shown !== null && shownSimulated(state)} />
        {run ? <button type="button" class="stop" disabled={isCutOff(state)} onClick={() => commands.cancel(run.run_id)}>Stop</button> : null}
      </div>
      {run ? <Running run={run} /> : shown ? <Ended row={row} /> : <Invitation state={state} commands={commands} />}
      <Queue queue={state.live.queue} commands={commands} />
    </section>
  );
}

function title(run: LiveRun | null, shown: LiveRun | null): string {
  if (run) return `Running ${run.scenario}`;
  return shown ? `Last: ${shown.scenario}` : "No run under way";
}

function Running({ run }: { run: LiveRun }) {
  const known = run.total > 0;
  return (
    <>
      <dl class="facts">
        <div><dt>State</dt><dd><StateWord state={run.state} tone="busy" /></dd></div>
        <div><dt>Phase</dt><dd class="phase">{run.phase ?? "–"}</dd></div>
        <div><dt>Steps of the scenario</dt><dd class="figure">{figure(run.done, 0)} of {known ? figure(run.total, 0) : "an unknown total"}</dd></div>
        <div><dt>Elapsed</dt><dd class="figure">{span(run.elapsed_ms)}</dd></div>
        <div><dt>Run</dt><dd><code title={run.run_id}>{shortId(run.run_id)}</code></dd></div>
      </dl>
      {known ? <progress max={run.total} value={run.done} aria-label="steps done" /> : <progress aria-label="run under way, total unknown" />}
      <ul class="lanes" aria-label="engines">
        {Object.keys(run.activity).map((role) => <Lane key={role} role={role} run={run} />)}
      </ul>
    </>
  );
}

function Lane({ role, run }: { role: string; run: LiveRun }) {
  const activity = run.activity[role] ?? "idle";
  const since = run.since_last_byte_ms[role] ?? null;
  const limit = activity === "prefill" ? QUIET_PREFILL_MS : QUIET_GENERATION_MS;
  const quiet = activity !== "idle" && since !== null && since > limit;
  return (
    <li class={`lane ${role}`}>
      <span class="role">{role}</span>
      <StateWord state={activity === "prefill" ? "reading the prompt" : activity} tone={quiet ? "warn" : activity === "idle" ? "calm" : "busy"} />
      <span class="rate quiet"><Rate perSecond={run.events_per_second[role] ?? null} /></span>
      <span class={quiet ? "since problem" : "since quiet"}>{activity === "idle" ? "" : sinceText(since, quiet)}</span>
    </li>
  );
}

/** What arrives, for the eye. An event may carry several tokens or none, so this is no generation rate. */
function Rate({ perSecond }: { perSecond: number | null }) {
  if (perSecond === null) return null;
  return <span title="chunks of the stream as they arrive, not tokens">{withUnit(perSecond, "events/s", 0)}</span>;
}

function sinceText(since: number | null, quiet: boolean): string {
  if (since === null) return "no byte yet";
  return quiet ? `silent for ${span(since)}: slow, or stuck` : `last byte ${span(since)} ago`;
}

/** Before the first run of all: one button that starts it. */
function Invitation({ state, commands }: { state: State; commands: Commands }) {
  const first = state.scenarios.state === "loaded" ? firstReady(state.scenarios.value) : null;
  if (allRuns(state).length > 0 || first === null || state.live.seq < 0) return <p class="quiet">The charts fill as soon as one starts.</p>;
  return (
    <div class="invitation">
      <p>Nothing has been measured yet. A first run takes about a minute and fills the charts below.</p>
      <button type="button" class="primary" disabled={isCutOff(state)} onClick={() => commands.run(first.name)}>Run {first.name}</button>
    </div>
  );
}

function Ended({ row }: { row: RunRow | null }) {
  if (!row || isUnfinished(row.state)) return <p class="quiet">The run has ended; its result is being stored.</p>;
  return (
    <p class="outcome">
      <StateWord state={row.state} tone={row.state === "finished" ? "good" : row.state === "cancelled" ? "calm" : "bad"} />
      {row.verdict ? <StateWord state={row.verdict.state} tone={row.verdict.state === "valid" ? "good" : "bad"} /> : null}
      <span class="quiet">took {span(row.duration_ms)}</span>
    </p>
  );
}

function Queue({ queue, commands }: { queue: State["live"]["queue"]; commands: Commands }) {
  if (queue.length === 0) return null;
  return (
    <div class="queue">
      <h3>Waiting</h3>
      <ol>
        {queue.map((waiting) => (
          <li key={waiting.run_id}>
            {waiting.scenario} <code title={waiting.run_id}>{shortId(waiting.run_id)}</code>
            <button type="button" class="small" aria-label={`Remove ${waiting.scenario} from the queue`} onClick={() => commands.cancel(waiting.run_id)}>Remove</button>
          </li>
        ))}
      </ol>
    </div>
  );
}
