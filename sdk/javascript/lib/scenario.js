// What a scenario is, and how it becomes the exports of a module.

import { frames, HostError, told } from "./errors.js";
import { only } from "./known.js";
import { asArguments, asParams } from "./params.js";
import { reseed } from "./random.js";
import * as report from "./report.js";
import { asTarget } from "./target.js";

const KNOWN = ["name", "version", "description", "targets", "params", "run", "user"];

export function scenario(about) {
  only(KNOWN, "a scenario", about);
  return {
    describe: () => started(() => describe(about)),
    run: (list) => started(() => run(about, list)),
    user: (list, index) => user(about, list, index),
  };
}

// Begun anew in each instance: a component is made with its engine already running, and everything that it held then.
function started(work) {
  report.takeConsole();
  reseed();
  return work();
}

function describe({ name, version = "0.1.0", description, targets = [], params = {} }) {
  if (!description) throw new TypeError("`description` is missing: one sentence on what is measured");
  return { name, version, description, params: asParams(params), targets: targets.map((one) => asTarget(one).name) };
}

let begun = false;

// A user keeps what it remembers, and its chance, from round to round.
function user(about, list, index) {
  if (!about.user) throw "it has no users: write `user(values, index) { … }` beside `run`";
  if (!begun) started(() => {});
  begun = true;
  telling(() => about.user(asArguments(list), index));
}

function run(about, list) {
  telling(() => about.run(asArguments(list)));
}

// What is thrown here must be a text: it is the error of the run.
function telling(work) {
  try {
    const ended = work();
    if (typeof ended?.then === "function") throw new TypeError("`run` must not be async: every call here waits by itself");
  } catch (thrown) {
    const stack = frames(thrown);
    if (stack.length > 1 && !(thrown instanceof HostError)) for (const line of stack) report.error(`at ${line}`);
    throw told(thrown);
  }
}
