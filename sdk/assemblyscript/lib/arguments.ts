// What a run was asked for.

import * as abi from "./abi";
import { freeText, read } from "./memory";

/** The values of the parameters. A name that the manifest lacks, or another type, is a mistake in the scenario: it ends the
 *  run as a trap, with its words in the log. */
export class Arguments {
  constructor(private items: usize, private count_: i32) {}

  flag(name: string): bool { return load<bool>(this.value(name, abi.Value.FLAG)); }
  integer(name: string): i32 { return load<i32>(this.value(name, abi.Value.INTEGER)); }
  /** An integer that must not be negative: give the parameter such a range. */
  count(name: string): u32 {
    const found = this.integer(name);
    assert(found >= 0, "parameter `" + name + "` is negative: give it a range from 0 up");
    return <u32>found;
  }
  number(name: string): f64 { return load<f64>(this.value(name, abi.Value.NUMBER)); }
  text(name: string): string { return read(this.value(name, abi.Value.TEXT)); }
  /** Of a text with the choices main, mini, pipeline. */
  target(name: string): abi.Target {
    const text = this.text(name);
    if (text == "main") return abi.Target.Main;
    if (text == "mini") return abi.Target.Mini;
    assert(text == "pipeline", "parameter `" + name + "` names no target");
    return abi.Target.Pipeline;
  }

  /** Gives up what the host handed over for them. */
  free(): void {
    for (let i = 0; i < this.count_; i++) {
      const item = this.items + <usize>i * 24;
      freeText(item);
      if (load<u8>(item, 8) == abi.Value.TEXT) freeText(item + 8 + abi.Value.payload);
    }
    if (this.count_) heap.free(this.items);
  }

  /** An argument is a name and, at 8, a value: 24 bytes. */
  private value(name: string, tag: u8): usize {
    for (let i = 0; i < this.count_; i++) {
      const item = this.items + <usize>i * 24;
      if (read(item) != name) continue;
      assert(load<u8>(item, 8) == tag, "parameter `" + name + "` was asked for as another type than its default's");
      return item + 8 + abi.Value.payload;
    }
    throw new Error("parameter `" + name + "` is not in the manifest");
  }
}

let first: Arguments | null = null;

/** Every round of a scripted user brings the same arguments: those of the first stay. */
export function ofRound(items: usize, count: i32): Arguments {
  const given = new Arguments(items, count);
  if (first === null) first = given;
  else given.free();
  return first!;
}
