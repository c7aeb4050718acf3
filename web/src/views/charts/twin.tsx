// The table twin of a chart: the same points as text, for screen readers, for copying, for doubt.

import { t } from "../../text/texts";
import { Figure, Scroll } from "../figures";
import { figure } from "../format";
import type { Spec, Twin } from "./spec";

/** Rows shown; the CSV, and the record in a report, have them all. */
const ROWS = 200;

export function TwinTable({ spec, open, toggle }: { spec: Spec; open: boolean; toggle: (open: boolean) => void }) {
  return (
    <details class="twin" open={open} onToggle={(event) => toggle((event.currentTarget as HTMLDetailsElement).open)}>
      <summary>{t.charts.table}</summary>
      {open ? <Rows twin={spec.table()} title={spec.title} /> : null}
    </details>
  );
}

export function Rows({ twin: { head, rows, note }, title }: { twin: Twin; title: string }) {
  if (rows.length === 0) return <p class="quiet">{t.charts.noPoints}</p>;
  const caption = [rows.length > ROWS ? t.charts.firstOf(ROWS, rows.length) : t.charts.points(rows.length), note].filter(Boolean).join(" · ");
  return (
    <Scroll label={t.charts.asTable(title)}>
      <table>
        <caption>{caption}</caption>
        <thead><tr>{head.map((name) => <th key={name} scope="col">{name}</th>)}</tr></thead>
        <tbody>
          {rows.slice(0, ROWS).map((row, i) => (
            <tr key={i}>{row.map((cell, j) => typeof cell === "string"
              ? <td key={j}>{cell}</td>
              : <td key={j} class="num"><Figure text={figure(typeof cell === "number" ? cell : null)} why={t.charts.gap} /></td>)}</tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
