// Chance that follows from the run's seed. The engine's own is frozen when a component is made: it would draw the same
// numbers in every run.

import { seed } from "./report.js";

let state;

// Math.random from here on: the same numbers for the same seed, others for another. The host is asked at the first draw.
export function reseed() {
  state = undefined;
  Math.random = () => (draw() * 2 ** 21 + (draw() >>> 11)) / 2 ** 53;
}

// SplitMix32: passes the usual tests of small generators, and needs one word of state.
function draw() {
  state = ((state ?? seed()) + 0x9e3779b9) >>> 0;
  let mixed = state ^ (state >>> 16);
  mixed = Math.imul(mixed, 0x21f0aaad);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x735a2d97);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
