// Everything of one run, the verdict first. Each part stands alone and is drawn again only when the run's record has changed.

import { isUnfinished } from "../state/run_state";
import type { Route } from "../state/route";
import type { Commands, RunDetail, State, Ui } from "../state/store";
import type { Baseline, Gpu } from "../state/wire";
import { t } from "../text/texts";
import { Drifts, Phases } from "./course";
import { Distributions } from "./distributions";
import { Exchanges } from "./exchanges";
import { Film } from "./film";
import { Interference } from "./interference";
import { Ledger } from "./ledger";
import { Log, Metrics } from "./log";
import { Pipeline } from "./pipeline";
import { Cost, Provenance } from "./provenance";
import { pure } from "./pure";
import { RunCharts } from "./run_charts";
import { RunHead } from "./run_head";
import { Summary } from "./summary";
import { Failure, Thresholds, VerdictLine } from "./verdict";
import { Waterfall } from "./waterfall";

export function RunView({ state, route, commands }: { state: State; route: Route & { view: "run" }; commands: Commands }) {
  const detail = state.details[route.id] ?? { state: "loading" as const };
  if (detail.state === "loading") return <section class="panel" aria-busy="true"><h2>{t.run.title}</h2><p class="quiet">{t.run.reading}</p></section>;
  if (detail.state === "failed") return <section class="panel"><h2>{t.run.title}</h2><p class="problem">{t.run.unreadable(detail.why)}</p></section>;
  const asked = state.exchange?.key === `${route.id}/${route.exchange}` ? state.exchange.of : null;
  return (
    <Whole
      id={route.id} detail={detail.value} ui={state.ui} commands={commands} exchange={route.exchange} asked={asked} cutOff={state.connection.state === "stale"}
      gpu={state.gpu.state === "loaded" ? state.gpu.value : null} baselines={state.baselines.state === "loaded" ? state.baselines.value : NONE}
    />
  );
}

const NONE: Baseline[] = [];

interface WholeProps {
  id: string;
  detail: RunDetail;
  ui: Ui;
  commands: Commands;
  exchange: number | null;
  asked: NonNullable<State["exchange"]>["of"] | null;
  cutOff: boolean;
  gpu: Gpu | null;
  baselines: Baseline[];
}

const Whole = pure<WholeProps>(function Whole({ id, detail, ui, commands, exchange, asked, cutOff, gpu, baselines }) {
  const { journal, exchanges, log } = detail;
  const simulated = journal.simulated ?? false;
  const reasons = journal.reasons_for_null ?? {};
  const targets = journal.targets ?? {};
  const pipeline = targets["pipeline"];
  return (
    <div class="run-view" data-run={id} data-state={journal.state}>
      <section class="panel head" aria-labelledby="run-title">
        <RunHead detail={detail} commands={commands} ui={ui} cutOff={cutOff} baselines={baselines} gpu={gpu}>
          <VerdictLine verdict={journal.verdict ?? null} state={journal.state} />
          {journal.failure ? <Failure failure={journal.failure} /> : null}
          {isUnfinished(journal.state) ? <p class="quiet">{t.run.goesOn}</p> : null}
        </RunHead>
      </section>
      <Thresholds thresholds={journal.thresholds ?? []} simulated={simulated} reasons={reasons} />
      {Object.keys(targets).length > 0 ? (
        <section class="panel" aria-labelledby="summary-title">
          <h2 id="summary-title">{t.summary.title}</h2>
          {Object.entries(targets).map(([target, summary]) => <Summary key={target} target={target} summary={summary} simulated={simulated} reasons={reasons} />)}
          <Cost journal={journal} simulated={simulated} />
        </section>
      ) : null}
      {pipeline ? <Pipeline summary={pipeline} simulated={simulated} reasons={reasons} /> : null}
      <RunCharts detail={detail} ui={ui} commands={commands} gpu={gpu} />
      <Distributions detail={detail} ui={ui} commands={commands} />
      {exchanges.length > 0 ? <Waterfall id={id} exchanges={exchanges} simulated={simulated} ui={ui} commands={commands} /> : null}
      {exchanges.length > 0 ? <Film id={id} detail={detail} exchange={exchange} asked={asked} ui={ui} commands={commands} gpu={gpu} /> : null}
      <Phases phases={journal.phases ?? []} simulated={simulated} />
      {journal.interference && journal.interference.length > 0 ? <Interference pairs={journal.interference} simulated={simulated} reasons={reasons} /> : null}
      <Drifts drift={journal.drift ?? []} simulated={simulated} reasons={reasons} />
      {journal.metrics && journal.metrics.length > 0 ? <section class="panel"><Metrics metrics={journal.metrics} simulated={simulated} /></section> : null}
      <Ledger targets={targets} exchanges={exchanges} simulated={simulated} />
      <Provenance journal={journal} />
      {log.length > 0 ? <section class="panel"><Log log={log} simulated={simulated} /></section> : null}
      {exchanges.length > 0 ? <Exchanges id={id} exchanges={exchanges} simulated={simulated} open={ui["exchanges"] === true} commands={commands} /> : null}
    </div>
  );
});
