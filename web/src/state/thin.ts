// Fewer points of a series without losing what matters: of each piece the lowest, the highest, and that there was a gap.

/** `x` in milliseconds since the run's start; `y` null draws a gap. */
export interface Point { x: number; y: number | null }

/** At most about `most` points, in the order of time. */
export function thin(points: readonly Point[], most: number): Point[] {
  if (points.length <= most) return [...points];
  // Three points a piece at the most: the two extremes and a gap.
  const pieces = Math.max(1, Math.floor(most / 3));
  const size = points.length / pieces;
  const kept: Point[] = [];
  for (let piece = 0; piece < pieces; piece += 1) {
    keep(points, Math.floor(piece * size), Math.floor((piece + 1) * size), kept);
  }
  return kept;
}

function keep(points: readonly Point[], from: number, to: number, kept: Point[]): void {
  let low = -1;
  let high = -1;
  let gap = -1;
  for (let i = from; i < to; i += 1) {
    const y = points[i]?.y ?? null;
    if (y === null) { gap = i; continue; }
    if (low < 0 || y < (points[low]?.y ?? 0)) low = i;
    if (high < 0 || y > (points[high]?.y ?? 0)) high = i;
  }
  for (const i of [...new Set([low, high, gap])].filter((index) => index >= 0).sort((a, b) => a - b)) {
    const point = points[i];
    if (point) kept.push(point);
  }
}
