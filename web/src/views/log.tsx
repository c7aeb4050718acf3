// What the scenario itself says: its log and its own metrics.

import type { Origin } from "../state/origin";
import type { LogLine, Metric } from "../state/wire";
import { t } from "../text/texts";
import { Figure, Scroll, Simulated } from "./figures";
import { figure, seconds } from "./format";

/** Lines shown; the daemon has them all. */
const LINES = 500;

export function Log({ log, simulated }: { log: LogLine[]; simulated: Origin }) {
  const newestFirst = log.slice(-LINES).reverse();
  return (
    <>
      <div class="title"><h2>{t.log.title}</h2><span class="quiet">{log.length > LINES ? t.log.newestOf(LINES, log.length) : t.log.newestFirst}</span><Simulated when={simulated} /></div>
      <ol class="log scroll" tabIndex={0} aria-label={t.log.title}>
        {newestFirst.map((line, i) => (
          <li key={log.length - i} class={line.level}>
            <span class="at">{seconds(line.at_ms)} s</span> <span class="level">{line.level}</span> <span class="message">{line.message}</span>
          </li>
        ))}
      </ol>
    </>
  );
}

/** One row a name: the latest value, and how many there were. */
export function Metrics({ metrics, simulated }: { metrics: Metric[]; simulated: Origin }) {
  const byName = new Map<string, { latest: Metric; n: number }>();
  for (const metric of metrics) byName.set(metric.name, { latest: metric, n: (byName.get(metric.name)?.n ?? 0) + 1 });
  return (
    <>
      <div class="title"><h2>{t.log.metrics}</h2><Simulated when={simulated} /></div>
      <Scroll label={t.log.metrics}><table class="narrow">
        <thead><tr><th scope="col">{t.log.name}</th><th scope="col" class="num">{t.log.latest}</th><th scope="col" class="num">n</th></tr></thead>
        <tbody>
          {[...byName].map(([name, { latest, n }]) => (
            <tr key={name}><th scope="row">{name}</th><td class="num"><Figure text={figure(latest.value)} unit={latest.unit ?? ""} why={t.log.noNumber} /></td><td class="num">{n}</td></tr>
          ))}
        </tbody>
      </table></Scroll>
    </>
  );
}

/** What the scenario counted: its own totals, none of the daemon's. */
export function Counters({ counters, simulated }: { counters: Record<string, number>; simulated: Origin }) {
  return (
    <>
      <div class="title"><h2>{t.log.counters}</h2><Simulated when={simulated} /></div>
      <Scroll label={t.log.counters}><table class="narrow">
        <thead><tr><th scope="col">{t.log.name}</th><th scope="col" class="num">{t.log.total}</th></tr></thead>
        <tbody>{Object.entries(counters).map(([name, total]) => <tr key={name}><th scope="row">{name}</th><td class="num"><Figure text={Number.isInteger(total) ? figure(total, 0) : figure(total)} unit="" why={t.log.noNumber} /></td></tr>)}</tbody>
      </table></Scroll>
    </>
  );
}
