// The last runs: verdict and headline medians in a row each; a row opens the run's panel below it.

import { isUnfinished } from "../state/run_state";
import { allRuns } from "../state/select";
import type { Commands, State } from "../state/store";
import type { RunRow } from "../state/wire";
import { Figure, Simulated, StateWord } from "./figures";
import { dateTime, figure, MISSING, shortHash, span } from "./format";
import { RunPanel } from "./run_panel";

/** Engines that have headline columns. */
const ROLES = ["main", "mini"] as const;
const COLUMNS = 5 + 2 * ROLES.length;

export function Runs({ state, commands }: { state: State; commands: Commands }) {
  const rows = allRuns(state);
  return (
    <section class="panel runs" aria-labelledby="runs-title">
      <h2 id="runs-title">Runs</h2>
      {rows.length === 0 ? <p class="quiet">{state.connection.state === "connecting" ? "Reading the history…" : "Each run leaves a row here: its verdict, its medians, and everything behind them."}</p> : <Table rows={rows} state={state} commands={commands} />}
      {rows.length >= 10 && state.olderMay ? <button type="button" class="small" onClick={commands.loadOlder}>Older runs</button> : null}
    </section>
  );
}

function Table({ rows, state, commands }: { rows: RunRow[]; state: State; commands: Commands }) {
  return (
    <table class="run-table">
      <thead>
        <tr>
          <th scope="col" rowSpan={2}>started</th><th scope="col" rowSpan={2}>scenario</th>
          <th scope="col" rowSpan={2}>state</th><th scope="col" rowSpan={2}>verdict</th>
          {ROLES.map((role) => <th key={role} scope="colgroup" colSpan={2} class={`group ${role}`}>{role}, medians</th>)}
          <th scope="col" rowSpan={2} class="num">took</th>
        </tr>
        <tr>
          {ROLES.map((role) => [
            <th key={`${role}t`} scope="col" class="num">TTFT (ms)</th>, <th key={`${role}r`} scope="col" class="num">tok/s</th>,
          ])}
        </tr>
      </thead>
      <tbody>
        {rows.flatMap((row) => {
          const open = state.openRun === row.run_id;
          const line = <Row key={row.run_id} row={row} open={open} toggle={() => commands.toggleRun(row.run_id)} />;
          if (!open) return [line];
          const detail = state.details[row.run_id] ?? { state: "loading" as const };
          return [line, (
            <tr key={`${row.run_id}/panel`} class="panel-row"><td colSpan={COLUMNS}><RunPanel row={row} detail={detail} state={state} commands={commands} /></td></tr>
          )];
        })}
      </tbody>
    </table>
  );
}

function Row({ row, open, toggle }: { row: RunRow; open: boolean; toggle: () => void }) {
  return (
    <tr class={open ? "run open" : "run"} data-run={row.run_id} data-state={row.state}>
      <td data-label="started">
        <button type="button" class="disclose" aria-expanded={open} onClick={toggle}>{dateTime(row.started_at) === MISSING ? "not started" : dateTime(row.started_at)}</button>
      </td>
      <th scope="row" data-label="scenario" title={`sha256 ${row.sha256 ?? "unknown"}`}>{row.scenario} <code>{shortHash(row.sha256)}</code> <Simulated when={row.simulated} /></th>
      <td data-label="state"><StateWord state={row.state} tone={stateTone(row)} /></td>
      <td data-label="verdict"><Verdict row={row} /></td>
      {ROLES.map((role) => {
        const headline = row.headline?.[role];
        const why = (measure: string) => row.reasons_for_null[`headline.${role}.${measure}`];
        return [
          <td key={`${role}t`} class="num" data-label={`${role} TTFT (ms)`}><Figure text={figure(headline?.ttft_ms, 1)} why={why("ttft_ms")} /></td>,
          <td key={`${role}r`} class="num" data-label={`${role} tok/s`}><Figure text={figure(headline?.tokens_per_second, 1)} why={why("tokens_per_second")} /></td>,
        ];
      })}
      <td class="num" data-label="took"><Figure text={span(row.duration_ms)} why={row.reasons_for_null["duration_ms"]} /></td>
    </tr>
  );
}

function Verdict({ row }: { row: RunRow }) {
  if (!row.verdict) return <Figure text={MISSING} why={row.reasons_for_null["verdict"]} />;
  return <span title={row.verdict.reasons.join("; ")}><StateWord state={row.verdict.state} tone={row.verdict.state === "valid" ? "good" : "bad"} /></span>;
}

function stateTone(row: RunRow) {
  if (isUnfinished(row.state)) return "busy" as const;
  return row.state === "failed" || row.state === "interrupted" ? ("bad" as const) : ("calm" as const);
}
