// What two engines cost each other: every phase against every phase as a heat map, and all of it as a table.

import type { Origin } from "../state/origin";
import type { Contrast, Interference as Pair } from "../state/wire";
import { t } from "../text/texts";
import { Figure, Scroll, Simulated } from "./figures";
import { figure } from "./format";

type Key = "decode" | "decode_in_prefill" | "decode_in_decode" | "prefill_in_prefill" | "prefill_in_decode" | "ttft";

const KEYS: readonly Key[] = ["decode_in_decode", "decode_in_prefill", "prefill_in_decode", "prefill_in_prefill", "decode", "ttft"];
const UNITS: Record<Key, string> = { decode: "tok/s", decode_in_prefill: "tok/s", decode_in_decode: "tok/s", prefill_in_prefill: "ms", prefill_in_decode: "ms", ttft: "ms" };
const CELLS = [["decode_in_decode", "decode_in_prefill"], ["prefill_in_decode", "prefill_in_prefill"]] as const;
/** A slow-down that takes the darkest colour. */
const HOT = 2;

export interface InterferenceProps { pairs: Pair[]; simulated: Origin; reasons: Record<string, string> }

export function Interference({ pairs, simulated, reasons }: InterferenceProps) {
  return (
    <section class="panel" aria-labelledby="interference-title">
      <div class="title"><h2 id="interference-title">{t.interference.title}</h2><Simulated when={simulated} /><p class="quiet">{t.interference.about}</p></div>
      <div class="heat-maps">{pairs.map((pair) => <HeatMap key={pair.target} pair={pair} reasons={reasons} />)}</div>
      <details>
        <summary>{t.interference.all}</summary>
        <Scroll label={t.interference.title}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t.interference.engine}</th><th scope="col">{t.interference.beside}</th><th scope="col">{t.summary.measure}</th><th scope="col" class="num">{t.interference.n}</th>
                <th scope="col" class="num">{t.interference.alone}</th><th scope="col" class="num">{t.interference.together}</th><th scope="col" class="num">{t.interference.factor}</th><th scope="col" class="num">{t.summary.interval}</th>
              </tr>
            </thead>
            <tbody>{pairs.flatMap((pair) => KEYS.map((key) => <Row key={`${pair.target}/${key}`} pair={pair} id={key} why={reasons[`interference.${pair.target}.${key}`]} />))}</tbody>
          </table>
        </Scroll>
      </details>
    </section>
  );
}

function HeatMap({ pair, reasons }: { pair: Pair; reasons: Record<string, string> }) {
  return (
    <table class="heat">
      <caption>{t.interference.map(pair.target, pair.other)}</caption>
      <thead><tr><td /><th scope="col">{t.interference.otherDecodes(pair.other)}</th><th scope="col">{t.interference.otherPrefills(pair.other)}</th></tr></thead>
      <tbody>
        {CELLS.map((row, i) => (
          <tr key={i}>
            <th scope="row" class={`role ${pair.target}`}>{i === 0 ? t.interference.decodes(pair.target) : t.interference.prefills(pair.target)}</th>
            {row.map((key) => <Cell key={key} contrast={pair[key] ?? null} why={reasons[`interference.${pair.target}.${key}`]} />)}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cell({ contrast, why }: { contrast: Contrast | null; why: string | undefined }) {
  const factor = contrast?.factor ?? null;
  const heat = factor === null ? 0 : Math.min(1, Math.max(0, (factor - 1) / (HOT - 1)));
  return (
    <td class="cell" style={{ "--heat": String(heat) }}>
      <span class="factor"><Figure text={times(factor)} why={why} /></span>
      {contrast?.ci95 ? <span class="range">{times(contrast.ci95[0])} – {times(contrast.ci95[1])}</span> : null}
    </td>
  );
}

function times(value: number | null | undefined): string {
  return value === null || value === undefined ? figure(null) : `×${figure(value, 2)}`;
}

function Row({ pair, id, why }: { pair: Pair; id: Key; why: string | undefined }) {
  const contrast: Contrast | null = pair[id] ?? null;
  const interval = contrast?.ci95 ? `${times(contrast.ci95[0])} – ${times(contrast.ci95[1])}` : figure(null);
  return (
    <tr>
      <th scope="row" class={`role ${pair.target}`}>{pair.target}</th><td>{pair.other}</td><td>{t.interference.rows[id]}</td>
      <td class="num">{contrast ? `${contrast.n_alone}, ${contrast.n_together}` : <Figure text={figure(null)} why={why} />}</td>
      <td class="num"><Figure text={figure(contrast?.alone)} unit={UNITS[id]} why={why} /></td>
      <td class="num"><Figure text={figure(contrast?.together)} unit={UNITS[id]} why={why} /></td>
      <td class="num strong"><Figure text={times(contrast?.factor)} why={why} /></td>
      <td class="num"><Figure text={interval} why={why} /></td>
    </tr>
  );
}
