// Remakes the README's pictures: both engines measured on a real daemon with an empty store, as seen while they are and after.
// Use: DUALBENCH_URL=http://127.0.0.1:4280 node dev/portrait.mjs LAB.png RUN.png

import { openBrowser } from "./browser.mjs";

/** Enough exchanges for the median's interval and a p50. */
const REPETITIONS = 12;
const RUN_MS = 300_000;

const [lab, whole] = process.argv.slice(2);
const url = process.env.DUALBENCH_URL;
if (!lab || !whole || !url) throw new Error("set DUALBENCH_URL to a daemon's address, and name the pictures' files");

const browser = await openBrowser();
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 1000 }, colorScheme: "light", locale: "en-US" });
  await start("engine-speed", { repetitions: REPETITIONS });
  await start("dual", { repetitions: REPETITIONS });
  await page.goto(new URL("/#/lab/dual", url).href);
  await page.locator(".phase", { hasText: "both" }).or(page.locator(".phase", { hasText: "together" })).waitFor({ timeout: RUN_MS });
  await page.waitForTimeout(4_000);
  await page.screenshot({ path: lab });
  const row = page.locator('tr.run[data-state="finished"]', { hasText: "dual" }).first();
  await row.waitFor({ timeout: RUN_MS });
  await row.locator("a").first().click();
  await page.locator(".run-view .verdict").waitFor();
  await page.waitForTimeout(1_000);
  await page.screenshot({ path: whole });
  console.log(`${lab}, ${whole}: ${(await page.locator(".head .verdict").innerText()).replaceAll("\n", " ")}`);
} finally {
  await browser.close();
}

async function start(scenario, params) {
  const response = await fetch(new URL("/api/runs", url), { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ scenario, params }) });
  if (!response.ok) throw new Error(`${scenario}: ${await response.text()}`);
}
