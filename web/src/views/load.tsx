// The load that the scenario asked of the daemon, beside what came of it. Its staircase of rates is words here: a chart of the starts shows it anyway.

import type { Origin } from "../state/origin";
import type { AskedLoad, TargetSummary } from "../state/wire";
import { t } from "../text/texts";
import { Figure, Scroll, Simulated } from "./figures";
import { MISSING, figure, given } from "./format";

/** Stages told one by one; of more, how many there are. */
const TOLD = 4;

/** What was achieved is told of a target with one load; of several, the phases tell it. */
export function Loads({ targets, simulated }: { targets: Record<string, TargetSummary>; simulated: Origin }) {
  const loads = Object.entries(targets).flatMap(([target, summary]) => ((summary["asked_load"] as AskedLoad[] | undefined) ?? []).map((load) => ({ target, load })));
  if (loads.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="load-title">
      <div class="title"><h2 id="load-title">{t.load.title}</h2><Simulated when={simulated} /><p class="quiet">{t.load.about}</p></div>
      <Scroll label={t.load.title}><table>
        <thead>
          <tr>
            <th scope="col">{t.course.phase}</th><th scope="col">{t.exchange.target}</th><th scope="col">{t.load.asked}</th><th scope="col" class="num">{t.load.requests}</th>
            <th scope="col" class="num">{t.load.maxOpen}</th><th scope="col" class="num">{t.load.started}</th><th scope="col" class="num">{t.load.shed}</th><th scope="col" class="num">{t.load.precision}</th>
          </tr>
        </thead>
        <tbody>
          {loads.map(({ target, load }, i) => (
            <tr key={i}>
              <th scope="row">{load.phase || MISSING}</th><td class={`role ${target}`}>{target}</td>
              <td>{asked(load)}{load.times > 1 ? t.load.times(load.times) : null}</td>
              <td class="num">{figure(load.requests ?? 1, 0)}</td>
              <td class="num"><Figure text={figure(load.max_open, 0)} why={t.load.users} /></td>
              <td class="num">{figure(load.started, 0)}</td><td class={load.shed > 0 ? "num problem" : "num"}>{figure(load.shed, 0)}</td>
              <td class="num"><Figure text={precise(load)} why={t.load.noPrecision} /></td>
            </tr>
          ))}
        </tbody>
      </table></Scroll>
      {Object.entries(targets).filter(([target]) => loads.filter((one) => one.target === target).length === 1).map(([target, { concurrency, achieved_rate_per_second: rate }]) => (
        <p key={target} class="quiet"><span class={`role ${target}`}>{target}</span> {t.load.achieved(figure(concurrency as number | null), figure(rate as number | null))}</p>
      ))}
    </section>
  );
}

/** `4 users`, `2.5 starts/s (poisson)`, `1 starts/s, to 8 over 30 s, to 8 over 60 s (poisson)`. */
export function asked(load: AskedLoad): string {
  if (load.arrival === "closed") return t.load.closed(load.concurrency ?? 0);
  const stages = load.stages ?? [];
  const told = stages.slice(0, TOLD).map((stage) => t.load.stage(given(stage.rate_per_second), given(stage.seconds)));
  const more = stages.length > TOLD ? [t.load.moreStages(stages.length - TOLD)] : [];
  return [t.load.rate(given(load.from_per_second ?? load.rate_per_second)), ...told, ...more].join(", ") + ` (${t.load.spacing[load.arrival]})`;
}

function precise(load: AskedLoad): string {
  const precision = load.precision;
  if (!precision) return MISSING;
  const percent = (share: number | null) => (share === null ? MISSING : `±${figure(share * 100)} %`);
  return t.load.reached(percent(precision.reached), percent(precision.asked));
}
