// Ends and steps of axes: round figures that stay still while points come in.

/** Round spans of a run, in seconds: each divides into four to six equal steps. */
const SPANS_S = [1, 2, 4, 5, 10, 20, 30, 40, 60, 120, 180, 240, 300, 600, 1200, 1800, 3600];

/** The shortest round span that holds `ms`; an axis that moves only when it must. */
export function roundSpan(ms: number): number {
  const found = SPANS_S.find((s) => s * 1000 >= ms);
  return found !== undefined ? found * 1000 : Math.ceil(ms / 3_600_000) * 3_600_000;
}

/** The round step nearest to a fifth of `extent`: 1, 2 or 5 times a power of ten. */
export function roundStep(extent: number): number {
  if (!(extent > 0)) return 1;
  const rough = extent / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((f) => f * power >= rough * 0.999) ?? 10;
  return factor * power;
}

/** An upper end that is known, such as a memory's size, in quarters where it divides so. */
export function ceilingStep(ceiling: number): { top: number; step: number } {
  const top = Math.ceil(ceiling);
  return { top, step: top % 4 === 0 ? top / 4 : roundStep(top) };
}

/** The round figure at or above the largest value, so that a line never touches the upper edge. */
export function roundTop(max: number): number {
  const step = roundStep(max * 1.05);
  return Math.ceil((max * 1.05) / step) * step;
}
