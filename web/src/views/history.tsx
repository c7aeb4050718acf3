// All runs: found by their words, put in order, followed over time, taken for a comparison. The filter is the address.

import { filtered, pageOf, pages } from "../state/filter";
import { COMPARED, NO_FILTER, type Filter, type Route } from "../state/route";
import { allRuns, isCutOff } from "../state/select";
import type { Commands, State } from "../state/store";
import { ROLES, type Baseline, type RunRow } from "../state/wire";
import { t } from "../text/texts";
import { Grid } from "./charts/grid";
import { trendSpec } from "./charts/runs";
import { Scroll } from "./figures";
import { RunTable } from "./run_table";
import { Pager } from "./waterfall";

const VERDICTS = ["valid", "void", "failed", "cancelled", "interrupted"] as const;
/** Runs of one trend; the newest. */
const TREND_RUNS = 200;

export function HistoryView({ state, route: { filter }, commands }: { state: State; route: Route & { view: "history" }; commands: Commands }) {
  const all = allRuns(state);
  const rows = filtered(all, filter);
  const picked = pickedOf(state);
  const baselines = state.baselines.state === "loaded" ? state.baselines.value : [];
  const untouched = (Object.keys(NO_FILTER) as (keyof Filter)[]).every((key) => ["page", "sort", "down", "trend"].includes(key) || filter[key] === NO_FILTER[key]);
  return (
    <div class="history">
      <section class="panel" aria-labelledby="history-title">
        <div class="title">
          <h2 id="history-title">{t.history.title}</h2>
          <p class="quiet" role="status">{untouched ? t.history.count(all.length) : t.history.found(rows.length, all.length)}{state.history.state === "loading" ? ` · ${t.history.reading}` : ""}</p>
        </div>
        <Filters all={all} filter={filter} commands={commands} />
        {state.history.why ? <p class="problem">{t.history.unreadable(state.history.why)}</p> : null}
      </section>
      <Trend rows={rows} filter={filter} baselines={baselines} state={state} commands={commands} />
      <section class="panel runs" aria-label={t.history.title}>
        <div class="actions">
          <button type="button" class="primary" disabled={picked.length < 2} onClick={() => commands.go({ view: "compare", ids: picked, baseline: null, force: false })}>{t.history.compare(picked.length)}</button>
          {picked.length > 0 ? <button type="button" class="plain" onClick={() => commands.ui("picked", "")}>{t.history.unpick}</button> : <span class="quiet">{t.history.pickTwo}</span>}
          <Pager page={Math.min(filter.page, pages(rows)) - 1} pages={pages(rows)} go={(page) => commands.filter({ page: page + 1 })} />
        </div>
        {rows.length === 0
          ? <p class="quiet">{all.length === 0 ? t.history.empty : t.history.noMatch}</p>
          : (
            <RunTable
              rows={pageOf(rows, filter.page)} label={t.history.title}
              head={(column, name) => <Sort column={column} name={name} filter={filter} commands={commands} />}
              pick={(row) => <Pick row={row} picked={picked} commands={commands} />}
              pins={(row) => baselines.filter((b) => b.run_id === row.run_id).map((b) => b.name)}
            />
          )}
        {state.history.state === "some" ? <button type="button" class="small" disabled={isCutOff(state)} onClick={commands.loadOlder}>{t.history.older}</button> : null}
      </section>
      <Baselines baselines={baselines} commands={commands} disabled={isCutOff(state)} />
    </div>
  );
}

function pickedOf(state: State): string[] {
  return String(state.ui["picked"] ?? "").split(",").filter(Boolean);
}

function Pick({ row, picked, commands }: { row: RunRow; picked: string[]; commands: Commands }) {
  const on = picked.includes(row.run_id);
  const toggle = () => commands.ui("picked", (on ? picked.filter((id) => id !== row.run_id) : [...picked, row.run_id]).join(","));
  return <input type="checkbox" aria-label={t.history.pick(row.scenario)} checked={on} disabled={!on && picked.length >= COMPARED} onChange={toggle} />;
}

function Sort({ column, name, filter, commands }: { column: string; name: string; filter: Filter; commands: Commands }) {
  const on = filter.sort === column;
  return (
    <button type="button" class="sort" aria-pressed={on} title={t.history.sortBy(name)} onClick={() => commands.filter({ sort: column, down: on ? !filter.down : true })}>
      {name}<span aria-hidden="true">{on ? (filter.down ? " ↓" : " ↑") : ""}</span>{on ? <span class="unseen">{filter.down ? t.history.descending : t.history.ascending}</span> : null}
    </button>
  );
}

function Filters({ all, filter, commands }: { all: RunRow[]; filter: Filter; commands: Commands }) {
  const scenarios = [...new Set(all.map((row) => row.scenario))].sort();
  const choice = (key: keyof Filter, name: string, options: readonly (readonly [string, string])[]) => (
    <label>{name}
      <select value={String(filter[key])} onChange={(event) => commands.filter({ [key]: event.currentTarget.value })}>
        <option value="">{t.history.any}</option>
        {options.map(([value, shown]) => <option key={value} value={value}>{shown}</option>)}
      </select>
    </label>
  );
  const day = (key: "from" | "to", name: string) => <label>{name} <input type="date" value={filter[key]} onChange={(event) => commands.filter({ [key]: event.currentTarget.value })} /></label>;
  return (
    <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <label class="search">{t.history.search} <input id="search" type="search" value={filter.text} placeholder={t.history.searchHint} onInput={(event) => commands.filter({ text: event.currentTarget.value })} /></label>
      {choice("scenario", t.history.scenario, scenarios.map((name) => [name, name]))}
      {choice("engine", t.history.engine, ROLES.map((role) => [role, role]))}
      {choice("verdict", t.history.verdict, VERDICTS.map((word) => [word, t.states[word]]))}
      {day("from", t.history.from)}{day("to", t.history.to)}
      {choice("trend", t.history.trend, TRENDS.map((id) => [id, trendName(id)]))}
      <button type="button" class="plain" onClick={() => commands.filter(NO_FILTER)}>{t.history.clear}</button>
    </form>
  );
}

const TRENDS = ["main.ttft_ms", "main.tokens_per_second", "mini.ttft_ms", "mini.tokens_per_second"] as const;

function trendName(id: string): string {
  const [role = "", measure = ""] = id.split(".");
  return `${role} ${measure === "ttft_ms" ? t.measures.ttft_ms.name : t.measures.tokens_per_second.name}`;
}

function valueOf(row: RunRow, id: string): number | null {
  const [role, measure] = id.split(".");
  const headline = row.headline[role === "mini" ? "mini" : "main"];
  return measure === "ttft_ms" ? headline.ttft_ms : headline.tokens_per_second;
}

function Trend({ rows, filter, baselines, state, commands }: { rows: RunRow[]; filter: Filter; baselines: Baseline[]; state: State; commands: Commands }) {
  if (!TRENDS.some((id) => id === filter.trend)) return null;
  const inTime = rows.filter((row) => valueOf(row, filter.trend) !== null).sort((a, b) => (a.run_id < b.run_id ? -1 : 1)).slice(-TREND_RUNS);
  const scenarios = new Set(inTime.map((row) => row.scenario));
  const spec = trendSpec({
    title: t.history.medianOf(trendName(filter.trend)), unit: filter.trend.endsWith("ttft_ms") ? "ms" : "tok/s", hue: filter.trend.startsWith("mini") ? "mini" : "main",
    points: inTime.map((row) => ({ at: new Date(row.started_at).getTime(), value: valueOf(row, filter.trend), run: row.run_id, low: null, high: null })),
    band: bandOf(inTime, filter.trend, baselines), simulated: inTime.some((row) => row.simulated),
    version: `${filter.trend}/${inTime.map((row) => row.run_id).join()}/${baselines.map((b) => b.run_id).join()}`,
    open: (id) => commands.go({ view: "run", id, exchange: null }),
  });
  return (
    <section class="panel" aria-labelledby="trend-title">
      <h2 id="trend-title" class="unseen">{t.history.trend}</h2>
      {scenarios.size > 1 ? <p class="quiet">{t.history.mixed}</p> : null}
      <Grid specs={[spec]} ui={state.ui} commands={commands} label={t.history.trend} wide />
    </section>
  );
}

/** From the lowest to the highest of the runs that are pinned. */
function bandOf(rows: RunRow[], id: string, baselines: Baseline[]): { low: number; high: number; name: string } | null {
  const pinned = baselines.flatMap((b) => rows.filter((row) => row.run_id === b.run_id).map((row) => ({ name: b.name, value: valueOf(row, id) })));
  const values = pinned.flatMap(({ value }) => (value === null ? [] : [value]));
  if (values.length === 0) return null;
  return { low: Math.min(...values), high: Math.max(...values), name: [...new Set(pinned.map((p) => p.name))].join(", ") };
}

function Baselines({ baselines, commands, disabled }: { baselines: Baseline[]; commands: Commands; disabled: boolean }) {
  if (baselines.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="baselines-title">
      <h2 id="baselines-title">{t.baseline.title}</h2>
      <Scroll label={t.baseline.title}><table class="narrow">
        <thead><tr><th scope="col">{t.baseline.name}</th><th scope="col">{t.history.scenario}</th><th scope="col">{t.baseline.fingerprint}</th><th scope="col">{t.history.run}</th><td /></tr></thead>
        <tbody>
          {baselines.map((b) => (
            <tr key={`${b.name}/${b.scenario}/${b.fingerprint}`}>
              <th scope="row">{b.name}</th><td>{b.scenario}</td><td><code>{b.fingerprint}</code></td>
              <td><a href={`#/run/${encodeURIComponent(b.run_id)}`}><code>{b.run_id}</code></a></td>
              <td><button type="button" class="small" disabled={disabled} aria-label={t.baseline.remove(b.name)} onClick={() => commands.unpin(b.name)}>{t.live.remove}</button></td>
            </tr>
          ))}
        </tbody>
      </table></Scroll>
    </section>
  );
}
