// A bounded series of points in time order over the whole run. When it is full, pieces of time are thinned, the oldest
// first, extremes and gaps kept: every part of a run stays as fine as the others within a factor of two, however long it is.

import { extremes, type Point } from "./thin";

export type { Point };

/** Points of one series on the screen; above it a browser spends more on drawing than the figures are worth. */
export const MAX_POINTS = 2000;
/** Points of a series that grows: about a low and a high for each pixel of the Lab's charts. It is full within minutes, and then costs no more. */
export const LIVE_POINTS = 600;

/** Mutated in place, and shared between states. `version` tells that it changed. */
export class Ring {
  readonly points: Point[] = [];
  version = 0;
  /** Points that came, of which [`points`] are left. */
  total = 0;
  /** Milliseconds that have one piece's points; 0 = every point is there. */
  private piece = 0;
  /** Points up to here are of pieces of twice that. */
  private widened = 0;

  append(incoming: readonly (readonly [number, number | null])[]): void {
    if (incoming.length === 0) return;
    for (const [x, y] of incoming) this.add({ x, y });
    this.total += incoming.length;
    this.version += 1;
  }

  /** The newest value that is not a gap. */
  latest(): Point | null {
    for (let i = this.points.length - 1; i >= 0; i -= 1) {
      const point = this.points[i];
      if (point && point.y !== null) return point;
    }
    return null;
  }

  /** The newest point always stays: a line ends where the run is. */
  private add(point: Point): void {
    if (this.piece > 0) this.settle();
    this.points.push(point);
    while (this.points.length > LIVE_POINTS) this.widen();
  }

  /** Thins the newest piece, as far as it has come. */
  private settle(): void {
    const { points, piece } = this;
    const end = points.length;
    let from = end;
    while (from > this.widened && same(points[from - 1], points[end - 1], piece)) from -= 1;
    if (end - from > 1) this.replace(from, end);
  }

  /** Thins one more piece of twice the length; behind the last one it begins again with the oldest. */
  private widen(): void {
    const { points } = this;
    const piece = this.piece === 0 ? 1 : 2 * this.piece;
    const from = this.widened;
    let to = from + 1;
    while (to < points.length && same(points[to], points[from], piece)) to += 1;
    if (to < points.length) {
      this.widened = from + this.replace(from, to);
      return;
    }
    // One piece has everything: nothing longer could thin it.
    if (from === 0) this.replace(0, points.length - 1);
    this.piece = piece;
    this.widened = 0;
  }

  private replace(from: number, to: number): number {
    const kept = extremes(this.points, from, to);
    if (kept.length < to - from) this.points.splice(from, to - from, ...kept);
    return kept.length;
  }
}

function same(a: Point | undefined, b: Point | undefined, piece: number): boolean {
  return a !== undefined && b !== undefined && Math.floor(a.x / piece) === Math.floor(b.x / piece);
}
