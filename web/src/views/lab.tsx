// The laboratory: what can be run, what runs, and what comes of it while it comes. Its order is that of a narrow page.

import { STAGES } from "../state/waterfall";
import { TARGETS } from "../state/wire";
import { shownRow, shownSimulated } from "../state/select";
import type { Commands, State } from "../state/store";
import { t } from "../text/texts";
import { gpuEmpty, gpuSpecs, type Shared } from "./charts/gpu";
import { Grid } from "./charts/grid";
import type { Spec } from "./charts/spec";
import { timeSpec, type TimeChart, type Trace } from "./charts/time";
import { RunForm } from "./form";
import { Counters, Log, Metrics } from "./log";
import { measureName } from "./measures";
import { Progress } from "./progress";
import { ScenarioPicker } from "./picker";
import { LastRuns } from "./run_table";
import { stageName } from "./pipeline";

export function Lab({ state, commands }: { state: State; commands: Commands }) {
  const { log, metrics, shown } = state.live;
  const counters = shown?.counters ?? {};
  const counted = Object.keys(counters).length > 0;
  const simulated = shownSimulated(state);
  return (
    <div class="lab">
      <Progress state={state} commands={commands} />
      <div class="side">
        <ScenarioPicker state={state} commands={commands} />
        <RunForm state={state} commands={commands} />
      </div>
      <section class="live" aria-label={t.live.charts}>
        <Grid specs={engineSpecs(state)} ui={state.ui} commands={commands} label={t.live.engines} />
        <Grid specs={liveGpu(state)} ui={state.ui} commands={commands} label={t.live.gpu} />
      </section>
      {metrics.length > 0 || counted || log.length > 0 ? (
        <section class="panel output" aria-label={t.log.title}>
          {metrics.length > 0 ? <Metrics metrics={metrics} simulated={simulated} /> : null}
          {counted ? <Counters counters={counters} simulated={simulated} /> : null}
          {log.length > 0 ? <Log log={log} simulated={simulated} /> : null}
        </section>
      ) : null}
      <LastRuns state={state} />
    </div>
  );
}

function shared(state: State): Shared {
  return {
    axis: "live", elapsedMs: state.live.shown?.elapsed_ms ?? 0, simulated: shownSimulated(state), empty: waiting(state), live: state.live.run !== null,
    marks: state.live.marks,
  };
}

function waiting(state: State): string {
  if (state.live.run) return t.live.firstPoints;
  return state.live.shown ? (shownRow(state)?.state === "finished" ? t.charts.noPoints : t.live.nothing) : t.live.whenRuns;
}

/** Two always; the others where there are points of them. */
function engineSpecs(state: State): Spec[] {
  const { series } = state.live;
  const of = (measure: string): Trace[] => TARGETS.filter((target) => target !== "pipeline" || series[target]).map((target) => ({ name: target, hue: target, ring: series[target]?.[measure] }));
  const chart = (measure: string, rest: Pick<TimeChart, "unit" | "shape"> & Partial<TimeChart>) =>
    timeSpec({ ...shared(state), id: `live-${measure}`, title: measureName(measure), decimals: 1, traces: of(measure), ...rest });
  const told = (measure: string) => TARGETS.some((target) => series[target]?.[measure]);
  const specs = [chart("tokens_per_second", { unit: "tok/s", shape: "line" }), chart("ttft_ms", { unit: "ms", shape: "points" })];
  if (told("prefill_tokens_per_second")) specs.push(chart("prefill_tokens_per_second", { unit: "tok/s", shape: "points", decimals: 0 }));
  if (told("tpot_ms")) specs.push(chart("tpot_ms", { unit: "ms", shape: "points", decimals: 2 }));
  if (told("output_tokens")) specs.push(chart("output_tokens", { unit: t.film.unit, shape: "points", decimals: 0, title: t.live.tokens }));
  const stages = STAGES.filter((stage) => series["pipeline"]?.[stage]);
  if (stages.length > 0) {
    specs.push(timeSpec({
      ...shared(state), id: "live-stages", title: t.pipeline.stages, unit: "ms", shape: "points", decimals: 1,
      traces: stages.map((stage) => ({ name: stageName(stage), hue: `p-${stage}` as const, ring: series["pipeline"]?.[stage] })),
    }));
  }
  return specs;
}

function liveGpu(state: State): Spec[] {
  const gpu = state.gpu.state === "loaded" ? state.gpu.value : null;
  const base = shared(state);
  return gpuSpecs(state.live.series, gpu, { ...base, empty: gpuEmpty(gpu, base.empty) }, "live-");
}
