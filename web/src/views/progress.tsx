// The run under way: phase, how far, how long, and for each engine whether it is slow or stuck. Below: the queue.

import { remaining } from "../state/remaining";
import { isUnfinished } from "../state/run_state";
import { allRuns, firstReady, isCutOff, shownRow, shownSimulated } from "../state/select";
import type { Commands, State } from "../state/store";
import type { Activity, LiveRun, RunRow } from "../state/wire";
import { t } from "../text/texts";
import { Fact, Link, Simulated, StateWord, type Tone } from "./figures";
import { figure, shortId, span, withUnit } from "./format";
import { stateTone } from "./verdict";

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
        <h2 id="progress-title">{run ? t.live.running(run.scenario) : shown ? t.live.last(shown.scenario) : t.live.none}</h2>
        <Simulated when={shown !== null && shownSimulated(state)} />
        {run ? (
          <span class="stops">
            {state.ui["killing"] === run.run_id ? (
              <span class="confirm" role="group" aria-label={t.live.kill}>
                <span>{t.live.killSure}</span>
                <button type="button" class="kill" autoFocus disabled={isCutOff(state)} onClick={() => { commands.ui("killing", ""); commands.kill(run.run_id); }}>{t.live.killNow}</button>
                <button type="button" onClick={() => commands.ui("killing", "")}>{t.live.killNot}</button>
              </span>
            ) : (
              <>
                <button type="button" class="stop" disabled={isCutOff(state)} title={t.live.stopMeans} onClick={() => commands.cancel(run.run_id)}>{t.live.stop}</button>
                <button type="button" class="kill" disabled={isCutOff(state)} title={t.live.killMeans} onClick={() => commands.ui("killing", run.run_id)}>{t.live.kill}</button>
              </>
            )}
          </span>
        ) : null}
      </div>
      {run ? <Running run={run} /> : shown ? <Ended row={row} /> : <Invitation state={state} commands={commands} />}
      <Queue queue={state.live.queue} commands={commands} />
    </section>
  );
}

function Running({ run }: { run: LiveRun }) {
  const known = run.total > 0;
  const left = remaining(run);
  return (
    <>
      <dl class="facts">
        <Fact name={t.live.state}><StateWord state={t.states[run.state]} tone="busy" /></Fact>
        <Fact name={t.live.phase}><span class="phase">{run.phase || t.missing}</span></Fact>
        <Fact name={t.live.steps}>{known ? t.live.of(figure(run.done, 0), figure(run.total, 0)) : t.live.ofUnknown(figure(run.done, 0))}</Fact>
        <Fact name={t.live.elapsed}>{span(run.elapsed_ms)}</Fact>
        <Fact name={t.live.left}>{left === null ? t.live.unknown : t.live.about(span(left))}</Fact>
        <Fact name={t.history.run}><code title={run.run_id}>{shortId(run.run_id)}</code></Fact>
      </dl>
      {known ? <progress max={run.total} value={run.done} aria-label={t.live.steps} /> : <progress aria-label={t.live.steps} />}
      <ul class="lanes" aria-label={t.live.engines}>
        {Object.keys(run.activity).map((role) => <Lane key={role} role={role} run={run} />)}
      </ul>
    </>
  );
}

function Lane({ role, run }: { role: string; run: LiveRun }) {
  const activity: Activity = run.activity[role] ?? "idle";
  const since = run.since_last_byte_ms[role] ?? null;
  const limit = activity === "generating" ? QUIET_GENERATION_MS : QUIET_PREFILL_MS;
  const quiet = activity !== "idle" && since !== null && since > limit;
  const tone: Tone = quiet ? "warn" : activity === "idle" ? "calm" : "busy";
  const rate = run.events_per_second[role] ?? null;
  return (
    <li class={`lane ${role}`}>
      <span class="role">{role}</span>
      <StateWord state={t.activity[activity]} tone={tone} />
      <span class="rate quiet">{rate === null ? null : <span title={t.live.eventsMean}>{withUnit(rate, t.live.events, 0)}</span>}</span>
      <span class={quiet ? "since problem" : "since quiet"}>{activity === "idle" ? "" : since === null ? t.live.noByte : quiet ? t.live.silentFor(span(since)) : t.live.lastByte(span(since))}</span>
    </li>
  );
}

/** Before the first run of all: one button that starts it. */
function Invitation({ state, commands }: { state: State; commands: Commands }) {
  const first = state.scenarios.state === "loaded" ? firstReady(state.scenarios.value) : null;
  if (allRuns(state).length > 0 || first === null || state.live.seq < 0) return <p class="quiet">{t.live.whenRuns}</p>;
  return (
    <div class="invitation">
      <p>{t.live.invitation}</p>
      <button type="button" class="primary" disabled={isCutOff(state)} onClick={() => commands.run(first.name)}>{t.form.runNamed(first.name)}</button>
    </div>
  );
}

function Ended({ row }: { row: RunRow | null }) {
  if (!row || isUnfinished(row.state)) return <p class="quiet">{t.live.storing}</p>;
  return (
    <p class="outcome">
      <StateWord state={row.state ? t.states[row.state] : t.states.unknown} tone={row.state === "finished" ? "good" : stateTone(row.state)} />
      {row.verdict ? <StateWord state={t.states[row.verdict.state]} tone={row.verdict.state === "valid" ? "good" : "bad"} /> : null}
      <span class="quiet">{t.live.took(span(row.duration_ms))}</span>
      <Link to={{ view: "run", id: row.run_id, exchange: null }}>{t.live.openRun}</Link>
    </p>
  );
}

function Queue({ queue, commands }: { queue: State["live"]["queue"]; commands: Commands }) {
  if (queue.length === 0) return null;
  return (
    <div class="queue">
      <h3>{t.live.waiting(queue.length)}</h3>
      <ol>
        {queue.map((waiting, i) => (
          <li key={waiting.run_id}>
            <span class="quiet">{i + 1}</span> {waiting.scenario} <code title={waiting.run_id}>{shortId(waiting.run_id)}</code>
            <button type="button" class="small" aria-label={t.live.removeNamed(waiting.scenario)} onClick={() => commands.cancel(waiting.run_id)}>{t.live.remove}</button>
          </li>
        ))}
      </ol>
    </div>
  );
}
