// What two engines cost each other: alone, together, and the factor between.

import type { Contrast, Interference as Pair } from "../state/wire";
import { Figure, Simulated } from "./figures";
import { figure } from "./format";

type Key = "decode" | "decode_in_prefill" | "decode_in_decode" | "prefill_in_prefill" | "prefill_in_decode" | "ttft";

const ROWS: Record<Key, { name: string; unit: string }> = {
  decode: { name: "generation", unit: "tok/s" },
  decode_in_prefill: { name: "generation during the other's prefill", unit: "tok/s" },
  decode_in_decode: { name: "generation during the other's generation", unit: "tok/s" },
  prefill_in_prefill: { name: "prefill during the other's prefill", unit: "ms" },
  prefill_in_decode: { name: "prefill during the other's generation", unit: "ms" },
  ttft: { name: "TTFT", unit: "ms" },
};

export function Interference({ pairs, simulated, reasons }: { pairs: Pair[]; simulated: boolean; reasons: Record<string, string> }) {
  return (
    <div class="summary">
      <div class="title"><h3>In company</h3><Simulated when={simulated} /><p class="quiet">medians; above ×1 the company slows it down</p></div>
      <div class="scroll" tabIndex={0} role="region" aria-label="slow-down in company">
        <table>
          <thead>
            <tr>
              <th scope="col">engine</th><th scope="col">beside</th><th scope="col">measure</th><th scope="col" class="num">n alone, together</th>
              <th scope="col" class="num">alone</th><th scope="col" class="num">together</th><th scope="col" class="num">slow-down</th><th scope="col" class="num">95 % interval</th>
            </tr>
          </thead>
          <tbody>{pairs.flatMap((pair) => (Object.keys(ROWS) as Key[]).map((key) => <Row key={`${pair.target}/${key}`} pair={pair} id={key} why={reasons[`interference.${pair.target}.${key}`]} />))}</tbody>
        </table>
      </div>
    </div>
  );
}

function Row({ pair, id, why }: { pair: Pair; id: Key; why: string | undefined }) {
  const contrast: Contrast | null = pair[id] ?? null;
  const { name, unit } = ROWS[id];
  const times = (value: number | null | undefined) => (value === null || value === undefined ? figure(null) : `×${figure(value, 2)}`);
  const interval = contrast?.ci95 ? `${times(contrast.ci95[0])} to ${times(contrast.ci95[1])}` : figure(null);
  return (
    <tr>
      <th scope="row" class={`role ${pair.target}`}>{pair.target}</th><td>{pair.other}</td><td>{name}</td>
      <td class="num">{contrast ? `${contrast.n_alone}, ${contrast.n_together}` : <Figure text={figure(null)} why={why} />}</td>
      <td class="num"><Figure text={figure(contrast?.alone)} unit={unit} why={why} /></td>
      <td class="num"><Figure text={figure(contrast?.together)} unit={unit} why={why} /></td>
      <td class="num strong"><Figure text={times(contrast?.factor)} why={why} /></td>
      <td class="num"><Figure text={interval} why={why} /></td>
    </tr>
  );
}
