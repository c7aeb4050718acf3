// One streamed request, as the scenario holds it.

import * as engines from "dualbench:scenario/engines@0.1.0";
import { ask } from "./errors.js";
import { asAnswered } from "./wire.js";

const DISPOSE = Symbol.dispose ?? Symbol.for("dispose");

export class Exchange {
  #handle;

  constructor(handle) {
    this.#handle = handle;
  }

  *[Symbol.iterator]() {
    for (let chunk = this.next(); chunk !== undefined; chunk = this.next()) yield chunk;
  }

  next() {
    const chunk = ask(() => this.#open().next());
    return chunk == null ? undefined : asAnswered(chunk);
  }

  finish() {
    return asAnswered(ask(() => this.#open().finish()));
  }

  get text() {
    return ask(() => this.#open().text());
  }

  cancel() {
    ask(() => this.#open().cancel());
  }

  close() {
    const handle = this.#handle;
    this.#handle = undefined;
    handle?.[handle[DISPOSE] ? DISPOSE : Symbol.for("dispose")]?.();
  }

  [DISPOSE]() {
    this.close();
  }

  #open() {
    if (!this.#handle) throw new Error("the exchange is closed");
    return this.#handle;
  }

  static ready(exchanges) {
    const indexes = ask(() => engines.waitAny(exchanges.map((one) => one.#open())));
    return Array.from(indexes, (index) => exchanges[index]);
  }
}

export function waitAny(exchanges) {
  return Exchange.ready(Array.from(exchanges));
}
