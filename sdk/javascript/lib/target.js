// What a scenario asks: the big engine, the small one, or the pipeline of both.

import * as engines from "dualbench:scenario/engines@0.1.0";
import { ask } from "./errors.js";
import { Exchange } from "./exchange.js";
import { asRequest } from "./request.js";
import { asAnswered } from "./wire.js";

class Target {
  constructor(name) {
    this.name = name;
    Object.freeze(this);
  }

  start(request) {
    const asked = asRequest(request);
    return new Exchange(ask(() => engines.start(this.name, asked)));
  }

  info() {
    return asAnswered(ask(() => engines.info(this.name)));
  }

  toString() {
    return this.name;
  }
}

export const main = new Target("main");
export const mini = new Target("mini");
export const pipeline = new Target("pipeline");

const ALL = [main, mini, pipeline];

// By its name, or as it is.
export function asTarget(given) {
  const target = ALL.find((one) => one === given || one.name === given);
  if (!target) throw new TypeError(`\`${given}\` is no target; there are ${ALL.join(", ")}`);
  return target;
}
