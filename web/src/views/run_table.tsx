// Runs in rows: verdict and headline medians of each.

import type { ComponentChild } from "preact";
import { originOfRow } from "../state/origin";
import { NO_FILTER } from "../state/route";
import type { State } from "../state/store";
import { ROLES, type RunRow } from "../state/wire";
import { t } from "../text/texts";
import { Figure, Link, Simulated, StateWord } from "./figures";
import { dateTime, figure, MISSING, shortHash, span } from "./format";
import { stateTone } from "./verdict";

export interface RunTableProps {
  rows: RunRow[];
  /** Heading of a column that can be sorted by. */
  head?: (column: string, name: string) => ComponentChild;
  /** Before the first cell of each row. */
  pick?: (row: RunRow) => ComponentChild;
  /** After the last cell of each row. */
  act?: (row: RunRow) => ComponentChild;
  pins?: (row: RunRow) => string[];
  label: string;
}

export function RunTable({ rows, head = (_column, name) => name, pick, act, pins, label }: RunTableProps) {
  return (
    <table class="run-table" aria-label={label}>
      <thead>
        <tr>
          {pick ? <th scope="col" rowSpan={2}><span class="unseen">{t.history.choose}</span></th> : null}
          <th scope="col" rowSpan={2}>{head("started", t.history.started)}</th><th scope="col" rowSpan={2}>{head("scenario", t.history.scenario)}</th>
          <th scope="col" rowSpan={2}>{head("state", t.history.state)}</th><th scope="col" rowSpan={2}>{head("verdict", t.history.verdict)}</th>
          {ROLES.map((role) => <th key={role} scope="colgroup" colSpan={2} class={`group ${role}`}>{t.history.mediansOf(role)}</th>)}
          <th scope="col" rowSpan={2} class="num">{head("duration", t.history.took)}</th>
          {act ? <th scope="col" rowSpan={2}><span class="unseen">{t.history.acts}</span></th> : null}
        </tr>
        <tr>
          {ROLES.map((role) => [
            <th key={`${role}t`} scope="col" class="num">{head(`${role}.ttft`, "TTFT (ms)")}</th>, <th key={`${role}r`} scope="col" class="num">{head(`${role}.rate`, "tok/s")}</th>,
          ])}
        </tr>
      </thead>
      <tbody>{rows.map((row) => <Row key={row.run_id} row={row} pick={pick?.(row)} act={act?.(row)} pins={pins?.(row) ?? []} />)}</tbody>
    </table>
  );
}

function Row({ row, pick, act, pins }: { row: RunRow; pick: ComponentChild; act: ComponentChild; pins: string[] }) {
  const why = (field: string) => row.reasons_for_null[field];
  return (
    <tr class="run" data-run={row.run_id} data-state={row.state}>
      {pick ? <td class="pick-cell">{pick}</td> : null}
      <td data-label={t.history.started}><Link to={{ view: "run", id: row.run_id, exchange: null }}><time>{dateTime(row.started_at)}</time></Link></td>
      <th scope="row" data-label={t.history.scenario} title={`sha256 ${row.sha256}`}>
        {row.scenario} <code>{shortHash(row.sha256)}</code> <Simulated when={originOfRow(row)} /> {pins.map((pin) => <span key={pin} class="tag">{t.baseline.is(pin)}</span>)}
        {row.tags.map((tag) => <span key={tag} class="tag">{tag}</span>)}
        {row.note ? <span class="row-note" title={row.note}>{row.note}</span> : null}
      </th>
      <td data-label={t.history.state}><StateWord state={row.state ? t.states[row.state] : t.states.unknown} tone={stateTone(row.state)} /></td>
      <td data-label={t.history.verdict}>
        {row.verdict
          ? <span title={row.verdict.reasons.join("; ")}><StateWord state={t.states[row.verdict.state]} tone={row.verdict.state === "valid" ? "good" : "bad"} /></span>
          : <Figure text={MISSING} why={why("verdict")} />}
      </td>
      {ROLES.map((role) => [
        <td key={`${role}t`} class="num" data-label={`${role} TTFT (ms)`}><Figure text={figure(row.headline[role].ttft_ms, 1)} why={why(`headline.${role}.ttft_ms`)} /></td>,
        <td key={`${role}r`} class="num" data-label={`${role} tok/s`}><Figure text={figure(row.headline[role].tokens_per_second, 1)} why={why(`headline.${role}.tokens_per_second`)} /></td>,
      ])}
      <td class="num" data-label={t.history.took}><Figure text={span(row.duration_ms)} why={why("duration_ms")} /></td>
      {act ? <td class="act">{act}</td> : null}
    </tr>
  );
}

/** What the stream keeps fresh: the ten latest. */
export function LastRuns({ state }: { state: State }) {
  const rows = state.live.last.map((row) => (row.run_id === state.live.run?.run_id ? { ...row, state: state.live.run.state } : row));
  return (
    <section class="panel runs" aria-labelledby="runs-title">
      <div class="title"><h2 id="runs-title">{t.history.latest}</h2>{rows.length > 0 ? <Link to={{ view: "history", filter: NO_FILTER }}>{t.history.all}</Link> : null}</div>
      {rows.length === 0
        ? <p class="quiet">{state.connection.state === "connecting" ? t.history.reading : t.history.empty}</p>
        : <RunTable rows={rows} label={t.history.latest} />}
    </section>
  );
}
