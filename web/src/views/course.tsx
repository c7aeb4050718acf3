// The course of a run: its phases one by one, and whether a steady load drifted.

import type { Origin } from "../state/origin";
import type { Drift, Phase } from "../state/wire";
import { t } from "../text/texts";
import { Figure, Scroll, Simulated, StateWord } from "./figures";
import { bytes, figure } from "./format";
import { measureName, unitOf } from "./measures";

export function Phases({ phases, simulated }: { phases: Phase[]; simulated: Origin }) {
  if (phases.length === 0) return null;
  const why = t.course.noFigure;
  return (
    <section class="panel" aria-labelledby="phases-title">
      <div class="title"><h2 id="phases-title">{t.course.phases}</h2><Simulated when={simulated} /><p class="quiet">{t.course.medians}</p></div>
      <Scroll label={t.course.phases}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t.course.phase}</th><th scope="col">{t.exchange.target}</th><th scope="col" class="num">n</th><th scope="col" class="num">{t.course.failed}</th>
              <th scope="col" class="num">{measureName("ttft_ms")} (ms)</th><th scope="col" class="num">tok/s</th><th scope="col" class="num">{t.course.prefill} (tok/s)</th>
              <th scope="col" class="num">{t.course.prompt}</th><th scope="col" class="num">{t.course.throughput} (tok/s)</th><th scope="col" class="num">{t.gpu.atPeak}</th>
            </tr>
          </thead>
          <tbody>
            {phases.map((phase, i) => (
              <tr key={i}>
                <th scope="row">{phase.phase}</th><td class={`role ${phase.target}`}>{phase.target}</td>
                <td class="num">{figure(phase.n, 0)}</td><td class="num">{figure(phase.failed, 0)}</td>
                {[phase.ttft_ms, phase.tokens_per_second, phase.prefill_tokens_per_second].map((value, j) => <td key={j} class="num"><Figure text={figure(value)} why={why} /></td>)}
                <td class="num"><Figure text={figure(phase.prompt_tokens, 0)} why={why} /></td>
                <td class="num"><Figure text={figure(phase.throughput_tokens_per_second)} why={why} /></td>
                <td class="num"><Figure text={bytes(phase.vram_at_peak_bytes)} why={why} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

export function Drifts({ drift, simulated, reasons }: { drift: Drift[]; simulated: Origin; reasons: Record<string, string> }) {
  const why = Object.entries(reasons).find(([key]) => key === "drift" || key.startsWith("drift."))?.[1];
  if (drift.length === 0 && why === undefined) return null;
  return (
    <section class="panel" aria-labelledby="drift-title">
      <div class="title"><h2 id="drift-title">{t.course.drift}</h2><Simulated when={simulated} /><p class="quiet">{t.course.driftAbout}</p></div>
      {drift.length === 0 ? <p class="quiet">{why}</p> : (
        <Scroll label={t.course.drift}><table class="narrow">
          <thead><tr><th scope="col">{t.exchange.target}</th><th scope="col">{t.summary.measure}</th><th scope="col" class="num">{t.course.perHour}</th><th scope="col" class="num">{t.summary.interval}</th><th scope="col">{t.course.reading}</th></tr></thead>
          <tbody>{drift.map((row) => <DriftRow key={`${row.target}/${row.measure}`} row={row} />)}</tbody>
        </table></Scroll>
      )}
    </section>
  );
}

function DriftRow({ row }: { row: Drift }) {
  const unit = unitOf(row.measure);
  const inBytes = unit === "B";
  const shown = (value: number | null) => (inBytes && value !== null ? `${value < 0 ? "−" : ""}${bytes(Math.abs(value))}` : figure(value));
  // An interval with zero in it is no drift that can be told from noise.
  const clear = row.ci95 !== null && row.ci95[0] * row.ci95[1] > 0;
  return (
    <tr>
      <th scope="row" class={`role ${row.target ?? "gpu"}`}>{row.target ?? "GPU"}</th><td>{measureName(row.measure)}</td>
      <td class="num strong"><Figure text={shown(row.per_hour)} unit={inBytes ? "/ h" : `${unit} / h`} /></td>
      <td class="num"><Figure text={row.ci95 ? `${shown(row.ci95[0])} – ${shown(row.ci95[1])}` : figure(null)} why={t.course.fewPoints} /></td>
      <td><StateWord state={clear ? t.course.drifts : t.course.steady} tone={clear ? "warn" : "good"} /></td>
    </tr>
  );
}
