// A bounded series of points in time order over the whole run: when it is full it is thinned, extremes and gaps kept.

import { thin, type Point } from "./thin";

export type { Point };

/** Points of one series on the screen; above it a browser spends more on drawing than the figures are worth. */
export const MAX_POINTS = 2000;

/** Mutated in place, because the chart library reads the very same array. `version` tells that it changed. */
export class Ring {
  readonly points: Point[] = [];
  version = 0;
  /** Points that came, of which [`points`] are left. */
  total = 0;

  append(incoming: readonly (readonly [number, number | null])[]): void {
    if (incoming.length === 0) return;
    for (const [x, y] of incoming) this.points.push({ x, y });
    this.total += incoming.length;
    // By half, so that it is not done again with the next point.
    if (this.points.length > MAX_POINTS) this.points.splice(0, this.points.length, ...thin(this.points, MAX_POINTS / 2));
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
}
