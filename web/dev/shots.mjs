// Takes screenshots of every state of the page, to be looked at. Use: node dev/shots.mjs [FOLDER]

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { openBrowser } from "./browser.mjs";
import { serve } from "./server.mjs";

const folder = process.argv[2] ?? "/tmp/shots";
const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
await mkdir(folder, { recursive: true });
const browser = await openBrowser();

async function scene(name, { scene, view = DESK, dark = false, speed = 1 }, act = async () => {}) {
  const daemon = await serve({ scene, speed });
  const page = await browser.newPage({ viewport: view, colorScheme: dark ? "dark" : "light" });
  const said = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  await page.goto(daemon.url);
  await page.locator(".scenario").first().waitFor();
  await act(page, daemon);
  await page.waitForTimeout(300);
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (wide > 0) said.push(`the page is ${wide} px too wide`);
  console.log(name, said.length > 0 ? said : "quiet");
  await page.close();
  daemon.close();
}

const run = (scenario) => async (page) => {
  await page.locator(`.scenario[data-scenario="${scenario}"] .pick`).click();
  await page.locator("form button.primary").click();
  await page.locator(".lanes").waitFor();
};
const finished = async (page) => {
  await page.locator("#param-repetitions").fill("3");
  await page.locator("form button.primary").click();
  await page.locator(".lanes").waitFor();
  await page.locator(".outcome").waitFor({ timeout: 20_000 });
  await page.locator("tr.run .disclose").first().click();
  await page.locator(".run-panel .summary").first().waitFor();
};
const running = async (page) => { await run("dual")(page); await page.waitForTimeout(3500); await run("engine-speed")(page); };

await scene("empty", { scene: "empty" });
await scene("empty-dark", { scene: "empty", dark: true });
await scene("idle", { scene: "history" });
await scene("broken", { scene: "broken" }, async (page) => {
  await page.locator('[data-scenario="my-first"] summary').click();
  await page.locator('[data-scenario="load"] .pick').click();
  await page.locator("#param-users").fill("4000");
});
await scene("running", { scene: "history", speed: 2 }, running);
await scene("running-dark", { scene: "history", speed: 2, dark: true }, running);
await scene("finished", { scene: "history" }, finished);
await scene("refused", { scene: "history" }, async (page) => {
  await page.locator("#param-output_tokens").fill("4000");
  await page.locator("form button.primary").click();
  await page.locator("#param-output_tokens-problem").waitFor();
});
await scene("void-dark", { scene: "no-gpu", dark: true }, async (page) => {
  await page.locator("tr.run .disclose").nth(1).click();
  await page.locator(".run-panel .summary").first().waitFor();
});
await scene("failed", { scene: "history" }, async (page) => {
  await page.locator('tr.run[data-state="failed"] .disclose').click();
  await page.locator(".run-panel .verdict").waitFor();
});
await scene("stale", { scene: "history" }, async (page, daemon) => {
  daemon.close();
  await page.locator(".offline").waitFor({ timeout: 10_000 });
});
await scene("stale-phone", { scene: "history", view: PHONE }, async (page, daemon) => {
  daemon.close();
  await page.locator(".offline").waitFor({ timeout: 10_000 });
});
await scene("two-gpus", { scene: "two-gpus", speed: 2 }, finished);
await scene("phone-running", { scene: "history", view: PHONE, speed: 2 }, running);
await scene("phone-finished", { scene: "broken", view: PHONE, dark: true }, finished);
await browser.close();
