// Scripted users.

import * as abi from "./abi";
import { place } from "./memory";
import { giveUp, note } from "./problem";
import { Until } from "./until";

/** Makes so many scripted users, fresh instances of this module, and blocks until each has done its rounds, or so long. The
 * module is built of `dualbench/entry-users.ts`, and the scenario exports `user(args: Arguments, index: u32): string | null`. */
export function users(count: u32, until: Until): void {
  if (!tryUsers(count, until)) giveUp();
}

/** The same, or false where the host refuses it. */
export function tryUsers(count: u32, until: Until): bool {
  abi.users(<i32>count, until.tag, until.bits, place);
  const done = load<u8>(place) == 0;
  if (!done) note(place + 4);
  return done;
}
