// Small parts that every view shares: a figure with its unit, a missing one with its reason, the simulated mark.

import { MISSING } from "./format";

/** Reasons are the daemon's own; where it gives none, none is made up. */
export const UNTOLD = "the daemon gives no reason";

/** A value in tabular figures. Without one: a dash that says why on hover and to screen readers. */
export function Figure(props: { text: string; unit?: string; why?: string | undefined }) {
  if (props.text === MISSING) {
    const why = props.why ?? UNTOLD;
    return <span class="missing" title={why}><span aria-hidden="true">{MISSING}</span><span class="unseen">missing: {why}</span></span>;
  }
  return <span class="figure">{props.text}{props.unit ? <span class="unit">{"\u00a0"}{props.unit}</span> : null}</span>;
}

/** Stands beside every group of figures that did not come from a real engine. */
export function Simulated(props: { when: boolean; loud?: boolean }) {
  if (!props.when) return null;
  return (
    <span class={props.loud ? "simulated loud" : "simulated"} title="these figures come from the embedded simulated engines">
      {props.loud ? "SIMULATED" : "simulated"}
    </span>
  );
}

/** A state as a word with a mark; the word carries the meaning, the mark only helps the eye. */
export function StateWord(props: { state: string; tone: "calm" | "good" | "warn" | "bad" | "busy" }) {
  return <span class={`state ${props.tone}`}><span class="mark" aria-hidden="true" />{props.state}</span>;
}
