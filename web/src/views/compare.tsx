// Runs held against one another: what differs in their making first, then each measure with its interval and the call, then the pictures.

import { originOfRow, type Origin } from "../state/origin";
import { own } from "../state/own";
import { COMPARED, type Route } from "../state/route";
import { allRuns } from "../state/select";
import type { Commands, RunDetail, State } from "../state/store";
import type { Comparison, Comparisons, MeasureDifference, RunRow } from "../state/wire";
import { t } from "../text/texts";
import { CompareCharts } from "./compare_charts";
import { Figure, Link, Scroll, Simulated, simulatedWord, StateWord, type Tone } from "./figures";
import { dateTime, figure, MISSING, shortId } from "./format";
import { measureName, unitOf } from "./measures";
import { stateTone } from "./verdict";

type CompareRoute = Route & { view: "compare" };

export function CompareView({ state, route, commands }: { state: State; route: CompareRoute; commands: Commands }) {
  const asked = state.comparison?.of ?? null;
  const enough = route.ids.length >= (route.baseline === null ? 2 : 1);
  const order = asked?.state === "loaded" ? [asked.value.a.run_id, ...asked.value.comparisons.map((c) => c.b.run_id)] : route.ids;
  return (
    <div class="compare">
      <section class="panel" aria-labelledby="compare-title">
        <div class="title"><h2 id="compare-title">{t.compare.title}</h2><p class="quiet">{t.compare.about}</p></div>
        <Chosen order={order} route={route} state={state} commands={commands} />
        {enough ? null : <p class="quiet">{t.compare.choose}</p>}
        {enough && asked?.state === "loading" ? <p class="quiet">{t.compare.reading}</p> : null}
        {enough && asked?.state === "failed" ? <p class="problem" role="alert">{asked.why}</p> : null}
        <label class="inline"><input type="checkbox" checked={route.force} onChange={(event) => commands.go({ ...route, force: event.currentTarget.checked })} /> {t.compare.force}</label>
      </section>
      {enough && asked?.state === "loaded" ? <Results of={asked.value} /> : null}
      {enough ? <CompareCharts order={order} details={detailsOf(state, order)} ui={state.ui} commands={commands} /> : null}
    </div>
  );
}

function detailsOf(state: State, order: string[]): (RunDetail | null)[] {
  return order.map((id) => {
    const detail = own(state.details, id);
    return detail?.state === "loaded" ? detail.value : null;
  });
}

/** A letter for each run: A is what the others are held against. */
export function letter(i: number): string {
  return String.fromCharCode(65 + i);
}

/** A run's name in charts and tables; that it is simulated is said at each of its own lines and points. */
export function runName(i: number, id: string, simulated: boolean): string {
  return `${letter(i)} ${shortId(id)}${simulated ? ` (${t.simulated.word})` : ""}`;
}

function Chosen({ order, route, state, commands }: { order: string[]; route: CompareRoute; state: State; commands: Commands }) {
  const rows = allRuns(state);
  const drop = (id: string) => commands.go({ ...route, ids: route.ids.filter((other) => other !== id) });
  const first = (id: string) => commands.go({ ...route, baseline: null, ids: [id, ...route.ids.filter((other) => other !== id)] });
  const rest = rows.filter((row) => !order.includes(row.run_id) && row.state === "finished");
  const baselines = state.baselines.state === "loaded" ? [...new Set(state.baselines.value.map((b) => b.name))] : [];
  return (
    <>
      <ol class="chosen">
        {order.map((id, i) => <ChosenRun key={id} id={id} i={i} row={rows.find((row) => row.run_id === id)} baseline={i === 0 ? route.baseline : null} drop={drop} first={first} />)}
      </ol>
      <div class="actions">
        {order.length < COMPARED ? (
          <label class="inline">{t.compare.add} <select value="" onChange={(event) => { if (event.currentTarget.value) commands.go({ ...route, ids: [...route.ids, event.currentTarget.value] }); }}>
            <option value="">{t.compare.addWhich}</option>
            {rest.slice(0, 200).map((row) => <option key={row.run_id} value={row.run_id}>{optionOf(row)}</option>)}
          </select></label>
        ) : null}
        {baselines.length > 0 ? (
          <label class="inline">{t.compare.against} <select value={route.baseline ?? ""} onChange={(event) => commands.go({ ...route, baseline: event.currentTarget.value || null })}>
            <option value="">{t.compare.firstRun}</option>
            {baselines.map((name) => <option key={name} value={name}>{t.baseline.is(name)}</option>)}
          </select></label>
        ) : null}
      </div>
    </>
  );
}

function optionOf(row: RunRow): string {
  return `${dateTime(row.started_at)} · ${row.scenario}${row.verdict ? ` · ${t.states[row.verdict.state]}` : ""}${row.simulated ? ` · ${simulatedWord(originOfRow(row))}` : ""} · ${shortId(row.run_id)}`;
}

interface ChosenProps { id: string; i: number; row: RunRow | undefined; baseline: string | null; drop: (id: string) => void; first: (id: string) => void }

function ChosenRun({ id, i, row, baseline, drop, first }: ChosenProps) {
  return (
    <li data-run={id}>
      <span class={`letter s${i}`}>{letter(i)}</span>
      <Link to={{ view: "run", id, exchange: null }}>{row ? `${row.scenario} · ${dateTime(row.started_at)}` : id}</Link>
      <code title={id}>{shortId(id)}</code>
      {row ? <StateWord state={row.verdict ? t.states[row.verdict.state] : row.state ? t.states[row.state] : t.states.unknown} tone={row.verdict ? (row.verdict.state === "valid" ? "good" : "bad") : stateTone(row.state)} /> : null}
      <Simulated when={row ? originOfRow(row) : false} />
      {baseline ? <span class="tag">{t.baseline.is(baseline)}</span> : null}
      {i === 0 ? <span class="quiet">{t.compare.isA}</span> : <button type="button" class="plain" onClick={() => first(id)}>{t.compare.makeA}</button>}
      {baseline ? null : <button type="button" class="plain" aria-label={t.compare.drop(letter(i))} onClick={() => drop(id)}>×</button>}
    </li>
  );
}

function Results({ of }: { of: Comparisons }) {
  return (
    <>
      {of.comparisons.map((comparison, i) => (
        <section key={comparison.b.run_id} class="panel comparison" aria-labelledby={`versus-${i}`}>
          <div class="title"><h2 id={`versus-${i}`}>{t.compare.versus(letter(i + 1))}</h2></div>
          <Differs comparison={comparison} />
          {comparison.withheld ? <p class="problem">{t.compare.withheld(comparison.withheld)}</p> : <Measures comparison={comparison} origins={[originOfRow(of.a), originOfRow(comparison.b)]} />}
        </section>
      ))}
    </>
  );
}

function Differs({ comparison: { differs } }: { comparison: Comparison }) {
  if (differs.length === 0) return <p><StateWord state={t.compare.sameMaking} tone="good" /></p>;
  return (
    <>
      <h3>{t.compare.differs(differs.length)}</h3>
      <Scroll label={t.compare.differs(differs.length)}><table class="narrow">
        <thead><tr><th scope="col">{t.compare.field}</th><th scope="col">A</th><th scope="col">{t.compare.other}</th></tr></thead>
        <tbody>{differs.map((d) => <tr key={d.field}><th scope="row"><code>{d.field}</code></th><td class="wrap">{plain(d.a)}</td><td class="wrap">{plain(d.b)}</td></tr>)}</tbody>
      </table></Scroll>
    </>
  );
}

function plain(value: unknown): string {
  if (value === null || value === undefined) return MISSING;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function Measures({ comparison, origins: [a, b] }: { comparison: Comparison; origins: [Origin, Origin] }) {
  const rows = Object.entries(comparison.targets).flatMap(([target, measures]) =>
    Object.entries(measures).filter((pair): pair is [string, MeasureDifference] => isDifference(pair[1])).map(([measure, of]) => ({ target, measure, of })));
  if (rows.length === 0) return <p class="quiet">{t.compare.nothingInCommon}</p>;
  return (
    <Scroll label={t.compare.measures}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t.exchange.target}</th><th scope="col">{t.summary.measure}</th><th scope="col">{t.compare.call}</th><th scope="col" class="num">n</th><th scope="col" class="num">{t.compare.medianA} <Simulated when={a} /></th><th scope="col" class="num">{t.compare.medianB} <Simulated when={b} /></th>
            <th scope="col" class="num">{t.compare.difference}</th><th scope="col" class="num">{t.summary.interval}</th><th scope="col" class="num" title={t.compare.effectMeans}>{t.compare.effect}</th><th scope="col" class="num">p</th><th scope="col" class="num" title={t.compare.noiseMeans}>{t.compare.noise}</th>
          </tr>
        </thead>
        <tbody>{rows.map((row) => <Measure key={`${row.target}/${row.measure}`} {...row} />)}</tbody>
      </table>
    </Scroll>
  );
}

function isDifference(value: unknown): value is MeasureDifference {
  return typeof value === "object" && value !== null && "call" in value;
}

const CALLS: Record<string, Tone> = { regression: "bad", improvement: "good", "too close to call": "calm" };

function Measure({ target, measure, of }: { target: string; measure: string; of: MeasureDifference }) {
  const unit = unitOf(measure);
  const names: Record<string, string> = t.compare.calls;
  const signed = (value: number | null) => (value === null ? MISSING : `${value > 0 ? "+" : ""}${figure(value)}`);
  return (
    <tr data-measure={measure} data-call={of.call}>
      <th scope="row" class={`role ${target}`}>{target}</th>
      <td>{measureName(measure)} <span class="unit">{unit}</span></td>
      <td><StateWord state={own(names, of.call) ?? of.call} tone={own(CALLS, of.call) ?? "warn"} /></td>
      <td class="num">{of.n_a}, {of.n_b}</td>
      <td class="num"><Figure text={figure(of.median_a)} /></td><td class="num"><Figure text={figure(of.median_b)} /></td>
      <td class="num strong"><Figure text={of.relative === null ? signed(of.difference) : `${signed(of.difference)} (${of.relative > 0 ? "+" : ""}${figure(of.relative * 100, 1)}\u00a0%)`} /></td>
      <td class="num"><Figure text={of.ci95 ? `${signed(of.ci95[0])} – ${signed(of.ci95[1])}` : MISSING} why={t.summary.noInterval} /></td>
      <td class="num"><Figure text={figure(of.cliffs_delta, 2)} /></td>
      <td class="num"><Figure text={of.p === null ? MISSING : of.p < 0.001 ? `<\u00a0${figure(0.001, 3)}` : figure(of.p, 3)} /></td>
      <td class="num"><Figure text={figure(of.noise_floor)} why={t.compare.noNoise} /></td>
    </tr>
  );
}
