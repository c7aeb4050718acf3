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
    kept.push(...extremes(points, Math.floor(piece * size), Math.floor((piece + 1) * size)));
  }
  return kept;
}

/** What is kept of the points from `from` up to `to`, three at the most. */
export function extremes(points: readonly Point[], from: number, to: number): Point[] {
  let low = -1;
  let high = -1;
  let gap = -1;
  for (let i = from; i < to; i += 1) {
    const y = points[i]?.y ?? null;
    if (y === null) { gap = i; continue; }
    if (low < 0 || y < (points[low]?.y ?? 0)) low = i;
    if (high < 0 || y > (points[high]?.y ?? 0)) high = i;
  }
  const kept = [...new Set([low, high, gap])].filter((index) => index >= 0).sort((a, b) => a - b);
  return kept.flatMap((i) => points[i] ?? []);
}
