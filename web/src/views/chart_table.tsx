// The table twin of a chart: the same points as text, for screen readers, for copying, for doubt.

import type { Trace } from "./chart";
import { Figure } from "./figures";
import { figure, seconds } from "./format";

/** Rows shown; more would be a file, and the daemon has it. */
const ROWS = 200;

interface Props {
  id: string;
  unit: string;
  per: number;
  decimals: number | undefined;
  traces: Trace[];
  open: boolean;
  toggle: (open: boolean) => void;
}

export function ChartTable({ id, unit, per, decimals, traces, open, toggle }: Props) {
  return (
    <details class="twin" open={open} onToggle={(event) => toggle((event.currentTarget as HTMLDetailsElement).open)}>
      <summary>Table</summary>
      {open ? <Rows id={id} unit={unit} per={per} decimals={decimals} traces={traces} /> : null}
    </details>
  );
}

function Rows({ id, unit, per, decimals, traces }: Omit<Props, "open" | "toggle">) {
  const all = traces.flatMap((trace) => (trace.ring?.points ?? []).map((point) => ({ name: trace.name, ...point })));
  all.sort((a, b) => b.x - a.x);
  if (all.length === 0) return <p class="quiet">no points</p>;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={`${id} as a table`}>
      <table>
        <caption>{all.length > ROWS ? `the newest ${ROWS} of ${figure(all.length, 0)} points` : `${all.length} points, newest first`}</caption>
        <thead><tr><th scope="col" class="num">time (s)</th><th scope="col">of</th><th scope="col" class="num">value ({unit})</th></tr></thead>
        <tbody>
          {all.slice(0, ROWS).map((row, i) => (
            <tr key={all.length - i}>
              <td class="num">{seconds(row.x)}</td><td>{row.name}</td>
              <td class="num"><Figure text={figure(row.y === null ? null : row.y / per, decimals)} why="a gap: no value at this moment" /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
