// The run over its time: first tokens, rates, token latencies, and the GPU, all on one axis with one cursor.

import type { Mark } from "../state/fold";
import { isAny, isGpuSimulated, isMixed, originOf } from "../state/origin";
import { Ring } from "../state/ring";
import type { Commands, RunDetail, Ui } from "../state/store";
import { TARGETS, type Exchange, type Gpu, type Journal, type TokenLatencies } from "../state/wire";
import { t } from "../text/texts";
import { gpuEmpty, gpuSpecs, type Shared } from "./charts/gpu";
import { Grid } from "./charts/grid";
import type { Spec } from "./charts/spec";
import { timeSpec, type TimeChart, type Trace } from "./charts/time";
import { measureName, targetName } from "./measures";

export function RunCharts({ detail, ui, commands, gpu }: { detail: RunDetail; ui: Ui; commands: Commands; gpu: Gpu | null }) {
  const specs = runSpecs(detail, gpu);
  return (
    <section class="panel" aria-labelledby="time-title">
      <h2 id="time-title">{t.run.overTime}</h2>
      <Grid specs={specs} ui={ui} commands={commands} label={t.run.overTime} />
    </section>
  );
}

export function runSpecs(detail: RunDetail, gpu: Gpu | null): Spec[] {
  const { journal } = detail;
  const origin = originOf(journal);
  const shared: Shared = {
    axis: `run/${journal.run_id}`, elapsedMs: journal.duration_ms ?? 0, simulated: isAny(origin), mixed: isMixed(origin), empty: t.charts.noPoints, marks: marksOf(journal, detail.exchanges),
  };
  const traces = (measure: string): Trace[] => TARGETS.filter((target) => detail.of[target]?.[measure]).map((target) => ({ name: targetName(journal, target), hue: target, ring: detail.of[target]?.[measure] }));
  const chart = (measure: string, rest: Pick<TimeChart, "unit" | "shape"> & Partial<TimeChart>) =>
    timeSpec({ ...shared, id: `run-${measure}`, title: measureName(measure), traces: traces(measure), ...rest });
  const itl = itlTraces(detail.itl, journal);
  const note = detail.itl.some((of) => of.n > of.at_ms.length || of.of > of.exchanges) ? t.charts.thinned : undefined;
  return [
    chart("ttft_ms", { unit: "ms", shape: "points" }),
    chart("tokens_per_second", { unit: "tok/s", shape: "points" }),
    timeSpec({ ...shared, id: "run-itl_ms", title: measureName("itl_ms"), unit: "ms", shape: "points", traces: itl, note }),
    chart("prefill_tokens_per_second", { unit: "tok/s", shape: "points" }),
    ...gpuSpecs(detail.gpu, gpu, { ...shared, simulated: isGpuSimulated(journal), mixed: false, empty: gpuEmpty(gpu, t.charts.noPoints) }, "run-"),
  ];
}

const RINGS = new WeakMap<TokenLatencies, Ring>();

/** Made once for each answer: the chart compares by identity. */
function itlTraces(itl: TokenLatencies[], journal: Journal): Trace[] {
  return itl.map((of) => {
    let ring = RINGS.get(of);
    if (!ring) {
      ring = new Ring();
      ring.points.push(...of.at_ms.map((x, i) => ({ x, y: of.itl_ms[i] ?? null })));
      ring.total = of.n;
      ring.version = 1;
      RINGS.set(of, ring);
    }
    return { name: targetName(journal, of.target), hue: of.target, ring };
  });
}

/** Where each phase sent its first exchange, and what the scenario marked. */
export function marksOf(journal: Pick<Journal, "marks">, exchanges: readonly Exchange[]): Mark[] {
  const marks: Mark[] = (journal.marks ?? []).map(({ at_ms, name }) => ({ at: at_ms, label: name }));
  let phase = "";
  for (const e of exchanges) {
    if (e.phase === phase || e.phase === "") continue;
    phase = e.phase;
    marks.push({ at: e.sent_ms, label: phase });
  }
  return marks.sort((a, b) => a.at - b.at);
}
