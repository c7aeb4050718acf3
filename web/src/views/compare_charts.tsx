// The runs of a comparison in the same pictures: distributions and courses laid over one another, and what each pays for what it gets.

import { isSimulated } from "../state/origin";
import type { Commands, RunDetail, Ui } from "../state/store";
import { ROLES, TARGETS } from "../state/wire";
import { t } from "../text/texts";
import { ecdfSpec, histogramSpec, spectrumSpec, type DistChart } from "./charts/dist";
import { Grid } from "./charts/grid";
import { paretoSpec, type ParetoPoint } from "./charts/runs";
import type { Hue, Spec } from "./charts/spec";
import { timeSpec } from "./charts/time";
import { runName } from "./compare";
import { chosenSpread, SpreadChoice, spreadOf, type Spread } from "./distributions";
import { figure } from "./format";
import { measureName, unitOf } from "./measures";
import { isDist } from "./summary";

export interface CompareChartsProps { order: string[]; details: (RunDetail | null)[]; ui: Ui; commands: Commands }

export function CompareCharts({ order, details, ui, commands }: CompareChartsProps) {
  const runs = order.flatMap((id, i) => { const detail = details[i]; return detail ? [{ id, i, detail }] : []; });
  const targets = TARGETS.filter((target) => runs.some(({ detail }) => detail.journal.targets?.[target]));
  const target = targets.find((one) => one === ui["compare-target"]) ?? targets[0];
  if (runs.length === 0 || !target) return null;
  const measure = chosenSpread(ui);
  return (
    <section class="panel" aria-labelledby="overlay-title">
      <div class="title">
        <h2 id="overlay-title">{t.compare.overlaid}</h2>
        {targets.length > 1 ? (
          <div class="choice" role="group" aria-label={t.exchange.target}>
            {targets.map((one) => <button key={one} type="button" aria-pressed={one === target} onClick={() => commands.ui("compare-target", one)}>{one}</button>)}
          </div>
        ) : null}
        <SpreadChoice ui={ui} commands={commands} />
      </div>
      <Grid specs={overlays(runs, target, measure)} ui={ui} commands={commands} label={t.compare.overlaid} />
      <Grid specs={[pareto(runs)]} ui={ui} commands={commands} label={t.compare.pareto} wide />
    </section>
  );
}

interface One { id: string; i: number; detail: RunDetail }

function overlays(runs: One[], target: string, measure: Spread): Spec[] {
  const origin = originOfAll(runs.map(({ detail }) => isSimulated(detail.journal, target)));
  const version = `${target}/${measure}/${runs.map(({ id, detail }) => `${id}:${detail.journal.state}`).join()}`;
  const chart: DistChart = {
    id: `compare-${measure}`, title: measureName(measure), unit: unitOf(measure), ...origin, version,
    groups: runs.map(({ id, i, detail }) => ({ name: runName(i, id, isSimulated(detail.journal, target)), hue: `s${i}` as Hue, of: spreadOf(detail, measure, target) })).filter((group) => group.of.n > 0),
  };
  const course = measure === "itl_ms" || measure === "e2e_ms" ? "tpot_ms" : measure;
  return [
    { ...histogramSpec(chart), title: `${chart.title}, ${t.charts.names.histogram}` },
    { ...ecdfSpec(chart), title: `${chart.title}, ${t.charts.names.ecdf}` },
    { ...spectrumSpec(chart), title: `${chart.title}, ${t.charts.names.spectrum}` },
    timeSpec({
      id: `compare-course-${course}`, title: t.compare.course(measureName(course)), unit: unitOf(course), shape: "points", axis: "compare", ...origin, empty: t.charts.noPoints,
      elapsedMs: Math.max(...runs.map(({ detail }) => detail.journal.duration_ms ?? 0)),
      traces: runs.map(({ id, i, detail }) => ({ name: runName(i, id, isSimulated(detail.journal, target)), hue: `s${i}` as Hue, ring: detail.of[target]?.[course] })),
    }),
  ];
}

/** Whether any of what is shown is simulated, and whether not all is alike in it. */
function originOfAll(shown: readonly boolean[]): { simulated: boolean; mixed: boolean } {
  const of = new Set(shown);
  return { simulated: of.has(true), mixed: of.size > 1 };
}

const SHAPES = { main: "circle", mini: "rectRot", pipeline: "triangle" } as const;

function pareto(runs: One[]): Spec {
  const points = runs.flatMap(({ id, i, detail }) => [...ROLES, "pipeline" as const].flatMap((target): (ParetoPoint & { simulated: boolean })[] => {
    const summary = detail.journal.targets?.[target];
    const [ttft, rate] = [summary?.["ttft_ms"], summary?.["tokens_per_second"]];
    if (!isDist(ttft) || !isDist(rate) || ttft.median === null || rate.median === null) return [];
    const params = Object.entries(detail.journal.params ?? {}).map(([name, value]) => `${name} ${String(value)}`).slice(0, 6);
    const simulated = isSimulated(detail.journal, target);
    const about = [`${runName(i, id, simulated)} ${target} · ${detail.journal.scenario?.name ?? ""}`, `TTFT ${figure(ttft.median)} ms · ${figure(rate.median)} tok/s · n ${ttft.n}`, ...params].join("\n");
    return [{ simulated, name: runName(i, id, simulated), hue: `s${i}` as Hue, shape: SHAPES[target], ttft: ttft.median, rate: rate.median, about }];
  }));
  return paretoSpec(points, originOfAll(points.map((point) => point.simulated)), runs.map(({ id, detail }) => `${id}:${detail.journal.state}`).join());
}
