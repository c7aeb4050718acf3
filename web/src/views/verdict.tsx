// The verdict first, with its reasons; then whether what was demanded of the run held.

import { isMixed, type Origin } from "../state/origin";
import type { Journal, RunState, Threshold, Verdict } from "../state/wire";
import { t } from "../text/texts";
import { Figure, Scroll, Simulated, StateWord, type Tone } from "./figures";
import { figure, words } from "./format";

export function stateTone(state: RunState | null): Tone {
  switch (state) {
    case "failed": case "interrupted": return "bad";
    case "finished": case "cancelled": case null: return "calm";
    default: return "busy";
  }
}

export function VerdictLine({ verdict, state }: { verdict: Verdict | null; state: RunState | null }) {
  if (!verdict) return <p class="verdict none"><StateWord state={t.run.noVerdict(state ? t.states[state] : t.states.unknown)} tone={stateTone(state)} /></p>;
  const valid = verdict.state === "valid";
  return (
    <div class={valid ? "verdict valid" : "verdict void"}>
      <p class="word"><StateWord state={t.states[verdict.state]} tone={valid ? "good" : "bad"} /> <span class="quiet">{valid ? t.run.held : t.run.notHeld}</span></p>
      {verdict.reasons.length > 0 ? <ul>{verdict.reasons.map((reason) => <li key={reason}>{inWords(reason)}</li>)}</ul> : null}
    </div>
  );
}

/** A bare code becomes words; a sentence stays as the daemon wrote it. */
function inWords(reason: string): string {
  return /^[a-z0-9_-]+$/.test(reason) ? words(reason) : reason;
}

export function Failure({ failure }: { failure: NonNullable<Journal["failure"]> }) {
  return (
    <div class="failure">
      <p class="problem"><strong>{words(failure.class)}: </strong>{failure.message}</p>
      {failure.backtrace ? <details><summary>{t.scenarios.backtrace}</summary><pre tabIndex={0}>{failure.backtrace}</pre></details> : null}
    </div>
  );
}

const TONES: Record<Threshold["outcome"], Tone> = { held: "good", broken: "bad", "not-decidable": "warn" };

export function Thresholds({ thresholds, origin, simulated, reasons }: { thresholds: Threshold[]; origin: (expr: string) => Origin; simulated: Origin; reasons: Record<string, string> }) {
  if (thresholds.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="thresholds-title">
      <div class="title"><h2 id="thresholds-title">{t.thresholds.title}</h2><Simulated when={simulated} /><p class="quiet">{t.thresholds.about}</p></div>
      <Scroll label={t.thresholds.title}><table class="narrow">
        <thead><tr><th scope="col">{t.thresholds.demand}</th><th scope="col" class="num">{t.thresholds.value}</th><th scope="col">{t.thresholds.outcome}</th></tr></thead>
        <tbody>
          {thresholds.map((threshold, i) => (
            <tr key={threshold.expr} data-outcome={threshold.outcome}>
              <th scope="row"><code>{threshold.expr}</code> {isMixed(simulated) ? <Simulated when={origin(threshold.expr)} /> : null}</th>
              <td class="num"><Figure text={figure(threshold.value)} why={reasons[`thresholds.${i}`] ?? threshold.reason ?? t.thresholds.notDecidable} /></td>
              <td><StateWord state={t.thresholds.outcomes[threshold.outcome]} tone={TONES[threshold.outcome] ?? "warn"} /></td>
            </tr>
          ))}
        </tbody>
      </table></Scroll>
    </section>
  );
}
