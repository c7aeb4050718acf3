// Takes a picture of every view, light and dark, on a desk and on a phone, to be looked at.
// Use: DUALBENCH_URL=http://127.0.0.1:4280 DUALBENCH_FOLDER=…/scenarios node dev/shots.mjs [FOLDER]
// The daemon is a real one on simulated engines with an empty store; its scenario folder gets a broken file for a while.

import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openBrowser } from "./browser.mjs";

const { DUALBENCH_URL: address, DUALBENCH_FOLDER: scenarios } = process.env;
if (!address || !scenarios) throw new Error("set DUALBENCH_URL to a daemon's address and DUALBENCH_FOLDER to its scenario folder");
const folder = process.argv[2] ?? "/tmp/shots";
const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
/** A run of this program's, at the most. */
const RUN_MS = 240_000;

await mkdir(folder, { recursive: true });
const browser = await openBrowser();
const broken = join(scenarios, "my-first.wat");
try {
  await shots("first-visit", "#/lab");
  const runs = [];
  for (const [scenario, params, thresholds = []] of RUNS()) runs.push(await run(scenario, params, thresholds));
  const [speed, again, dual, pipeline, interference] = runs;
  await writeFile(broken, '(module (func (export "run") i32.addd))');
  await shots("lab", "#/lab/dual");
  await shots("history", "#/history?trend=main.ttft_ms");
  await shots("compare", `#/compare?ids=${speed},${again}`);
  await shots("run", `#/run/${speed}`);
  await shots("run-pipeline", `#/run/${pipeline}?exchange=4`);
  await shots("run-interference", `#/run/${interference}`);
  await shots("run-dual", `#/run/${dual}`);
  await shots("scenarios", "#/scenarios");
  await shots("system", "#/system");
  const going = await start("dual", { repetitions: 60 });
  await start("load", {});
  await new Promise((done) => setTimeout(done, 6_000));
  await shots("lab-running", "#/lab/dual");
  await shots("french", "#/lab/dual", "fr-FR");
  for (const open of [...(await (await fetch(new URL("/api/health", address))).json()).open_runs].reverse()) await post(`/api/runs/${open}/cancel`, {});
  console.log(`the run ${going} was stopped`);
} finally {
  await rm(broken, { force: true });
  await browser.close();
}

function RUNS() {
  return [
    ["engine-speed", { repetitions: 66, output_tokens: 48 }, ["main.ttft_ms.p50 < 400", "main.tokens_per_second.p50 > 4000", "main.ttft_ms.p99 < 900"]],
    ["engine-speed", { repetitions: 30, output_tokens: 48 }],
    ["dual", { repetitions: 8, main_output_tokens: 64 }],
    ["full-pipeline", { repetitions: 1 }],
    ["interference", { repetitions: 4 }],
  ];
}

async function shots(name, hash, locale = "en-US") {
  for (const [size, viewport] of [["desk", DESK], ["phone", PHONE]]) {
    for (const colorScheme of ["light", "dark"]) await shot(`${name}-${size}-${colorScheme}`, hash, { viewport, colorScheme, locale });
  }
}

async function shot(name, hash, options) {
  const page = await browser.newPage(options);
  const said = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  await page.goto(new URL(`/${hash}`, address).href);
  await page.locator("main .panel").first().waitFor();
  await page.locator('[aria-busy="true"]').waitFor({ state: "detached" });
  await page.waitForTimeout(900);
  // A chart is drawn once it has been in sight.
  await page.evaluate(async () => {
    for (let y = 0; y < document.body.scrollHeight; y += 500) { window.scrollTo(0, y); await new Promise((done) => setTimeout(done, 50)); }
    window.scrollTo(0, 0);
  });
  await page.waitForTimeout(300);
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (wide > 0) said.push(`the page is ${wide} px too wide`);
  console.log(name, said.length > 0 ? said : "quiet");
  await page.close();
}

async function run(scenario, params, thresholds) {
  const id = await start(scenario, params, thresholds);
  const until = Date.now() + RUN_MS;
  for (;;) {
    const { state } = await (await fetch(new URL(`/api/runs/${id}`, address))).json();
    if (state === "finished") return id;
    if (state === "failed" || Date.now() > until) throw new Error(`the run of ${scenario} is ${state}`);
    await new Promise((done) => setTimeout(done, 500));
  }
}

async function start(scenario, params, thresholds = []) {
  return (await post("/api/runs", { scenario, params, thresholds })).run_id;
}

async function post(path, body) {
  const response = await fetch(new URL(path, address), { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return response.json();
}
