// Shows a chart: its title, its latest values or its legend, the picture, the table of the same, and what it can be saved as.
// A chart that is not in sight is not drawn. On an axis of time a stretch can be chosen, by dragging or by keys.

import { Component, createContext, createRef } from "preact";
import type { Scheme } from "../../state/prefs";
import { keptRange, stepRange, within, type Range, type Step } from "../../state/zoom";
import { t } from "../../text/texts";
import { Figure, Simulated } from "../figures";
import { Chart } from "./library";
import { paint } from "./paint";
import { saveCsv, savePng } from "./save";
import { zoomed, type Legend, type Spec } from "./spec";
import { timeTick } from "./time";
import { TwinTable } from "./twin";

/** The colours that the page wears: when they change, every chart in sight is drawn anew, and nothing else is lost. */
export const Look = createContext<Scheme>("light");

/** `zoom`: what is shown of the time; null = all of it. */
export interface PlotProps { spec: Spec; open: boolean; toggle: (open: boolean) => void; zoom: Range | null; setZoom: (kept: string) => void }

const STEPS: Record<string, Step> = { "+": "in", "=": "in", "-": "out", ArrowLeft: "left", ArrowRight: "right" };
/** A drag of fewer pixels was a click. */
const DRAGGED = 6;

export class Plot extends Component<PlotProps> {
  static override contextType = Look;
  private readonly canvas = createRef<HTMLCanvasElement>();
  private readonly pin = createRef<HTMLDivElement>();
  private readonly selection = createRef<HTMLDivElement>();
  private chart: Chart | null = null;
  private drawn = "";
  private whole: Range = [0, 1];
  /** Where a drag began, in pixels of the plot. */
  private from: number | null = null;
  private inSight = false;
  private watcher: IntersectionObserver | null = null;

  override shouldComponentUpdate(next: PlotProps): boolean {
    const { spec, open, zoom } = this.props;
    return next.spec.version !== spec.version || next.spec.empty !== spec.empty || next.spec.pinned !== spec.pinned || next.open !== open || next.zoom?.join() !== zoom?.join();
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
    const { spec, zoom } = this.props;
    if (!this.inSight || !this.canvas.current) return;
    const now = `${spec.version}|${zoom?.join() ?? ""}|${String(this.context)}`;
    if (now !== this.drawn) {
      this.drawn = now;
      this.draw();
    }
    this.place();
  }

  private draw(): void {
    const { spec, zoom } = this.props;
    if (!this.canvas.current) return;
    const config = spec.build(paint());
    const { min = 0, max = 1 } = config.options?.scales?.["x"] as { min?: number; max?: number } ?? {};
    this.whole = [min, max];
    zoomed(config, zoom);
    if (this.chart === null) {
      this.chart = new Chart(this.canvas.current, { ...config, plugins: [{ id: "place", afterLayout: () => this.place() }] });
      return;
    }
    this.chart.data = config.data;
    this.chart.options = config.options ?? {};
    this.chart.update("none");
  }

  /** The pinned moment is a line over the canvas: it moves without a draw. */
  private place(): void {
    const { pinned } = this.props.spec;
    const line = this.pin.current;
    const x = this.chart?.scales["x"];
    if (!line || !this.chart || !x || pinned === undefined) return;
    const { top, height } = this.chart.chartArea;
    line.hidden = pinned < x.min || pinned > x.max;
    Object.assign(line.style, { left: `${x.getPixelForValue(pinned)}px`, top: `${top}px`, height: `${height}px` });
  }

  private readonly press = (event: PointerEvent): void => {
    const area = this.chart?.chartArea;
    if (event.button !== 0 || !area || event.offsetX < area.left || event.offsetX > area.right) return;
    this.from = event.offsetX;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
  };

  private readonly drag = (event: PointerEvent): void => {
    const box = this.selection.current;
    const area = this.chart?.chartArea;
    if (this.from === null || !box || !area) return;
    const to = Math.min(Math.max(event.offsetX, area.left), area.right);
    box.hidden = Math.abs(to - this.from) < DRAGGED;
    Object.assign(box.style, { left: `${Math.min(this.from, to)}px`, width: `${Math.abs(to - this.from)}px`, top: `${area.top}px`, height: `${area.height}px` });
  };

  private readonly release = (event: PointerEvent): void => {
    const { from } = this;
    this.from = null;
    if (this.selection.current) this.selection.current.hidden = true;
    const x = this.chart?.scales["x"];
    if (from === null || !x || event.type === "pointercancel" || Math.abs(event.offsetX - from) < DRAGGED) return;
    const [a = 0, b = 0] = [from, event.offsetX].map((at) => x.getValueForPixel(at) ?? 0).sort((one, other) => one - other);
    this.show(within([Math.max(a, x.min), Math.min(b, x.max)], this.whole));
  };

  private readonly key = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey || (!step && event.key !== "0")) return;
    event.preventDefault();
    this.show(step ? stepRange(this.props.zoom ?? this.whole, this.whole, step) : null);
  };

  private show(range: Range | null): void {
    this.props.setZoom(range ? keptRange(range) : "");
  }

  override render() {
    const { spec, open, toggle, zoom } = this.props;
    const blank = spec.empty !== null;
    const zooms = spec.time !== undefined && !blank;
    return (
      <figure class={blank ? "chart blank" : "chart"} aria-labelledby={`${spec.id}-title`} data-chart={spec.id}>
        <figcaption>
          <h3 id={`${spec.id}-title`}>{spec.title} {spec.unit ? <span class="unit">{spec.unit}</span> : null}</h3>
          <Simulated when={spec.simulated && !blank} />
          {zoom && zooms ? <button type="button" class="plain zoom" title={`${timeTick(zoom[0])} – ${timeTick(zoom[1])}: ${t.charts.wholeTime}`} aria-label={t.charts.wholeTime} onClick={() => this.show(null)}>⟲</button> : null}
        </figcaption>
        {spec.legend.length > 1 || spec.live ? (
          <ul class={spec.live ? "readouts" : "readouts past"} aria-label={spec.live ? t.charts.latest(spec.title) : t.charts.lines(spec.title)}>
            {spec.legend.map((line) => <Line key={line.name} line={line} live={spec.live ?? false} unit={spec.unit} />)}
          </ul>
        ) : null}
        <div
          class={zooms ? "plot zooms" : "plot"} style={spec.height === undefined ? undefined : { height: `${spec.height}px` }}
          {...(zooms ? { tabIndex: 0, role: "group", "aria-label": t.charts.zoomOf(spec.title), onKeyDown: this.key, onDblClick: () => this.show(null) } : {})}
        >
          <canvas
            ref={this.canvas} role="img" aria-label={`${spec.about}. ${t.charts.tableBelow}`}
            {...(zooms ? { onPointerDown: this.press, onPointerMove: this.drag, onPointerUp: this.release, onPointerCancel: this.release } : {})}
          />
          {spec.pinned === undefined ? null : <div ref={this.pin} class="pin-line" hidden />}
          {zooms ? <div ref={this.selection} class="selection" hidden /> : null}
          {blank ? <p class="empty">{spec.empty}</p> : null}
        </div>
        {spec.note ? <p class="quiet note">{spec.note}</p> : null}
        <div class="under">
          <TwinTable spec={spec} open={open} toggle={toggle} />
          {blank ? null : (
            <span class="save">
              <button type="button" class="plain" title={t.charts.savePng} onClick={() => savePng(spec, zoom)}>PNG</button>
              <button type="button" class="plain" title={t.charts.saveCsv} onClick={() => saveCsv(spec)}>CSV</button>
            </span>
          )}
        </div>
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
