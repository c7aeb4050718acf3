// Small parts that every view shares: a figure with its unit, a missing one with its reason, the simulated mark.

import type { ComponentChildren } from "preact";
import { isAny, type Origin } from "../state/origin";
import { formatRoute, type Route } from "../state/route";
import { t } from "../text/texts";
import { MISSING } from "./format";

/** A value in tabular figures. Without one: a dash that says why on hover and to screen readers. Reasons are the daemon's own. */
export function Figure(props: { text: string; unit?: string; why?: string | undefined }) {
  if (props.text === MISSING) {
    const why = props.why ?? t.untold;
    return <span class="missing" title={why}><span aria-hidden="true">{MISSING}</span><span class="unseen">{t.missingBecause(why)}</span></span>;
  }
  return <span class="figure">{props.text}{props.unit ? <span class="unit">{"\u00a0"}{props.unit}</span> : null}</span>;
}

/** Stands beside every group of figures that did not all come from real engines. */
export function Simulated({ when, loud }: { when: Origin; loud?: boolean }) {
  if (!isAny(when)) return null;
  return <span class={loud ? "simulated loud" : "simulated"} title={t.simulated.means}>{simulatedWord(when, loud)}</span>;
}

export function simulatedWord(origin: Origin, loud = false): string {
  const word = loud ? t.simulated.loud : t.simulated.word;
  return typeof origin === "object" ? t.simulated.of(word, origin.join(", ")) : word;
}

export type Tone = "calm" | "good" | "warn" | "bad" | "busy";

/** A state as a word with a mark; the word carries the meaning, the mark only helps the eye. */
export function StateWord(props: { state: string; tone: Tone }) {
  return <span class={`state ${props.tone}`}><span class="mark" aria-hidden="true" />{props.state}</span>;
}

export function Link({ to, children, title, current }: { to: Route; children: ComponentChildren; title?: string; current?: boolean }) {
  return <a href={formatRoute(to)} title={title} aria-current={current ? "page" : undefined}>{children}</a>;
}

/** A term and what it is, in a list of facts. */
export function Fact({ name, wide, children }: { name: ComponentChildren; wide?: boolean; children: ComponentChildren }) {
  return <div class={wide ? "wide" : undefined}><dt>{name}</dt><dd>{children}</dd></div>;
}

/** What may be wider than its place: it is scrolled in there, by the keyboard too. */
export function Scroll({ label, children }: { label: string; children: ComponentChildren }) {
  return <div class="scroll" tabIndex={0} role="region" aria-label={label}>{children}</div>;
}
