// The token ledger: what each source says of the output tokens, and the exchanges in which two of them disagree.

import type { Origin } from "../state/origin";
import type { Exchange, Ledger as Totals, TargetSummary } from "../state/wire";
import { t } from "../text/texts";
import { Figure, Scroll, Simulated } from "./figures";
import { figure } from "./format";

const SOURCES = ["timings", "usage", "tokenizer", "chunks"] as const;
/** Exchanges shown that disagree; the CSV of the exchanges has them all. */
const ROWS = 50;

export function Ledger({ targets, exchanges, simulated }: { targets: Record<string, TargetSummary>; exchanges: Exchange[]; simulated: Origin }) {
  const ledgers = Object.entries(targets).flatMap(([target, summary]) => (summary["ledger"] ? [[target, summary["ledger"] as Totals] as const] : []));
  if (ledgers.length === 0) return null;
  const odd = exchanges.filter((e) => !e.warm_up && e.disagrees);
  return (
    <section class="panel" aria-labelledby="ledger-title">
      <div class="title"><h2 id="ledger-title">{t.ledger.title}</h2><Simulated when={simulated} /><p class="quiet">{t.ledger.about}</p></div>
      <Scroll label={t.ledger.title}><table class="narrow">
        <thead><tr><th scope="col">{t.exchange.target}</th>{SOURCES.map((source) => <th key={source} scope="col" class="num">{t.ledger.sources[source]}</th>)}<th scope="col">{t.ledger.primary}</th><th scope="col" class="num">{t.ledger.disagreements}</th></tr></thead>
        <tbody>
          {ledgers.map(([target, ledger]) => (
            <tr key={target}>
              <th scope="row" class={`role ${target}`}>{target}</th>
              {SOURCES.map((source) => <td key={source} class="num"><Figure text={figure(ledger[source], 0)} why={t.ledger.notTold} /></td>)}
              <td>{primaryName(ledger.primary)}</td><td class={ledger.disagreements > 0 ? "num problem" : "num"}>{figure(ledger.disagreements, 0)}</td>
            </tr>
          ))}
        </tbody>
      </table></Scroll>
      {odd.length > 0 ? (
        <>
          <h3>{t.ledger.odd(odd.length)}</h3>
          <Scroll label={t.ledger.odd(odd.length)}><table class="narrow">
            <thead><tr><th scope="col" class="num">{t.exchange.number}</th><th scope="col">{t.exchange.target}</th>{SOURCES.map((source) => <th key={source} scope="col" class="num">{t.ledger.sources[source]}</th>)}</tr></thead>
            <tbody>
              {odd.slice(0, ROWS).map((e) => (
                <tr key={e.exchange}>
                  <td class="num">{e.exchange}</td><td>{e.target}</td>
                  {SOURCES.map((source) => <td key={source} class="num"><Figure text={figure(source === "chunks" ? e.chunks : e.claims[source], 0)} why={t.ledger.notTold} /></td>)}
                </tr>
              ))}
            </tbody>
          </table></Scroll>
        </>
      ) : null}
    </section>
  );
}

function primaryName(primary: string | null): string {
  const names: Record<string, string> = t.ledger.sources;
  return primary === null ? t.missing : names[primary] ?? primary;
}
