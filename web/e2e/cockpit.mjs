// The cockpit from end to end, in Chromium, against a real daemon with an empty store: every view, as a visitor uses it.
// Use: DUALBENCH_URL=http://127.0.0.1:4280 DUALBENCH_FOLDER=…/scenarios node e2e/cockpit.mjs [SCREENSHOT.png]
// DUALBENCH_FOLDER is the daemon's scenario folder: a broken file is put there and taken away again.
// Exit 0: all held. Exit 1: something did not; the sentence on standard error says what.

import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { apiTypes, committedTypes } from "../dev/api_types.mjs";
import { openBrowser } from "../dev/browser.mjs";
import { hold, listen, newPage, PAGE_MS, step } from "./check.mjs";
import { againAndCompare, baseline, history, imported, pickTwo, tagged, takenOffAndBack } from "./history.mjs";
import { demandTooMuch, firstVisit, killARun, remembered, stopARun, watchARun } from "./lab.mjs";
import { brokenAndMended, cutOff, keyboard, languages, phone, system, tabs, themes, upload } from "./others.mjs";
import { exports, openARun, showsThresholds } from "./run.mjs";

/** A test that hangs is a test that failed. */
const WHOLE_MS = 420_000;
/** Everything that the first visit loads, compressed. */
const FIRST_LOAD_BYTES = 250 * 1024;

const { DUALBENCH_URL: address, DUALBENCH_FOLDER: folder } = process.env;
if (!address || !folder) fail("set DUALBENCH_URL to the daemon's address and DUALBENCH_FOLDER to its scenario folder");
const home = new URL(address);
const shot = process.argv[2] ?? process.env.DUALBENCH_SHOT ?? null;

const watchdog = setTimeout(() => fail(`not done after ${WHOLE_MS / 1000} s`), WHOLE_MS);
let browser;
try {
  browser = await openBrowser();
  await check(browser);
  console.log("the cockpit holds: every view, run and stop, exports, both languages, both themes, keyboard, phone; no console error, no CSP violation, no foreign request");
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
} finally {
  clearTimeout(watchdog);
  await browser?.close();
}

async function check(browser) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-US", acceptDownloads: true });
  const { page, complaints } = await newPage(context, home);
  try {
    hold((await apiTypes(home.href)) === (await committedTypes()), "web/src/state/api.d.ts is not what this daemon's document makes; run `npm run api` and commit it");
    await opening(page);
    await firstVisit(page);
    const run = await watchARun(page);
    await remembered(page);
    await stopARun(page);
    await killARun(page);
    const demanding = await demandTooMuch(page);
    await openARun(page, run);
    await showsThresholds(page, demanding);
    await exports(page, context, run, home);
    await history(page, run);
    await baseline(page, run);
    await tagged(page, run);
    await takenOffAndBack(page, run);
    await imported(page, run, home);
    await againAndCompare(page, run);
    await pickTwo(page);
    await brokenAndMended(page, folder);
    await upload(page, folder);
    await system(page);
    await languages(page);
    await themes(page, run);
    await keyboard(page);
    await tabs(page, context, home);
    await phone(page, run);
    await footer(page);
    const violations = await page.evaluate(() => window.violations);
    hold(violations.length === 0, `content security policy violations: ${violations.join("; ")}`);
    // A refusal that the test asks for is an error to the browser.
    const others = complaints.filter((text) => !/status of (409|422) .*\/api\/(runs|scenarios\/[\w.]+)\)/.test(text));
    hold(others.length === 0, others.join("\n"));
    await apiDocument(browser);
    await cutOff(browser, home);
  } finally {
    if (shot) await picture(page);
    await context.close();
  }
}

async function opening(page) {
  let loaded = 0;
  page.on("response", async (response) => {
    if (response.url().includes("/api/")) return;
    loaded += gzipSync(await response.body().catch(() => Buffer.alloc(0))).length;
  });
  const response = await step("the page answers", () => page.goto(home.href, { waitUntil: "load", timeout: PAGE_MS }));
  hold(response?.ok(), `the page answered ${response?.status()}`);
  const policy = response.headers()["content-security-policy"] ?? "";
  hold(/default-src 'none'/.test(policy) && !policy.includes("unsafe"), `the content security policy is "${policy}"`);
  await step("the stream is live", () => page.locator(".connection .good").waitFor());
  hold(loaded > 0 && loaded < FIRST_LOAD_BYTES, `the first visit loads ${loaded} bytes compressed`);
  console.log(`first load: ${(loaded / 1024).toFixed(0)} KiB compressed`);
}

async function footer(page) {
  const licences = await page.request.get(new URL(await page.locator('.foot a[href$=".txt"]').getAttribute("href"), home).href);
  hold(licences.ok(), `the licences answered ${licences.status()}`);
  await step("the footer leads to the API's document", () => page.locator('.foot a[href="/api/docs"]').waitFor());
}

/** Swagger UI under our policy: it shows the document, asks the daemon, and nobody else. */
async function apiDocument(browser) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(PAGE_MS);
  const complaints = listen(page, home);
  await page.goto(new URL("/api/docs", home).href);
  const health = page.locator("#operations-about-health");
  await step("the API's document is shown", () => health.locator(".opblock-summary-control").click());
  await health.locator(".try-out__btn").click();
  await health.locator(".execute").click();
  await step("an address is tried out from its document", () => health.locator(".live-responses-table .response-col_status", { hasText: "200" }).waitFor());
  hold(complaints.length === 0, `the API's document: ${complaints.join("; ")}`);
  await page.close();
}

async function picture(page) {
  await mkdir(dirname(resolve(shot)), { recursive: true });
  await page.evaluate(() => window.scrollTo(0, 0)).catch(() => {});
  await page.screenshot({ path: shot, fullPage: true, timeout: PAGE_MS }).catch((error) => console.error(`no screenshot: ${error.message}`));
}

function fail(why) {
  console.error(`cockpit test failed: ${why}`);
  // Immediate: nothing awaited below may keep a failed test alive. Chromium ends with its parent's pipe.
  process.exit(1);
}
