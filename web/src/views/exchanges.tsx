// Every exchange of a run as a table: the points behind the summary.

import type { Cell } from "../state/csv";
import type { Origin } from "../state/origin";
import type { Commands } from "../state/store";
import type { Exchange } from "../state/wire";
import { t } from "../text/texts";
import { Figure, Link, Scroll, Simulated } from "./figures";
import { figure, seconds, words } from "./format";

/** Rows shown; the CSV has them all. */
const ROWS = 200;

export function Exchanges({ id, exchanges, simulated, open, commands }: { id: string; exchanges: Exchange[]; simulated: Origin; open: boolean; commands: Commands }) {
  return (
    <section class="panel">
      <details open={open} onToggle={(event) => commands.ui("exchanges", (event.currentTarget as HTMLDetailsElement).open)}>
        <summary>{t.exchange.all(exchanges.length)} <Simulated when={simulated} /></summary>
        {open ? <Table id={id} exchanges={exchanges} /> : null}
      </details>
    </section>
  );
}

function Table({ id, exchanges }: { id: string; exchanges: Exchange[] }) {
  return (
    <Scroll label={t.exchange.all(exchanges.length)}>
      <table>
        {exchanges.length > ROWS ? <caption>{t.charts.firstOf(ROWS, exchanges.length)}</caption> : null}
        <thead>
          <tr>
            <th scope="col" class="num">{t.exchange.number}</th><th scope="col">{t.exchange.target}</th><th scope="col">{t.course.phase}</th><th scope="col">{t.exchange.company}</th>
            <th scope="col" class="num">{t.exchange.sent} (s)</th><th scope="col" class="num">TTFT (ms)</th><th scope="col" class="num">E2E (ms)</th>
            <th scope="col" class="num">tok/s</th><th scope="col" class="num">{t.exchange.tokens}</th><th scope="col">{t.exchange.ending}</th>
          </tr>
        </thead>
        <tbody>{exchanges.slice(0, ROWS).map((exchange) => <Row key={exchange.exchange} id={id} e={exchange} />)}</tbody>
      </table>
    </Scroll>
  );
}

function Row({ id, e }: { id: string; e: Exchange }) {
  const why = e.detail ?? t.exchange.endedAs(words(e.ending));
  return (
    <tr class={e.warm_up ? "warm-up" : ""}>
      <td class="num"><Link to={{ view: "run", id, exchange: e.exchange }} title={t.film.open}>{e.exchange}</Link></td><td>{e.target}</td>
      <td>{e.phase}{e.warm_up ? ` (${t.exchange.warmUp})` : ""}</td><td>{t.exchange.companies[e.company]}</td>
      <td class="num">{seconds(e.sent_ms)}</td>
      <td class="num"><Figure text={figure(e.ttft_ms, 2)} why={why} /></td>
      <td class="num"><Figure text={figure(e.e2e_ms, 1)} why={why} /></td>
      <td class="num"><Figure text={figure(e.tokens_per_second, 1)} why={why} /></td>
      <td class="num"><Figure text={figure(e.output_tokens, 0)} why={why} /></td>
      <td title={e.detail ?? undefined}>{words(e.ending)}</td>
    </tr>
  );
}

const COLUMNS = [
  "exchange", "target", "phase", "warm_up", "company", "sent_ms", "connect_ms", "start_delay_ms", "headers_ms", "ttft_ms", "ttfo_ms", "e2e_ms",
  "tokens_per_second", "tpot_ms", "prefill_tokens_per_second", "output_tokens", "prompt_tokens", "cached_prompt_tokens", "chunks", "ending", "detail",
] as const;

/** For a file: the daemon's own names, so that a script finds them again. */
export function exchangeTable(exchanges: readonly Exchange[], simulated: (target: string) => boolean): [string[], Cell[][]] {
  return [
    [...COLUMNS, "tokens_by_timings", "tokens_by_usage", "tokens_by_tokenizer", "simulated"],
    exchanges.map((e) => [...COLUMNS.map((key) => e[key]), e.claims.timings, e.claims.usage, e.claims.tokenizer, simulated(e.target)]),
  ];
}
