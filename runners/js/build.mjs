// Makes the JavaScript runner: `node build.mjs OUT.wasm`. The cargo build calls it.

import { componentize } from "componentize-qjs";
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];
if (!out) throw new Error("usage: node build.mjs OUT.wasm");

const bundled = await build({
  entryPoints: [join(here, "runner.js")],
  bundle: true,
  write: false,
  format: "esm",
  target: "es2023",
  external: ["dualbench:*"],
});
const wit = mkdtempSync(join(tmpdir(), "dualbench-wit-"));
try {
  cpSync(join(here, "../wit/runner.wit"), join(wit, "runner.wit"));
  mkdirSync(join(wit, "deps/scenario"), { recursive: true });
  cpSync(join(here, "../../sdk/wit/scenario.wit"), join(wit, "deps/scenario/scenario.wit"));
  const jsSource = bundled.outputFiles[0].text;
  const { component } = await componentize({ witPath: wit, jsSource, world: "runner", sync: true });
  writeFileSync(out, Buffer.concat([component, identity(jsSource)]));
} finally {
  rmSync(wit, { recursive: true, force: true });
}

// The engine's memory is photographed when a component is made, so no two of the same sources are alike: what they were
// made of is written down in a section of its own.
function identity(source) {
  const hash = createHash("sha256").update(source);
  for (const file of ["package-lock.json", "../wit/runner.wit", "../../sdk/wit/scenario.wit"]) {
    hash.update(readFileSync(join(here, file)));
  }
  const text = (value) => Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);
  const section = Buffer.concat([text("dualbench-runner"), Buffer.from(hash.digest("hex"))]);
  return Buffer.concat([Buffer.from([0]), Buffer.from([section.length]), section]);
}
