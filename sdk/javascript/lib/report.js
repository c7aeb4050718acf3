// What a scenario tells, and what it is told of the run. Nothing here blocks.

import * as host from "dualbench:scenario/report@0.1.0";
import { ask } from "./errors.js";

export const phase = (name) => host.phase(name);
export const progress = (done, total = 0) => host.progress(done, total);
export const debug = (...words) => log("debug", words);
export const info = (...words) => log("info", words);
export const warn = (...words) => log("warn", words);
export const error = (...words) => log("error", words);
export const metric = (name, value, unit = "") => host.metric(name, value, unit);
export const mark = (name) => host.mark(name);
export const count = (name, by = 1) => host.count(name, by);
export const threshold = (expression) => ask(() => host.threshold(expression));
export const voidRun = (reason) => host.voidRun(reason);
// componentize-qjs gives a u32 above 2³¹ as a negative number.
export const seed = () => host.seed() >>> 0;
export const elapsedMs = () => host.elapsedMs();

function log(level, words) {
  host.log(level, words.map(shown).join(" "));
}

function shown(word) {
  if (typeof word === "string") return word;
  if (word instanceof Error) return `${word.name}: ${word.message}`;
  return JSON.stringify(word) ?? String(word);
}

// What an author reaches for first goes into the run's log.
export function takeConsole() {
  globalThis.console = { debug, log: info, info, warn, error, trace: debug };
}
