// A chart as a file: a picture with title, unit, legend and, where it must, the word "simulated"; or its table.

import { csv } from "../../state/csv";
import type { Range } from "../../state/zoom";
import { t } from "../../text/texts";
import { download } from "../download";
import { Chart } from "./library";
import { paint, type Paint } from "./paint";
import { zoomed, type Spec } from "./spec";

/** In CSS pixels; drawn at twice as many. */
const WIDTH = 960;
const HEIGHT = 340;
const SCALE = 2;
const HEAD = 58;

export function saveCsv(spec: Spec): void {
  const { head, rows } = spec.table();
  const marked = spec.simulated && !spec.mixed;
  download(`${spec.id}.csv`, "text/csv", csv(marked ? [...head, "origin"] : head, marked ? rows.map((row) => [...row, "simulated"]) : rows));
}

export function savePng(spec: Spec, zoom: Range | null): void {
  picture(spec, paint(), zoom).toBlob((blob) => { if (blob) download(`${spec.id}.png`, "image/png", blob); });
}

/** The chart on a canvas of its own, apart from the page. */
export function picture(spec: Spec, colours: Paint, zoom: Range | null = null): HTMLCanvasElement {
  const height = Math.max(HEIGHT, spec.height ?? 0);
  const inner = document.createElement("canvas");
  inner.width = WIDTH * SCALE;
  inner.height = height * SCALE;
  const config = spec.build(colours);
  zoomed(config, zoom);
  const chart = new Chart(inner, { ...config, options: { ...config.options, responsive: false, devicePixelRatio: SCALE, animation: false, events: [] } });
  chart.resize(WIDTH, height);
  const whole = framed(inner, spec, colours, height);
  chart.destroy();
  return whole;
}

function framed(inner: HTMLCanvasElement, spec: Spec, colours: Paint, height: number): HTMLCanvasElement {
  const whole = document.createElement("canvas");
  whole.width = (WIDTH + 32) * SCALE;
  whole.height = (height + HEAD + 12) * SCALE;
  const ctx = whole.getContext("2d");
  if (!ctx) return whole;
  ctx.scale(SCALE, SCALE);
  ctx.fillStyle = colours.panel;
  ctx.fillRect(0, 0, WIDTH + 32, height + HEAD + 12);
  ctx.fillStyle = colours.ink;
  ctx.font = "600 15px system-ui, sans-serif";
  ctx.fillText(`${spec.title}${spec.unit ? ` (${spec.unit})` : ""}`, 16, 24);
  if (spec.simulated) {
    ctx.fillStyle = colours.warn;
    ctx.textAlign = "right";
    ctx.fillText(t.simulated.loud, WIDTH + 16, 24);
    ctx.textAlign = "left";
  }
  legend(ctx, spec, colours);
  ctx.drawImage(inner, 16, HEAD, WIDTH, height);
  return whole;
}

function legend(ctx: CanvasRenderingContext2D, spec: Spec, colours: Paint): void {
  let x = 16;
  ctx.font = "12px system-ui, sans-serif";
  for (const line of spec.legend) {
    ctx.fillStyle = colours.of(line.hue);
    ctx.fillRect(x, 37, 10, 10);
    ctx.fillStyle = colours.ink;
    ctx.fillText(line.name, x + 15, 46);
    x += 35 + ctx.measureText(line.name).width;
  }
}
