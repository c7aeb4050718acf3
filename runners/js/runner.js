// Runs one plain script. The host has made one function of it: given the SDK, it gives what the script exports.

import { fail, file, text } from "dualbench:runner/source@0.1.0";
import * as dualbench from "../../sdk/javascript/lib/index.js";
import { frames, told } from "../../sdk/javascript/lib/errors.js";

const CURE = 'end it with `export const { describe, run } = scenario({ name: "…", run() { … } })`';

export function describe() {
  return guarded(() => loaded().describe());
}

export function run(list) {
  const { run } = guarded(loaded);
  try {
    return run(list);
  } catch (thrown) {
    throw named(told(thrown));
  }
}

// A user keeps what its script remembers from round to round.
let users;

export function user(list, index) {
  users ??= guarded(loaded);
  if (typeof users.user !== "function") throw "it exports no function `user`: a scripted user needs one";
  try {
    return users.user(list, index);
  } catch (thrown) {
    throw named(told(thrown));
  }
}

function loaded() {
  const script = (0, eval)(text())(dualbench);
  const exported = { ...script.default, ...script };
  for (const name of ["describe", "run"]) {
    if (typeof exported[name] !== "function") throw new Error(`it exports no function \`${name}\`: ${CURE}`);
  }
  return exported;
}

// What goes wrong before the scenario runs has no way back but this.
function guarded(work) {
  try {
    return work();
  } catch (thrown) {
    fail(named(told(thrown)), named(frames(thrown).map((line) => `at ${line}`).join("\n")));
    throw thrown;
  }
}

// The engine knows the script as the text that it was handed.
function named(words) {
  return words.replaceAll("<input>", file());
}
