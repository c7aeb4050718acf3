// The cockpit from end to end: opens the page, starts engine-speed by clicking, waits for the result, looks at it.
// Use: DUALBENCH_URL=http://127.0.0.1:4280 node e2e/cockpit.mjs [SCREENSHOT.png]
// Exit 0: all held. Exit 1: something did not; the sentence on standard error says what.

import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { openBrowser } from "../dev/browser.mjs";

const PAGE_MS = 15_000;
/** Three repetitions of the default request on the slowest engines this test is meant for. */
const RUN_MS = 120_000;
/** A test that hangs is a test that failed. */
const WHOLE_MS = 180_000;

const address = process.env.DUALBENCH_URL;
if (!address) fail("set DUALBENCH_URL to the daemon's address, such as http://127.0.0.1:4280");
const home = new URL(address);
const shot = process.argv[2] ?? process.env.DUALBENCH_SHOT ?? null;

const watchdog = setTimeout(() => fail(`not done after ${WHOLE_MS / 1000} s`), WHOLE_MS);
let browser;
try {
  browser = await openBrowser();
  await check(browser);
  console.log("the cockpit holds: run started by clicking, result shown, no console error, no CSP violation, no foreign request");
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
} finally {
  clearTimeout(watchdog);
  await browser?.close();
}

async function check(browser) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(PAGE_MS);
  const complaints = listen(page);
  await page.addInitScript(() => {
    window.violations = [];
    document.addEventListener("securitypolicyviolation", (event) => window.violations.push(`${event.violatedDirective}: ${event.blockedURI}`));
  });

  try {
    const response = await step("the page answers", () => page.goto(home.href, { waitUntil: "load", timeout: PAGE_MS }));
    hold(response?.ok(), `the page answered ${response?.status()}`);
    hold(/default-src 'none'/.test(response.headers()["content-security-policy"] ?? ""), "the page has no strict content security policy");
    await step("the stream is live", () => page.locator(".connection .good").waitFor());
    const pick = page.locator('.scenario[data-scenario="engine-speed"] .pick');
    await step("engine-speed is in the list", () => pick.waitFor());

    await pick.click();
    await step("the form offers repetitions", () => page.locator("#param-repetitions").fill("3"));
    const before = await page.locator("tr.run").evaluateAll((rows) => rows.map((row) => row.dataset.run));
    await page.locator(".run-form button[type=submit]").click();

    const row = await step("a row of a finished run appears", () => newRow(page, before));
    await step("the row tells a verdict", () => row.locator('[data-label="verdict"] .state').waitFor());
    const verdict = (await row.locator('[data-label="verdict"]').innerText()).trim();
    hold(verdict === "valid" || verdict === "void", `the verdict reads "${verdict}"`);
    await step("the charts hold three rates and three times to first token", () => points(page));

    await row.locator(".disclose").click();
    const panel = page.locator(".run-panel");
    await step("the row opens the run's panel", () => panel.locator(".verdict").waitFor());
    const n = await step("the panel's table has the TTFT", () => panel.locator('[data-measure="ttft_ms"] td').first().innerText());
    hold(n.trim() === "3", `the panel tells ${n.trim()} exchanges in the TTFT row, not 3`);
    if (verdict === "void") console.log(`note: the run is void: ${(await panel.locator(".verdict").innerText()).replaceAll("\n", " ")}`);

    await step("the panel shows the memory over the run", () => panel.locator('[data-chart="run-vram"] canvas').waitFor());
    const licences = await page.request.get(new URL(await page.locator('.foot a[href$=".txt"]').getAttribute("href"), home).href);
    hold(licences.ok(), `the licences answered ${licences.status()}`);

    await page.reload({ waitUntil: "load" });
    await step("after a reload the charts hold the last run", () => points(page));
    const heading = (await page.locator("#progress-title").innerText()).trim();
    hold(heading === "Last: engine-speed", `after a reload the charts stand under "${heading}"`);
    await page.locator(`tr.run[data-run="${await row.getAttribute("data-run")}"] .disclose`).click();
    await panel.locator(".verdict").waitFor();

    const violations = await page.evaluate(() => window.violations);
    hold(violations.length === 0, `content security policy violations: ${violations.join("; ")}`);
    hold(complaints.length === 0, complaints.join("\n"));
    if (shot) await picture(page);
    await step("the footer leads to the API's document", () => page.locator('.foot a[href="/api/docs"]').waitFor());
    await apiDocument(browser);
    await order(page);
    // Last, because a browser without a network complains of it.
    await cutOff(page);
  } catch (error) {
    if (shot) await picture(page);
    throw error;
  } finally {
    await page.close();
  }
}

/** Swagger UI under our policy: it shows the document, asks the daemon, and nobody else. */
async function apiDocument(browser) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(PAGE_MS);
  const complaints = listen(page);
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

/** On a phone the sections stand one below the other as the document has them, and nothing is wider than the screen. */
async function order(page) {
  await page.setViewportSize({ width: 390, height: 844 });
  // The charts follow the new width a frame later.
  await step("on a phone nothing is wider than the screen", () => page.waitForFunction(() => document.documentElement.scrollWidth <= window.innerWidth));
  const tops = await page.locator("main .panel, main .chart-rows").evaluateAll((parts) => parts.map((part) => part.getBoundingClientRect().top));
  hold(tops.length >= 5 && tops.every((top, i) => i === 0 || top > tops[i - 1]), `on a phone the sections stand at ${tops.join(", ")}`);
  await page.setViewportSize({ width: 1440, height: 900 });
}

/** A daemon that cannot be reached is told across the page, and nothing can be started until it is back. */
async function cutOff(page) {
  const button = page.locator(".run-form button[type=submit]");
  await page.context().setOffline(true);
  // A stream that is open outlives the network of the emulation; hiding the page closes it.
  await seen(page, false);
  await seen(page, true);
  await step("a silent daemon is told in a banner", () => page.locator('.offline[role="alert"]').waitFor());
  hold(await button.isDisabled(), "the form can be sent while the daemon does not answer");
  hold((await page.locator(".part.main").innerText()).includes("unknown"), "the engine is not shown as unknown");
  await page.context().setOffline(false);
  await step("the page finds the daemon again", () => page.locator(".offline").waitFor({ state: "detached" }));
  hold(await button.isEnabled(), "the form stays locked after the daemon is back");
}

/** Everything the page must not do, gathered as it happens. */
function listen(page) {
  const complaints = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.origin !== home.origin && url.protocol !== "data:" && url.protocol !== "blob:") complaints.push(`foreign request: ${request.url()}`);
  });
  return complaints;
}

/** Headless pages are never hidden: the page is told so. */
async function seen(page, visible) {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, !visible);
}

async function newRow(page, before) {
  const found = await page.waitForFunction((known) => {
    const row = [...document.querySelectorAll("tr.run")].find((r) => !known.includes(r.dataset.run));
    return row && ["finished", "failed", "cancelled", "interrupted"].includes(row.dataset.state) ? [row.dataset.run, row.dataset.state] : null;
  }, before, { timeout: RUN_MS });
  const [run, state] = await found.jsonValue();
  hold(state === "finished", `the run ended as ${state}`);
  return page.locator(`tr.run[data-run="${run}"]`);
}

/** Counts through the table twins: the same points as on the canvas, readable. */
async function points(page) {
  for (const chart of ["rate", "ttft"]) {
    const twin = page.locator(`[data-chart="${chart}"] details`);
    await twin.locator("summary").click();
    await twin.locator("tbody tr").first().waitFor();
    const values = await twin.locator("tbody tr .figure").count();
    hold(values >= 3, `the ${chart} chart holds ${values} values, not 3`);
    await twin.locator("summary").click();
  }
}

async function step(what, act) {
  try {
    return await act();
  } catch (error) {
    throw new Error(`${what}: did not hold\n${error.message}`);
  }
}

function hold(truth, otherwise) {
  if (!truth) throw new Error(otherwise);
}

function fail(why) {
  console.error(`cockpit test failed: ${why}`);
  // Immediate: nothing awaited below may keep a failed test alive. Chromium ends with its parent's pipe.
  process.exit(1);
}
