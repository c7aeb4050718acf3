// Ends and steps of axes: round figures that stay still while points come in.

/** Round spans of a run and the steps that divide them, in seconds. */
const SPANS_S: readonly (readonly [span: number, step: number])[] = [
  [1, 0.2], [2, 0.5], [3, 0.5], [4, 1], [5, 1], [6, 1], [8, 2], [10, 2], [15, 3], [20, 5], [30, 5], [40, 10], [60, 10], [90, 15],
  [120, 20], [180, 30], [240, 60], [300, 60], [450, 90], [600, 120], [900, 180], [1200, 300], [1800, 300], [2700, 450], [3600, 600],
];

/** The shortest round span that holds `ms`, with its step: an axis that moves only when it must. Both in milliseconds. */
export function roundSpan(ms: number): { span: number; step: number } {
  const found = SPANS_S.find(([span]) => span * 1000 >= ms);
  if (found) return { span: found[0] * 1000, step: found[1] * 1000 };
  const hours = Math.ceil(ms / 3_600_000);
  return { span: hours * 3_600_000, step: Math.ceil(hours / 6) * 3_600_000 };
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
