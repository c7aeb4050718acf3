// A bounded series of points in time order: the newest MAX_POINTS stay, the oldest leave.

/** Points kept of one series; above it a browser spends more on drawing than the figures are worth. */
export const MAX_POINTS = 2000;

/** `x` in milliseconds since the run's start; `y` null draws a gap. */
export interface Point { x: number; y: number | null }

/** Mutated in place, because the chart library reads the very same array. `version` tells that it changed. */
export class Ring {
  readonly points: Point[] = [];
  version = 0;
  /** Points that have left; above zero the chart no longer starts at the run's start. */
  dropped = 0;

  append(incoming: readonly (readonly [number, number | null])[]): void {
    if (incoming.length === 0) return;
    for (const [x, y] of incoming) this.points.push({ x, y });
    const surplus = this.points.length - MAX_POINTS;
    if (surplus > 0) {
      this.points.splice(0, surplus);
      this.dropped += surplus;
    }
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
