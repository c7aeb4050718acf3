// The tokens of one exchange as they came: how many so far, over the time since the send.

import type { ChartOptions } from "chart.js";
import { thin } from "../../state/thin";
import type { ExchangeWhole } from "../../state/wire";
import { t } from "../../text/texts";
import { roundStep, roundTop } from "../axis";
import { figure } from "../format";
import { axis, common } from "./library";
import type { Hue, Spec } from "./spec";
import { tickText } from "./time";

/** Points of the line; its table has every chunk. */
const POINTS = 2000;

/** Tokens so far after each chunk; a chunk that does not tell its tokens counts as one. */
export function soFar(chunks: ExchangeWhole["chunks"]): { x: number; y: number; tokens: number }[] {
  let y = 0;
  return chunks.at_ms.map((x, i) => {
    const tokens = chunks.tokens[i] ?? 1;
    y += tokens;
    return { x, y, tokens };
  });
}

export function tokensSpec(e: ExchangeWhole, at: number, version: string): Spec {
  const points = soFar(e.chunks);
  const hue: Hue = e.target;
  const last = Math.max(e.closed_ms, points.at(-1)?.x ?? 0);
  return {
    id: "tokens", title: t.film.title, unit: t.film.unit, about: t.film.about(points.length), version, pinned: at, simulated: e.simulated,
    legend: [{ name: e.target, hue }], empty: points.length === 0 ? t.film.none : null,
    build: (paint) => {
      const shared = common(paint);
      const top = roundTop(points.at(-1)?.y ?? 1);
      const x = axis(paint, { min: 0, max: last, text: (v) => `${tickText(v)} ms`, line: true });
      const options: ChartOptions = {
        ...shared, interaction: { mode: "nearest", axis: "x", intersect: false },
        scales: {
          x: { ...x, ticks: { ...x.ticks, includeBounds: false } },
          y: axis(paint, { min: 0, max: top, step: roundStep(top), text: tickText }),
        },
        plugins: {
          ...shared.plugins,
          marks: { at: [...(e.headers_ms === null ? [] : [{ at: e.headers_ms, label: t.film.headers }]), ...(e.finish_ms === null ? [] : [{ at: e.finish_ms, label: t.film.finish }])] },
          tooltip: { ...shared.plugins?.tooltip, callbacks: { title: (items) => `${figure(items[0]?.parsed.x ?? 0)} ms`, label: (item) => t.film.soFar(figure(item.parsed.y ?? 0, 0)) } },
        } as NonNullable<ChartOptions["plugins"]>,
      };
      const data = [{ x: 0, y: 0 }, ...thin(points, POINTS)] as { x: number; y: number }[];
      return { type: "line", data: { datasets: [{ label: e.target, data, stepped: "before" as const, borderColor: paint.of(hue), backgroundColor: paint.of(hue), borderWidth: 1.5, pointRadius: points.length <= 60 ? 2 : 0 }] }, options };
    },
    table: () => ({
      head: [t.film.since, t.film.gap, t.film.tokens, t.film.kind],
      rows: points.map((point, i) => [point.x, i === 0 ? null : point.x - (points[i - 1]?.x ?? 0), e.chunks.tokens[i] ?? null, t.film.kinds[e.chunks.kind[i] ?? "answer"]]),
    }),
  };
}
