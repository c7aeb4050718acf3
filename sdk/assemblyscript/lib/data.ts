// The files beside the module.

import * as abi from "./abi";
import { at, place, take } from "./memory";
import { noteWords, orEnd } from "./problem";

/** The files of the folder NAME.data beside the module, as they were when it was loaded, in order. */
export function dataNames(): string[] {
  abi.names(place);
  const from = load<usize>(place), count = load<i32>(place, 4), found = new Array<string>();
  for (let i = 0; i < count; i++) found.push(take(from + <usize>i * 8));
  if (count) heap.free(from);
  return found;
}

/** The bytes of one of them. */
export function readData(name: string): Uint8Array {
  return orEnd<Uint8Array>(tryReadData(name));
}

/** The same, or null where there is no file of that name. */
export function tryReadData(name: string): Uint8Array | null {
  abi.read(at(name), name.length, place);
  if (load<u8>(place)) {
    noteWords(take(place + 4));
    return null;
  }
  const from = load<usize>(place, 4), length = load<i32>(place, 8), found = new Uint8Array(length);
  if (length) {
    memory.copy(found.dataStart, from, length);
    heap.free(from);
  }
  return found;
}
