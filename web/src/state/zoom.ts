// The stretch of an axis that is shown: moved and narrowed in steps, kept as text. Pure.

export type Range = readonly [from: number, to: number];
export type Step = "in" | "out" | "left" | "right";

/** Narrower than this share of the whole, an axis says nothing any more. */
const NARROWEST = 1 / 5_000;

export function keptRange(range: Range): string {
  return range.map((end) => Number(end.toPrecision(6))).join();
}

export function readRange(kept: unknown): Range | null {
  const [from = NaN, to = NaN, ...more] = typeof kept === "string" && kept !== "" ? kept.split(",").map(Number) : [];
  return more.length === 0 && from < to ? [from, to] : null;
}

/** One step from what is shown; null once that is the whole. */
export function stepRange(now: Range, whole: Range, step: Step): Range | null {
  const size = now[1] - now[0];
  switch (step) {
    case "in": return within([now[0] + size / 4, now[1] - size / 4], whole);
    case "out": return within([now[0] - size / 2, now[1] + size / 2], whole);
    case "left": return within([now[0] - size / 4, now[1] - size / 4], whole);
    case "right": return within([now[0] + size / 4, now[1] + size / 4], whole);
  }
}

/** Inside the whole, as wide as asked where that fits. */
export function within(asked: Range, whole: Range): Range | null {
  const all = whole[1] - whole[0];
  const size = Math.max(asked[1] - asked[0], all * NARROWEST);
  if (size >= all * 0.999) return null;
  const from = Math.min(Math.max(asked[0], whole[0]), whole[1] - size);
  return [from, from + size];
}
