// How the values of one measure are spread, in the three forms that each show something else.

import { ranked, type Ranked } from "../state/dist";
import { isAny, isMixed, originOf } from "../state/origin";
import type { Commands, RunDetail, Ui } from "../state/store";
import { TARGETS, type Exchange } from "../state/wire";
import { t } from "../text/texts";
import { ecdfSpec, histogramSpec, spectrumSpec, type DistChart } from "./charts/dist";
import { Grid } from "./charts/grid";
import type { Hue, Spec } from "./charts/spec";
import { measureName, targetName, unitOf } from "./measures";

export const SPREAD = ["ttft_ms", "itl_ms", "tokens_per_second", "tpot_ms", "e2e_ms", "prefill_tokens_per_second"] as const;
export type Spread = (typeof SPREAD)[number];

export function Distributions({ detail, ui, commands }: { detail: RunDetail; ui: Ui; commands: Commands }) {
  if (detail.exchanges.length === 0) return null;
  const chosen = chosenSpread(ui);
  return (
    <section class="panel" aria-labelledby="spread-title">
      <div class="title"><h2 id="spread-title">{t.run.spread}</h2><SpreadChoice ui={ui} commands={commands} /></div>
      <Grid specs={spreadSpecs(detail, chosen)} ui={ui} commands={commands} label={t.run.spread} />
    </section>
  );
}

export function chosenSpread(ui: Ui): Spread {
  return SPREAD.find((measure) => measure === ui["spread"]) ?? "ttft_ms";
}

export function SpreadChoice({ ui, commands }: { ui: Ui; commands: Commands }) {
  const chosen = chosenSpread(ui);
  return (
    <div class="choice" role="group" aria-label={t.summary.measure}>
      {SPREAD.map((measure) => <button key={measure} type="button" aria-pressed={measure === chosen} onClick={() => commands.ui("spread", measure)}>{measureName(measure)}</button>)}
    </div>
  );
}

export function spreadSpecs(detail: RunDetail, measure: Spread): Spec[] {
  const { journal } = detail;
  const groups = TARGETS.flatMap((target) => {
    const of = spreadOf(detail, measure, target);
    return of.n > 0 ? [{ name: targetName(journal, target), hue: target as Hue, of }] : [];
  });
  const chart: DistChart = {
    id: `spread-${measure}`, title: measureName(measure), unit: unitOf(measure), groups, simulated: isAny(originOf(journal)), mixed: isMixed(originOf(journal)),
    version: `${journal.run_id}/${journal.state}/${measure}/${detail.exchanges.length}`,
  };
  return [
    { ...histogramSpec(chart), title: `${chart.title}, ${t.charts.names.histogram}` },
    { ...ecdfSpec(chart), title: `${chart.title}, ${t.charts.names.ecdf}` },
    { ...spectrumSpec(chart), title: `${chart.title}, ${t.charts.names.spectrum}` },
  ];
}

const KEPT = new WeakMap<readonly Exchange[], Map<string, Ranked>>();

/** The values that the summary is of: measured, at full length or ended by themselves, and alone where company was measured too. */
export function spreadOf(detail: RunDetail, measure: Spread, target: string): Ranked {
  if (measure === "itl_ms") {
    const of = detail.itl.find((latencies) => latencies.target === target);
    return of ? { n: of.n, rank: of.rank, value: of.rank_itl_ms } : { n: 0, rank: [], value: [] };
  }
  const kept = KEPT.get(detail.exchanges) ?? new Map<string, Ranked>();
  KEPT.set(detail.exchanges, kept);
  const key = `${measure}/${target}`;
  const found = kept.get(key);
  if (found) return found;
  const alone = detail.journal.targets?.[target]?.["population"] === "alone";
  const counts = (e: Exchange) => e.target === target && !e.warm_up && (e.ending === "complete" || e.ending === "length") && (!alone || e.company === "alone");
  const made = ranked(detail.exchanges.filter(counts).map((e) => e[measure]));
  kept.set(key, made);
  return made;
}
