// Write a dualbench scenario in JavaScript or TypeScript. What each name means stands in index.d.ts, where editors read it.

export * as data from "./data.js";
export { Failed, HostError } from "./errors.js";
export { Exchange, waitAny } from "./exchange.js";
export { closed, measure, open, staged, users } from "./load.js";
export { choice, flag, integer, number, text } from "./params.js";
export * as report from "./report.js";
export { assistant, calibrated, system, user } from "./request.js";
export { scenario } from "./scenario.js";
export { main, mini, pipeline } from "./target.js";
