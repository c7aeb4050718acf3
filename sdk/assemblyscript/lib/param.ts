// What the form of a run asks for.

import * as abi from "./abi";
import { keep, zeros } from "./memory";

/** A parameter; its type is that of its default. Its name: lower-case words joined by `_`. */
export class Param {
  private record: usize = zeros(abi.Param.SIZE);
  private choices: string[] = [];

  private constructor(name: string, tag: u8) {
    keep(this.record + abi.Param.name, name);
    store<u8>(this.record + abi.Param.default_, tag);
  }
  private get value(): usize { return this.record + abi.Param.default_ + abi.Value.payload; }

  static flag(name: string, value: bool): Param {
    const made = new Param(name, abi.Value.FLAG);
    store<u8>(made.value, value);
    return made;
  }
  static integer(name: string, value: i32): Param {
    const made = new Param(name, abi.Value.INTEGER);
    store<i32>(made.value, value);
    return made;
  }
  static number(name: string, value: f64): Param {
    const made = new Param(name, abi.Value.NUMBER);
    store<f64>(made.value, value);
    return made;
  }
  static text(name: string, value: string): Param {
    const made = new Param(name, abi.Value.TEXT);
    keep(made.value, value);
    return made;
  }
  /** `main` or `mini`, to be read with `Arguments.target`. */
  static engine(name: string, value: string): Param {
    return Param.text(name, value).choice("main").choice("mini");
  }

  /** One sentence for the person who fills in the form. */
  help(text: string): Param { keep(this.record + abi.Param.help, text); return this; }
  unit(text: string): Param {
    store<u8>(this.record + abi.Param.unit, 1);
    keep(this.record + abi.Param.unit_value, text);
    return this;
  }
  /** Both included (integer and number). */
  range(min: f64, max: f64): Param {
    store<u8>(this.record + abi.Param.min, 1);
    store<f64>(this.record + abi.Param.min_value, min);
    store<u8>(this.record + abi.Param.max, 1);
    store<f64>(this.record + abi.Param.max_value, max);
    return this;
  }
  /** Allows one more value (text). */
  choice(value: string): Param { this.choices.push(value); return this; }

  write(to: usize): void {
    const count = this.choices.length, list = zeros(<usize>count << 3);
    for (let i = 0; i < count; i++) keep(list + (<usize>i << 3), this.choices[i]);
    store<usize>(this.record + abi.Param.choices, list);
    store<i32>(this.record + abi.Param.choices, count, 4);
    memory.copy(to, this.record, abi.Param.SIZE);
  }
}
