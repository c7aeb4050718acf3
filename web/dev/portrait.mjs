// Remakes the README's picture: both engines measured on a real daemon with an empty store, the run's panel open.
// Use: DUALBENCH_URL=http://127.0.0.1:4280 node dev/portrait.mjs PICTURE.png

import { openBrowser } from "./browser.mjs";

/** Enough exchanges for the median's interval and a p50. */
const REPETITIONS = "12";
const RUN_MS = 300_000;

const [picture] = process.argv.slice(2);
const url = process.env.DUALBENCH_URL;
if (!picture || !url) throw new Error("set DUALBENCH_URL to a daemon's address, and name the picture's file");

const browser = await openBrowser();
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: "light" });
  await page.goto(url);
  await page.locator('.scenario[data-scenario="dual"] .pick').click();
  await page.locator("#param-repetitions").fill(REPETITIONS);
  await page.locator(".run-form button[type=submit]").click();
  await page.locator('tr.run[data-state="finished"]').waitFor({ timeout: RUN_MS });
  await page.locator("tr.run .disclose").first().click();
  await page.locator('.run-panel [data-chart="run-vram"] canvas').waitFor();
  await page.waitForTimeout(500);
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.screenshot({ path: picture, fullPage: true });
  console.log(`${picture}: ${(await page.locator(".run-panel .verdict").innerText()).replaceAll("\n", " ")}`);
} finally {
  await browser.close();
}
