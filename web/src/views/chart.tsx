// One chart: a canvas with title, unit, latest values and a table twin. The only file that knows Chart.js.

import { Chart as Plot, LinearScale, LineController, LineElement, PointElement, Tooltip, type ChartConfiguration } from "chart.js";
import { Component, createRef } from "preact";
import type { Point, Ring } from "../state/ring";
import { ceilingStep, roundSpan, roundStep, roundTop } from "./axis";
import { ChartTable } from "./chart_table";
import { Figure, Simulated } from "./figures";
import { figure, seconds } from "./format";

Plot.register(LineController, LineElement, PointElement, LinearScale, Tooltip);

/** Up to here every point of a line gets its dot: three exchanges must be three visible points. GPU samples come by the dozen. */
const DOTS_UP_TO = { main: 60, mini: 60, gpu: 12 };

export interface Trace {
  name: string;
  /** Which hue: one per engine, one for the GPU. */
  hue: "main" | "mini" | "gpu";
  ring: Ring | undefined;
  /** Lengths of line and gap, for traces that share a hue. */
  dash?: number[];
}

export interface ChartProps {
  id: string;
  title: string;
  unit: string;
  /** The size of one `unit` in the series' own unit: 1, or 1024³ for bytes shown in GiB. */
  per: number;
  decimals?: number;
  shape: "line" | "points";
  traces: Trace[];
  /** Milliseconds since the run's start, for the end of the time axis. */
  elapsedMs: number;
  /** A known upper end in the series' unit, such as the size of the memory. */
  ceiling?: number | null;
  simulated: boolean;
  /** What stands in place of points while there are none. */
  empty: string;
  tableOpen: boolean;
  toggleTable: (open: boolean) => void;
  /** A run that is over has no latest value worth large letters. */
  past?: boolean;
}

export class Chart extends Component<ChartProps> {
  private readonly canvas = createRef<HTMLCanvasElement>();
  private readonly scheme = window.matchMedia("(prefers-color-scheme: dark)");
  private plot: Plot<"line", Point[]> | null = null;
  private drawn = "";

  override shouldComponentUpdate(next: ChartProps): boolean {
    return fingerprint(next) !== this.drawn || next.tableOpen !== this.props.tableOpen;
  }

  override componentDidMount(): void {
    this.sync();
    this.scheme.addEventListener("change", this.repaint);
  }

  override componentDidUpdate(): void {
    this.sync();
  }

  override componentWillUnmount(): void {
    this.scheme.removeEventListener("change", this.repaint);
    this.plot?.destroy();
  }

  /** Colours are read when the plot is made; another colour scheme needs another plot. */
  private readonly repaint = (): void => {
    this.plot?.destroy();
    this.plot = null;
    this.sync();
  };

  private sync(): void {
    this.drawn = fingerprint(this.props);
    if (!this.canvas.current) return;
    this.plot ??= new Plot(this.canvas.current, configuration(this.props, paint()));
    const { traces, shape, elapsedMs } = this.props;
    // A second GPU is known from its first sample on, later than the chart.
    if (this.plot.data.datasets.length !== traces.length) this.plot.data.datasets = traces.map((trace) => dataset(trace, shape, paint()));
    for (const [i, trace] of traces.entries()) {
      const dataset = this.plot.data.datasets[i];
      if (dataset) dataset.data = trace.ring?.points ?? [];
    }
    setAxes(this.plot, this.props, elapsedMs);
    this.plot.update("none");
  }

  override render() {
    const { id, title, unit, traces, simulated, empty, tableOpen, toggleTable, per, decimals } = this.props;
    const filled = hasPoints(this.props);
    return (
      <figure class={filled ? "chart" : "chart blank"} aria-labelledby={`${id}-title`} data-chart={id}>
        <figcaption>
          <h3 id={`${id}-title`}>{title} <span class="unit">{unit}</span></h3>
          <Simulated when={simulated && filled} />
        </figcaption>
        {this.props.past && traces.length === 1 ? null : (
          <ul class={this.props.past ? "readouts past" : "readouts"} aria-label={this.props.past ? `${title}, lines` : `${title}, latest`}>
            {traces.map((trace) => this.props.past ? <Legend key={trace.name} trace={trace} /> : <Readout key={trace.name} trace={trace} unit={unit} per={per} decimals={decimals} />)}
          </ul>
        )}
        <div class="plot">
          <canvas ref={this.canvas} role="img" aria-label={`${title} in ${unit} over the time of the run; the table below holds the same points`} />
          {filled ? null : <p class="empty">{empty}</p>}
        </div>
        <ChartTable id={id} unit={unit} per={per} decimals={decimals} traces={traces} open={tableOpen} toggle={toggleTable} />
      </figure>
    );
  }
}

function Readout({ trace, unit, per, decimals }: { trace: Trace; unit: string; per: number; decimals: number | undefined }) {
  const latest = trace.ring?.latest()?.y ?? null;
  return (
    <li class={`readout ${trace.hue}`}>
      <Swatch trace={trace} /><span class="role">{trace.name}</span>{" "}
      <Figure text={figure(latest === null ? null : latest / per, decimals)} unit={unit} why="no value in this run yet" />
    </li>
  );
}

function Legend({ trace }: { trace: Trace }) {
  return <li class={`readout ${trace.hue}`}><Swatch trace={trace} /><span class="role">{trace.name}</span></li>;
}

function Swatch({ trace }: { trace: Trace }) {
  return <span class={(trace.dash?.length ?? 0) > 0 ? "swatch dashed" : "swatch"} aria-hidden="true" />;
}

function hasPoints(props: ChartProps): boolean {
  return props.traces.some((trace) => (trace.ring?.points.length ?? 0) > 0);
}

/** Changes whenever the drawing must; costs a few additions. */
function fingerprint(props: ChartProps): string {
  const versions = props.traces.map((trace) => `${trace.name}:${trace.ring?.version ?? -1}`).join();
  return `${versions}|${roundSpan(props.elapsedMs).span}|${props.ceiling ?? ""}|${props.simulated}|${props.empty}`;
}

interface Paint { main: string; mini: string; gpu: string; ink: string; rule: string; panel: string }

function paint(): Paint {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return { main: read("--main"), mini: read("--mini"), gpu: read("--gpu"), ink: read("--quiet"), rule: read("--rule"), panel: read("--panel") };
}

function setAxes(plot: Plot<"line", Point[]>, props: ChartProps, elapsedMs: number): void {
  const { x, y } = plot.options.scales ?? {};
  if (!x || !y) return;
  const dropped = props.traces.filter((trace) => (trace.ring?.dropped ?? 0) > 0);
  const first = Math.min(...dropped.map((trace) => trace.ring?.points[0]?.x ?? Infinity));
  const last = Math.max(elapsedMs, ...props.traces.map((trace) => trace.ring?.points.at(-1)?.x ?? 0));
  x.min = Number.isFinite(first) ? Math.floor(first / 1000) * 1000 : 0;
  const time = roundSpan(last - x.min);
  x.max = x.min + time.span;
  const highest = Math.max(0, ...props.traces.flatMap((trace) => trace.ring?.points.map((point) => point.y ?? 0) ?? []));
  const top = Math.max(highest / props.per, 0) || 1;
  // Axes start at zero: half of a value must look like half.
  const known = props.ceiling && props.ceiling >= highest ? ceilingStep(props.ceiling / props.per) : null;
  y.min = 0;
  y.max = (known?.top ?? roundTop(top)) * props.per;
  // A scale without a point on it would measure nothing.
  x.display = y.display = hasPoints(props);
  Object.assign(x, { ticks: { ...x.ticks, stepSize: time.step } });
  Object.assign(y, { ticks: { ...y.ticks, stepSize: (known?.step ?? roundStep(y.max / props.per)) * props.per } });
}

function configuration(props: ChartProps, colours: Paint): ChartConfiguration<"line", Point[]> {
  const font = { family: "system-ui, sans-serif", size: 11 };
  const ticks = { color: colours.ink, font, maxRotation: 0, minRotation: 0 };
  const shown = (value: number) => figure(value / props.per, value === 0 ? 0 : undefined);
  return {
    type: "line",
    data: { datasets: props.traces.map((trace) => dataset(trace, props.shape, colours)) },
    options: {
      animation: false, parsing: false, normalized: true, responsive: true, maintainAspectRatio: false, spanGaps: false,
      interaction: { mode: "nearest", axis: "x", intersect: false },
      layout: { padding: { top: 6, right: 8 } },
      scales: {
        x: {
          type: "linear", grid: { color: colours.rule, drawTicks: false }, border: { color: colours.ink },
          ticks: { ...ticks, padding: 6, callback: (value) => `${figure(Number(value) / 1000, Number(value) % 1000 === 0 ? 0 : 1)} s` },
        },
        y: {
          type: "linear", grid: { color: colours.rule, drawTicks: false }, border: { display: false },
          ticks: { ...ticks, padding: 6, callback: (value) => tickText(Number(value) / props.per) },
        },
      },
      plugins: {
        tooltip: {
          backgroundColor: colours.panel, borderColor: colours.ink, borderWidth: 1, titleColor: colours.ink, bodyColor: colours.ink,
          cornerRadius: 2, displayColors: true, boxPadding: 4, titleFont: font, bodyFont: font,
          callbacks: {
            title: (items) => (items[0] ? `${seconds(items[0].parsed.x ?? 0)} s` : ""),
            label: (item) => `${item.dataset.label ?? ""} ${shown(item.parsed.y ?? 0)} ${props.unit}`,
          },
        },
      },
    },
  };
}

/** Ticks are round already: as many decimals as the step needs, no more. */
function tickText(value: number): string {
  return figure(value, Number.isInteger(Number(value.toFixed(6))) ? 0 : 1);
}

function dataset(trace: Trace, shape: ChartProps["shape"], colours: Paint) {
  const colour = colours[trace.hue];
  const alone = (data: Point[], i: number) => (data[i - 1]?.y ?? null) === null && (data[i + 1]?.y ?? null) === null;
  return {
    label: trace.name, data: trace.ring?.points ?? [],
    showLine: shape === "line", borderColor: colour, backgroundColor: colour, borderWidth: 1.5, borderDash: trace.dash ?? [], tension: 0,
    // The form differs as well as the hue, for eyes and printers that do not tell hues apart.
    pointStyle: trace.hue === "mini" ? ("rectRot" as const) : ("circle" as const),
    pointHoverRadius: 4, pointBorderWidth: 0, hitRadius: 6,
    pointRadius: (context: { dataIndex: number; dataset: { data: unknown } }) => {
      const data = context.dataset.data as Point[];
      if (shape === "points" || data.length <= DOTS_UP_TO[trace.hue]) return trace.hue === "mini" ? 4 : 3;
      return alone(data, context.dataIndex) ? 2 : 0;
    },
  };
}
