// All runs: found by their words, put in order, followed over time, taken for a comparison. The filter is the address.

import { filtered, pageOf, pages } from "../state/filter";
import { COMPARED, NO_FILTER, type Filter, type Route } from "../state/route";
import { isUnfinished } from "../state/run_state";
import { allRuns, isCutOff } from "../state/select";
import type { Commands, State } from "../state/store";
import { ROLES, TARGETS, type Baseline, type RunRow, type TrendPoint } from "../state/wire";
import { t } from "../text/texts";
import { Grid } from "./charts/grid";
import { trendSpec } from "./charts/runs";
import { Scroll } from "./figures";
import { measureName, unitOf } from "./measures";
import { stageName } from "./pipeline";
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
          <label class="import"><span>{t.history.importJournal}</span><input type="file" accept=".jsonl,.json,.ndjson,application/x-ndjson" disabled={isCutOff(state)} onChange={(event) => void take(event.currentTarget, commands)} /></label>
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
              act={(row) => filter.removed
                ? <button type="button" class="plain" disabled={isCutOff(state)} onClick={() => commands.putBack(row.run_id)}>{t.history.putBack}</button>
                : <button type="button" class="plain" disabled={isCutOff(state) || row.state === null || isUnfinished(row.state)} title={t.history.takeOff} aria-label={t.history.takeOff} onClick={() => commands.takeOff(row.run_id)}>×</button>}
              pins={(row) => baselines.filter((b) => b.run_id === row.run_id).map((b) => b.name)}
            />
          )}
        {state.history.state === "some" ? <button type="button" class="small" disabled={isCutOff(state)} onClick={commands.loadOlder}>{t.history.older}</button> : null}
      </section>
      <Baselines baselines={baselines} commands={commands} disabled={isCutOff(state)} />
    </div>
  );
}

/** The file's text; the same file can be chosen again after. */
async function take(input: HTMLInputElement, commands: Commands): Promise<void> {
  const file = input.files?.[0];
  if (file) commands.importJournal(await file.text());
  input.value = "";
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
  const named = (of: (row: RunRow) => (string | null)[]) => [...new Set(all.flatMap(of))].filter((name): name is string => name !== null).sort().map((name) => [name, name] as const);
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
      {choice("model", t.history.model, named((row) => [row.models.main, row.models.mini]))}
      {choice("tag", t.history.tag, named((row) => row.tags))}
      {choice("verdict", t.history.verdict, VERDICTS.map((word) => [word, t.states[word]]))}
      {day("from", t.history.from)}{day("to", t.history.to)}
      {choice("trend", t.history.trend, TRENDS.map((id) => [id, trendName(id)]))}
      <label>{t.history.lists}
        <select value={String(filter.removed)} onChange={(event) => commands.filter({ removed: event.currentTarget.value === "true" })}><option value="false">{t.history.onLists}</option><option value="true">{t.history.offLists}</option></select>
      </label>
      <button type="button" class="plain" onClick={() => commands.filter(NO_FILTER)}>{t.history.clear}</button>
    </form>
  );
}

/** What can be followed over the runs, as a record has it. */
const TRENDS = [
  ...ROLES.flatMap((role) => (["ttft_ms", "tokens_per_second", "itl_ms", "tpot_ms", "prefill_tokens_per_second", "e2e_ms", "throughput_tokens_per_second"] as const).map((measure) => `${role}.${measure}`)),
  ...["intent_to_first_token_ms", "intent_to_answer_ms", "stages.classify", "stages.retrieve", "stages.generate"].map((measure) => `pipeline.${measure}`),
  "gpu.vram_at_peak_bytes", "gpu.vram_max_bytes", "gpu.energy_j",
];

function trendName(id: string): string {
  const [of = "", ...rest] = id.split(".");
  if (of === "gpu") return { "gpu.vram_at_peak_bytes": t.gpu.atPeak, "gpu.vram_max_bytes": t.gpu.highest, "gpu.energy_j": t.gpu.energy }[id] ?? id;
  return `${of} ${rest[0] === "stages" ? stageName(rest[1] ?? "") : measureName(rest.join("."))}`;
}

/** The unit that is shown, and its size in the record's own. */
function trendUnit(id: string): [string, number] {
  if (id.endsWith("_bytes")) return ["GiB", 1024 ** 3];
  if (id.endsWith("_j")) return ["J", 1];
  return id.includes("stages.") ? ["ms", 1] : [unitOf(id), 1];
}

function Trend({ rows, filter, baselines, state, commands }: { rows: RunRow[]; filter: Filter; baselines: Baseline[]; state: State; commands: Commands }) {
  if (!TRENDS.includes(filter.trend) || state.trend === null) return null;
  const { of } = state.trend;
  const shown = new Set(rows.map((row) => row.run_id));
  const [unit, per] = trendUnit(filter.trend);
  const inTime = of.state === "loaded" ? of.value.filter((point) => shown.has(point.run_id)).slice(0, TREND_RUNS).reverse() : [];
  const spec = trendSpec({
    title: inTime.some((point) => point.ci95) ? t.history.medianOf(trendName(filter.trend)) : trendName(filter.trend), unit, hue: TARGETS.find((target) => filter.trend.startsWith(`${target}.`)) ?? "gpu",
    points: inTime.map((point) => ({
      at: new Date(point.started_at).getTime(), value: point.value === null ? null : point.value / per, run: point.run_id,
      low: point.ci95 ? (point.ci95[0] ?? 0) / per : null, high: point.ci95 ? (point.ci95[1] ?? 0) / per : null, simulated: point.simulated,
    })),
    band: bandOf(inTime, per, baselines),
    version: `${state.trend.key}/${of.state}/${inTime.map((point) => point.run_id).join()}/${baselines.map((b) => b.run_id).join()}`,
    open: (id) => commands.go({ view: "run", id, exchange: null }),
  });
  return (
    <section class="panel" aria-labelledby="trend-title">
      <h2 id="trend-title" class="unseen">{t.history.trend}</h2>
      {of.state === "failed" ? <p class="problem">{of.why}</p> : null}
      {new Set(inTime.map((point) => point.scenario)).size > 1 ? <p class="quiet">{t.history.mixed}</p> : null}
      <Grid specs={[spec]} ui={state.ui} commands={commands} label={t.history.trend} wide />
    </section>
  );
}

/** What the pinned runs' intervals span; of a figure without intervals, the figures. */
function bandOf(points: TrendPoint[], per: number, baselines: Baseline[]): { low: number; high: number; name: string } | null {
  const pinned = baselines.flatMap((b) => points.filter((point) => point.run_id === b.run_id).map((point) => ({ name: b.name, ends: point.ci95 ?? (point.value === null ? [] : [point.value]) })));
  const ends = pinned.flatMap((pin) => pin.ends);
  if (ends.length === 0) return null;
  return { low: Math.min(...ends) / per, high: Math.max(...ends) / per, name: [...new Set(pinned.map((pin) => pin.name))].join(", ") };
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
