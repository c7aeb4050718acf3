// Shows a chart: its title, its latest values or its legend, the picture, the table of the same, and what it can be saved as.
// A chart that is not in sight is not drawn.

import { Component, createRef } from "preact";
import { t } from "../../text/texts";
import { Figure, Simulated } from "../figures";
import { Chart } from "./library";
import { paint } from "./paint";
import { saveCsv, savePng } from "./save";
import type { Legend, Spec } from "./spec";
import { TwinTable } from "./twin";

export interface PlotProps { spec: Spec; open: boolean; toggle: (open: boolean) => void; heading?: "h3" | "h4" }

export class Plot extends Component<PlotProps> {
  private readonly canvas = createRef<HTMLCanvasElement>();
  private chart: Chart | null = null;
  private drawn = "";
  private inSight = false;
  private watcher: IntersectionObserver | null = null;

  override shouldComponentUpdate(next: PlotProps): boolean {
    return next.spec.version !== this.props.spec.version || next.spec.empty !== this.props.spec.empty || next.open !== this.props.open;
  }

  override componentDidMount(): void {
    this.watcher = new IntersectionObserver((entries) => {
      this.inSight = entries.at(-1)?.isIntersecting ?? false;
      this.sync();
    }, { rootMargin: "120px" });
    if (this.canvas.current) this.watcher.observe(this.canvas.current);
  }

  override componentDidUpdate(): void {
    this.sync();
  }

  override componentWillUnmount(): void {
    this.watcher?.disconnect();
    this.chart?.destroy();
  }

  private sync(): void {
    const { spec } = this.props;
    if (!this.inSight || !this.canvas.current || spec.version === this.drawn) return;
    this.drawn = spec.version;
    const config = spec.build(paint());
    if (this.chart === null) {
      this.chart = new Chart(this.canvas.current, config);
      return;
    }
    this.chart.data = config.data;
    this.chart.options = config.options ?? {};
    this.chart.update("none");
  }

  override render() {
    const { spec, open, toggle, heading: Heading = "h3" } = this.props;
    const blank = spec.empty !== null;
    const plot = ["plot", spec.size ?? ""].filter(Boolean).join(" ");
    return (
      <figure class={blank ? "chart blank" : "chart"} aria-labelledby={`${spec.id}-title`} data-chart={spec.id}>
        <figcaption>
          <Heading id={`${spec.id}-title`}>{spec.title} {spec.unit ? <span class="unit">{spec.unit}</span> : null}</Heading>
          <Simulated when={spec.simulated && !blank} />
          {blank ? null : (
            <span class="save">
              <button type="button" class="plain" title={t.charts.savePng} onClick={() => savePng(spec)}>PNG</button>
              <button type="button" class="plain" title={t.charts.saveCsv} onClick={() => saveCsv(spec)}>CSV</button>
            </span>
          )}
        </figcaption>
        {spec.legend.length > 1 || spec.live ? (
          <ul class={spec.live ? "readouts" : "readouts past"} aria-label={spec.live ? t.charts.latest(spec.title) : t.charts.lines(spec.title)}>
            {spec.legend.map((line) => <Line key={line.name} line={line} live={spec.live ?? false} unit={spec.unit} />)}
          </ul>
        ) : null}
        <div class={plot} style={spec.height === undefined ? undefined : { height: `${spec.height}px` }}>
          <canvas ref={this.canvas} role="img" aria-label={`${spec.about}. ${t.charts.tableBelow}`} />
          {blank ? <p class="empty">{spec.empty}</p> : null}
        </div>
        {spec.note ? <p class="quiet note">{spec.note}</p> : null}
        <TwinTable spec={spec} open={open} toggle={toggle} />
      </figure>
    );
  }
}

function Line({ line, live, unit }: { line: Legend; live: boolean; unit: string }) {
  return (
    <li class={`readout ${line.hue}`}>
      <span class={(line.dash?.length ?? 0) > 0 ? "swatch dashed" : "swatch"} aria-hidden="true" /><span class="role">{line.name}</span>{" "}
      {live ? <Figure text={line.readout ?? t.missing} unit={unit} why={t.charts.nothingYet} /> : null}
    </li>
  );
}
