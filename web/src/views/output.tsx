// What the scenario itself says: its log and its own metrics.

import { shownSimulated } from "../state/select";
import type { State } from "../state/store";
import type { LogLine, Metric } from "../state/wire";
import { Figure, Simulated } from "./figures";
import { figure, seconds } from "./format";

export function Output({ state }: { state: State }) {
  const { log, metrics } = state.live;
  if (log.length === 0 && metrics.length === 0) return null;
  return (
    <section class="panel output" aria-labelledby="output-title">
      <h2 id="output-title">From the scenario</h2>
      {metrics.length > 0 ? <Metrics metrics={metrics} simulated={shownSimulated(state)} /> : null}
      {log.length > 0 ? <Log log={log} simulated={shownSimulated(state)} /> : null}
    </section>
  );
}

export function Log({ log, simulated }: { log: LogLine[]; simulated: boolean }) {
  const newestFirst = [...log].reverse();
  return (
    <>
      <div class="title"><h3>Log <span class="unit">newest first</span></h3><Simulated when={simulated} /></div>
      <ol class="log scroll" tabIndex={0} aria-label="scenario log, newest first">
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
export function Metrics({ metrics, simulated }: { metrics: Metric[]; simulated: boolean }) {
  const byName = new Map<string, { latest: Metric; n: number }>();
  for (const metric of metrics) byName.set(metric.name, { latest: metric, n: (byName.get(metric.name)?.n ?? 0) + 1 });
  return (
    <>
      <div class="title"><h3>Custom metrics</h3><Simulated when={simulated} /></div>
      <table>
        <thead><tr><th scope="col">name</th><th scope="col" class="num">latest</th><th scope="col" class="num">n</th></tr></thead>
        <tbody>
          {[...byName].map(([name, { latest, n }]) => (
            <tr key={name}><th scope="row">{name}</th><td class="num"><Figure text={figure(latest.value)} unit={latest.unit ?? ""} /></td><td class="num">{n}</td></tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
