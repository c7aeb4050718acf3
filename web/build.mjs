// Builds the cockpit, its worker, and the page of the API's document into dist/: each page one script and one stylesheet, and an icon for both, all
// with hashed names, and the pages that name them.

import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");

const common = {
  absWorkingDir: here,
  entryNames: "assets/[name]-[hash]",
  outdir: "dist",
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022", "chrome110", "firefox115", "safari16.4"],
  // The licences stand whole in licences.txt.
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
};

await rm(dist, { recursive: true, force: true });
// First, because the page names it.
const worker = await build({ ...common, format: "iife", entryPoints: { live: "src/feed/worker_main.ts" } });
const [live] = Object.keys(worker.metafile.outputs).map((path) => relative("dist", path).replaceAll("\\", "/"));
const result = await build({
  ...common,
  define: { LIVE_WORKER: JSON.stringify(live) },
  entryPoints: {
    main: "src/main.tsx", style: "src/style/index.css", icon: "src/icon.svg",
    docs: "src/docs.ts", "docs-style": "src/style/docs.css",
  },
  loader: { ".svg": "copy" },
  jsx: "automatic",
  jsxImportSource: "preact",
});

const outputs = Object.keys(result.metafile.outputs).map((path) => relative("dist", path).replaceAll("\\", "/"));
const named = (name, end) => {
  const found = outputs.find((path) => path.startsWith(`assets/${name}-`) && path.endsWith(end) && !path.slice(`assets/${name}-`.length).includes("-"));
  if (!found) throw new Error(`the build made no ${name}${end}`);
  return found;
};

await mkdir(join(dist, "assets"), { recursive: true });
await writeFile(join(dist, "assets/licences.txt"), await licences(Object.keys(result.metafile.inputs)));
const icon = named("icon", ".svg");
await writePage("index.html", { script: named("main", ".js"), style: named("style", ".css"), icon });
await writePage("docs.html", { docs: named("docs", ".js"), "docs-style": named("docs-style", ".css"), icon });

async function writePage(name, files) {
  let page = await readFile(join(here, "src", name), "utf8");
  for (const [mark, path] of Object.entries(files)) page = page.replace(`%${mark}%`, path);
  await writeFile(join(dist, name), page);
}

/** The licence of every package that went into the bundle. */
async function licences(inputs) {
  const packages = new Set(inputs.map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]).filter(Boolean));
  const parts = [];
  for (const name of [...packages].sort()) {
    const folder = join(here, "node_modules", name);
    const { version } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const text = await firstOf([join(folder, "LICENSE"), join(folder, "LICENSE.md")]);
    // What a package that is itself a bundle says of its parts.
    const more = await Promise.all(["NOTICE", "swagger-ui-bundle.js.LICENSE.txt"].map((file) => readFile(join(folder, file), "utf8").catch(() => "")));
    parts.push(`${[`${name} ${version}`, text, ...more].map((part) => part.trim()).filter(Boolean).join("\n\n")}\n`);
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
