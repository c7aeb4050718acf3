// Which charts there are. All share the time axis of the run they show.

import { shownSimulated } from "../state/select";
import type { Commands, State } from "../state/store";
import type { Gpu } from "../state/wire";
import { Chart, type ChartProps, type Trace } from "./chart";
import { gpuTraces } from "./gpu_traces";

const GIB = 1024 ** 3;
const ENGINES = ["main", "mini"] as const;

export function Charts({ state, commands }: { state: State; commands: Commands }) {
  return (
    <section class="chart-rows" aria-label="Charts of the run">
      <Row of={engineCharts(state)} state={state} commands={commands} />
      <Row of={gpuCharts(state)} state={state} commands={commands} />
    </section>
  );
}

function Row({ of, state, commands }: { of: Definition[]; state: State; commands: Commands }) {
  return (
    <div class="charts">
      {of.map((props) => (
        <Chart
          key={props.id}
          {...props}
          elapsedMs={state.live.shown?.elapsed_ms ?? 0}
          simulated={shownSimulated(state)}
          tableOpen={state.openTables[props.id] ?? false}
          toggleTable={(open) => commands.toggleTable(props.id, open)}
        />
      ))}
    </div>
  );
}

type Definition = Omit<ChartProps, "elapsedMs" | "simulated" | "tableOpen" | "toggleTable">;

function engineCharts(state: State): Definition[] {
  const empty = waiting(state);
  const traces = (measure: string): Trace[] => ENGINES.map((role) => ({ name: role, hue: role, ring: state.live.series[role]?.[measure] }));
  const shared = { per: 1, decimals: 1, empty };
  return [
    { ...shared, id: "rate", title: "Generation rate", unit: "tok/s", shape: "line", traces: traces("tokens_per_second") },
    { ...shared, id: "ttft", title: "Time to first token", unit: "ms", shape: "points", traces: traces("ttft_ms") },
  ];
}

/** Memory always, so that a missing GPU says so; the others only where a GPU tells them. */
function gpuCharts(state: State): Definition[] {
  const gpu = state.gpu.state === "loaded" ? state.gpu.value : null;
  const traces = (measure: string) => gpuTraces(state.live.series, measure);
  const told = (measure: string) => traces(measure).some((trace) => trace.ring !== undefined);
  const shared = (measure: string) => ({ shape: "line" as const, traces: traces(measure), empty: gpuEmpty(gpu, waiting(state)) });
  const charts: Definition[] = [
    { ...shared("vram_used_bytes"), id: "vram", title: "GPU memory in use", unit: "GiB", per: GIB, decimals: 2, ceiling: memoryOf(gpu) },
  ];
  if (told("utilisation_percent")) {
    charts.push({ ...shared("utilisation_percent"), id: "utilisation", title: "GPU utilisation", unit: "%", per: 1, decimals: 0, ceiling: 100 });
  }
  if (told("power_w")) charts.push({ ...shared("power_w"), id: "power", title: "GPU power", unit: "W", per: 1, decimals: 1 });
  return charts;
}

/** Of the largest card, in bytes: all share one axis. */
export function memoryOf(gpu: Gpu | null): number | null {
  const totals = gpu?.devices.flatMap((device) => device.vram_total_bytes ?? []) ?? [];
  return totals.length > 0 ? Math.max(...totals) : null;
}

function waiting(state: State): string {
  if (state.live.run) return "waiting for the first value";
  return state.live.shown ? "no values of this run on the page" : "no run on the charts yet";
}

function gpuEmpty(gpu: Gpu | null, waiting: string): string {
  return gpu?.state === "absent" ? `no GPU: ${gpu.reason ?? "none found"}` : waiting;
}
