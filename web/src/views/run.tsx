// Everything of one run, the verdict first. Each part stands alone and is drawn again only when the run's record has changed.

import { originOf } from "../state/origin";
import { own } from "../state/own";
import { isUnfinished } from "../state/run_state";
import type { Route } from "../state/route";
import type { Commands, RunDetail, State, Ui } from "../state/store";
import type { Baseline, Gpu } from "../state/wire";
import { t } from "../text/texts";
import { Distributions } from "./distributions";
import { Exchanges } from "./exchanges";
import { Film } from "./film";
import { pure } from "./pure";
import { RunCharts } from "./run_charts";
import { RunHead } from "./run_head";
import { Outcome, RunParts } from "./run_parts";
import { Waterfall } from "./waterfall";

export function RunView({ state, route, commands }: { state: State; route: Route & { view: "run" }; commands: Commands }) {
  const detail = own(state.details, route.id) ?? { state: "loading" as const };
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
  const { journal, exchanges } = detail;
  const simulated = originOf(journal);
  return (
    <div class="run-view" data-run={id} data-state={journal.state}>
      <section class="panel head" aria-labelledby="run-title">
        <RunHead detail={detail} commands={commands} ui={ui} cutOff={cutOff} baselines={baselines} gpu={gpu}>
          <Outcome journal={journal} />
          {isUnfinished(journal.state) ? <p class="quiet">{t.run.goesOn}</p> : null}
        </RunHead>
      </section>
      <RunParts detail={detail}>
        <RunCharts detail={detail} ui={ui} commands={commands} gpu={gpu} />
        <Distributions detail={detail} ui={ui} commands={commands} />
        {exchanges.length > 0 ? <Waterfall id={id} exchanges={exchanges} simulated={simulated} ui={ui} commands={commands} /> : null}
        {exchanges.length > 0 ? <Film id={id} detail={detail} exchange={exchange} asked={asked} ui={ui} commands={commands} gpu={gpu} /> : null}
      </RunParts>
      {exchanges.length > 0 ? <Exchanges id={id} exchanges={exchanges} simulated={simulated} open={ui["exchanges"] === true} commands={commands} /> : null}
    </div>
  );
});
