/** A number that may be missing; missing is never 0. */
export class Maybe {
  constructor(public known: bool, public value: f64) {}
}

export const unknown = new Maybe(false, 0);

export function maybe(record: usize, option: usize, value: usize): Maybe {
  return load<u8>(record + option) ? new Maybe(true, load<f64>(record + value)) : unknown;
}
export function maybeCount(record: usize, option: usize, value: usize): Maybe {
  return load<u8>(record + option) ? new Maybe(true, <f64>load<u32>(record + value)) : unknown;
}
