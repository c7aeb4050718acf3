// What a run has to tell, part by part in the order of reading. The page and the report show the same; only their charts differ.

import type { ComponentChildren } from "preact";
import { isGpuSimulated, isSimulated, originOf, originOfFigure } from "../state/origin";
import type { RunDetail } from "../state/store";
import type { Journal } from "../state/wire";
import { t } from "../text/texts";
import { Drifts, Phases } from "./course";
import { Interference } from "./interference";
import { Ledger } from "./ledger";
import { Loads } from "./load";
import { Counters, Log, Metrics } from "./log";
import { Pipeline } from "./pipeline";
import { Cost, Provenance } from "./provenance";
import { pure } from "./pure";
import { Summary } from "./summary";
import { Failure, Thresholds, VerdictLine } from "./verdict";

/** Whether the run's figures may be trusted, and why it failed. */
export function Outcome({ journal }: { journal: Journal }) {
  return (
    <>
      <VerdictLine verdict={journal.verdict ?? null} state={journal.state} />
      {journal.failure ? <Failure failure={journal.failure} /> : null}
    </>
  );
}

/** `children`: the charts. What stands around them is drawn again only with another record. */
export function RunParts({ detail, children }: { detail: RunDetail; children: ComponentChildren }) {
  return <><Before detail={detail} />{children}<After detail={detail} /></>;
}

const Before = pure<{ detail: RunDetail }>(function Before({ detail: { journal } }) {
  const { simulated, reasons, targets } = factsOf(journal);
  const pipeline = targets["pipeline"];
  return (
    <>
      <Thresholds thresholds={journal.thresholds ?? []} origin={(expr) => originOfFigure(journal, expr)} simulated={simulated} reasons={reasons} />
      {Object.keys(targets).length > 0 ? (
        <section class="panel" aria-labelledby="summary-title">
          <h2 id="summary-title">{t.summary.title}</h2>
          {Object.entries(targets).map(([target, summary]) => <Summary key={target} target={target} summary={summary} simulated={isSimulated(journal, target)} reasons={reasons} />)}
          <Cost journal={journal} simulated={isGpuSimulated(journal)} />
        </section>
      ) : null}
      {pipeline ? <Pipeline summary={pipeline} simulated={isSimulated(journal, "pipeline")} reasons={reasons} /> : null}
    </>
  );
});

const After = pure<{ detail: RunDetail }>(function After({ detail: { journal, exchanges, log } }) {
  const { simulated, reasons, targets } = factsOf(journal);
  return (
    <>
      <Loads targets={targets} simulated={simulated} />
      <Phases phases={journal.phases ?? []} simulated={simulated} />
      {journal.interference && journal.interference.length > 0 ? <Interference pairs={journal.interference} simulated={simulated} reasons={reasons} /> : null}
      <Drifts drift={journal.drift ?? []} simulated={simulated} reasons={reasons} />
      {journal.metrics && journal.metrics.length > 0 ? <section class="panel"><Metrics metrics={journal.metrics} simulated={simulated} /></section> : null}
      {Object.keys(journal.counters ?? {}).length > 0 ? <section class="panel"><Counters counters={journal.counters ?? {}} simulated={simulated} /></section> : null}
      <Ledger targets={targets} exchanges={exchanges} simulated={simulated} />
      <Provenance journal={journal} />
      {log.length > 0 ? <section class="panel"><Log log={log} simulated={simulated} /></section> : null}
    </>
  );
});

function factsOf(journal: Journal) {
  return { simulated: originOf(journal), reasons: journal.reasons_for_null ?? {}, targets: journal.targets ?? {} };
}
