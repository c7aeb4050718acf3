// Why a call was refused, and how a run ends by it.

import * as abi from "./abi";
import { take } from "./memory";

/** Why a call was refused. */
export class Problem {
  /** One of `Problem.NOT_ALLOWED` and so on. */
  kind: u8 = abi.Error.INVALID;
  words: string = "no call was refused";

  static readonly NOT_CONFIGURED: u8 = abi.Error.NOT_CONFIGURED;
  static readonly NOT_ALLOWED: u8 = abi.Error.NOT_ALLOWED;
  static readonly INVALID: u8 = abi.Error.INVALID;
  static readonly LIMIT: u8 = abi.Error.LIMIT;
  static readonly CALIBRATION: u8 = abi.Error.CALIBRATION;
  static readonly STOPPING: u8 = abi.Error.STOPPING;
}

let last = new Problem();

/** Why the last `try…` gave null. */
export function problem(): Problem {
  return last;
}

export function note(error: usize): void {
  last = new Problem();
  last.kind = load<u8>(error);
  last.words = last.kind == abi.Error.STOPPING ? "the run is being stopped" : take(error + abi.Error.payload);
}

/** Words without a kind of their own. */
export function noteWords(words: string): void {
  last = new Problem();
  last.words = words;
}

export function refused<T>(error: usize): T | null {
  note(error);
  return null;
}

export function giveUp(): void {
  throw new Error(last.words);
}

export function orEnd<T>(found: T | null): T {
  if (found === null) giveUp();
  return found!;
}
