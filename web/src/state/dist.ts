// Values as the shapes that distributions are drawn in. Drawing only: every figure with a name comes from the daemon.

/** Rank (from 1, of `n`) and value, ascending. What there is of a large sample: its ends and enough between. */
export interface Ranked { n: number; rank: readonly number[]; value: readonly number[] }

/** Every value has its rank. */
export function ranked(values: readonly (number | null)[]): Ranked {
  const value = values.filter((v): v is number => v !== null && Number.isFinite(v)).sort((a, b) => a - b);
  return { n: value.length, rank: value.map((_, i) => i + 1), value };
}

export interface Bin { from: number; to: number; count: number }

/** Round bins over the whole range, of this width; without one, of the sample's own. */
export function histogram(of: Ranked, width = binWidth([of])): Bin[] {
  const first = of.value[0];
  const last = of.value.at(-1);
  if (first === undefined || last === undefined) return [];
  if (width === 0) return [{ from: first, to: first, count: of.n }];
  const start = Math.floor(first / width) * width;
  const bins = Array.from({ length: Math.floor((last - start) / width) + 1 }, (_, i) => ({ from: start + i * width, to: start + (i + 1) * width, count: 0 }));
  let before = 0;
  of.rank.forEach((rank, i) => {
    const bin = bins[Math.min(bins.length - 1, Math.floor(((of.value[i] ?? first) - start) / width))];
    // Of a thinned sample a kept value stands for those between it and the one before.
    if (bin) bin.count += rank - before;
    before = rank;
  });
  return bins;
}

/** One width for samples that are laid over one another: as fine as the finest of them asks for (Freedman–Diaconis), within what an eye tells apart. */
export function binWidth(samples: readonly Ranked[]): number {
  const ends = samples.flatMap((of) => [of.value[0] ?? [], of.value.at(-1) ?? []].flat());
  const range = Math.max(...ends) - Math.min(...ends);
  if (!(range > 0)) return 0;
  const asked = samples.map((of) => (2 * (at(of, 0.75) - at(of, 0.25))) / Math.cbrt(of.n)).filter((width) => width > 0);
  return roundWidth(Math.min(range / 12, Math.max(range / 48, ...(asked.length > 0 ? [Math.min(...asked)] : []))));
}

/** The value at a share of the sample, without interpolation: for widths, never for a figure. */
function at(of: Ranked, share: number): number {
  const rank = Math.max(1, Math.ceil(share * of.n));
  const i = of.rank.findIndex((r) => r >= rank);
  return of.value[i < 0 ? of.value.length - 1 : i] ?? 0;
}

function roundWidth(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 2.5, 5, 10].find((f) => f * power >= rough * 0.999) ?? 10) * power;
}

/** The share of the sample at or below each value: the empirical distribution function. */
export function ecdf(of: Ranked): { x: number; y: number }[] {
  return of.value.map((x, i) => ({ x, y: (of.rank[i] ?? 0) / of.n }));
}

/** Values over the share that lies below them, on an axis that gives each further nine the same room: x = log10(1 / (1 − p)). */
export function spectrum(of: Ranked): { x: number; y: number }[] {
  return of.value.map((y, i) => ({ x: -Math.log10(1 - ((of.rank[i] ?? 1) - 0.5) / of.n), y }));
}

/** A tick of that axis as its percentile: 0 → 0, 1 → 90, 2 → 99, 3 → 99.9. */
export function percentileOf(x: number): string {
  const p = 100 * (1 - 10 ** -x);
  return p.toFixed(Math.max(0, Math.ceil(x - 1e-9) - 2)).replace(/\.0+$/, "");
}
