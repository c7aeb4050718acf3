// Every exchange of a run as a table: the points behind the summary.

import type { Exchange } from "../state/wire";
import { Figure, Simulated } from "./figures";
import { figure, seconds, words } from "./format";

/** Rows shown; the daemon holds the rest. */
const ROWS = 200;

export function Exchanges({ exchanges, simulated }: { exchanges: Exchange[]; simulated: boolean }) {
  return (
    <details>
      <summary>Exchanges ({exchanges.length}) <Simulated when={simulated} /></summary>
      <div class="scroll" tabIndex={0} role="region" aria-label="exchanges of this run">
        <table>
          {exchanges.length > ROWS ? <caption>the first {ROWS} of {exchanges.length}</caption> : null}
          <thead>
            <tr>
              <th scope="col" class="num">#</th><th scope="col">target</th><th scope="col">phase</th><th scope="col">company</th>
              <th scope="col" class="num">sent (s)</th><th scope="col" class="num">TTFT (ms)</th><th scope="col" class="num">E2E (ms)</th>
              <th scope="col" class="num">tok/s</th><th scope="col" class="num">tokens</th><th scope="col">ending</th>
            </tr>
          </thead>
          <tbody>{exchanges.slice(0, ROWS).map((exchange) => <Row key={exchange.exchange} exchange={exchange} />)}</tbody>
        </table>
      </div>
    </details>
  );
}

function Row({ exchange: e }: { exchange: Exchange }) {
  const why = `the exchange ended as ${words(e.ending)}`;
  return (
    <tr class={e.warm_up ? "warm-up" : ""}>
      <td class="num">{e.exchange}</td><td>{e.target}</td><td>{e.phase ?? ""}{e.warm_up ? " (warm-up)" : ""}</td><td>{e.company ?? ""}</td>
      <td class="num">{seconds(e.sent_ms)}</td>
      <td class="num"><Figure text={figure(e.ttft_ms, 2)} why={why} /></td>
      <td class="num"><Figure text={figure(e.e2e_ms, 1)} why={why} /></td>
      <td class="num"><Figure text={figure(e.tokens_per_second, 1)} why={why} /></td>
      <td class="num"><Figure text={figure(e.output_tokens, 0)} why={why} /></td>
      <td>{words(e.ending)}</td>
    </tr>
  );
}
