// Builds the cockpit into dist/: one script, one stylesheet, one icon, all with hashed names, and the page that names them.

import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");

await rm(dist, { recursive: true, force: true });
const result = await build({
  absWorkingDir: here,
  entryPoints: { main: "src/main.tsx", style: "src/style/index.css", icon: "src/icon.svg" },
  entryNames: "assets/[name]-[hash]",
  loader: { ".svg": "copy" },
  outdir: "dist",
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022", "chrome110", "firefox115", "safari16.4"],
  jsx: "automatic",
  jsxImportSource: "preact",
  // The licences stand whole in licences.txt.
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});

const outputs = Object.keys(result.metafile.outputs).map((path) => relative("dist", path).replaceAll("\\", "/"));
const named = (name, end) => {
  const found = outputs.find((path) => path.startsWith(`assets/${name}-`) && path.endsWith(end));
  if (!found) throw new Error(`the build made no ${name}${end}`);
  return found;
};

const page = await readFile(join(here, "src/index.html"), "utf8");
await mkdir(join(dist, "assets"), { recursive: true });
await writeFile(join(dist, "assets/licences.txt"), await licences(Object.keys(result.metafile.inputs)));
await writeFile(
  join(dist, "index.html"),
  page.replace("%script%", named("main", ".js")).replace("%style%", named("style", ".css")).replace("%icon%", named("icon", ".svg")),
);

/** The licence of every package that went into the bundle. */
async function licences(inputs) {
  const packages = new Set(inputs.map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]).filter(Boolean));
  const parts = [];
  for (const name of [...packages].sort()) {
    const folder = join(here, "node_modules", name);
    const { version } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const text = await firstOf([join(folder, "LICENSE"), join(folder, "LICENSE.md")]);
    parts.push(`${name} ${version}\n\n${text.trim()}\n`);
  }
  return parts.join(`\n${"-".repeat(72)}\n\n`);
}

async function firstOf(paths) {
  for (const path of paths) {
    const text = await readFile(path, "utf8").catch(() => null);
    if (text !== null) return text;
  }
  throw new Error(`no licence file at ${paths.join(" or ")}`);
}
