// The files of the folder beside the scenario, as they were when it was loaded.

import * as host from "dualbench:scenario/data@0.1.0";
import { ask } from "./errors.js";

export const names = () => Array.from(host.names());
export const bytes = (name) => Uint8Array.from(ask(() => host.read(name)));
export const text = (name) => utf8(bytes(name));
export const json = (name) => JSON.parse(text(name));

function utf8(bytes) {
  let percent = "";
  for (const byte of bytes) percent += `%${byte.toString(16).padStart(2, "0")}`;
  return decodeURIComponent(percent);
}
