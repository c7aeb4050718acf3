// The types of the API from the daemon's own document. Use: DUALBENCH_URL=http://127.0.0.1:4280 node dev/api_types.mjs [--check]
// With --check nothing is written: exit 1 says that the committed file is not what this daemon's document makes.

import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import openapi, { astToString } from "openapi-typescript";

const FILE = fileURLToPath(new URL("../src/state/api.d.ts", import.meta.url));
const HEAD = "// Made by `npm run api` from the daemon's OpenAPI document. Not to be edited.\n\n";

export async function apiTypes(address) {
  const response = await fetch(new URL("/api/openapi.json", address));
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
  return HEAD + astToString(await openapi(await response.json(), { alphabetize: true }));
}

export async function committedTypes() {
  return readFile(FILE, "utf8");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const address = process.env.DUALBENCH_URL;
  if (!address) throw new Error("set DUALBENCH_URL to a daemon's address");
  const made = await apiTypes(address);
  if (!process.argv.includes("--check")) await writeFile(FILE, made);
  else if (made !== await committedTypes()) {
    console.error("web/src/state/api.d.ts is not what the daemon's document makes; run `npm run api` and commit it");
    process.exit(1);
  }
}
