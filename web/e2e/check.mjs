// What the browser test's parts share: saying what should hold, and gathering what must not happen.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

export const PAGE_MS = 15_000;
/** A short run on the slowest machine that this test is meant for. */
export const RUN_MS = 120_000;

export async function step(what, act) {
  try {
    return await act();
  } catch (error) {
    throw new Error(`${what}: did not hold\n${error.message}`);
  }
}

export function hold(truth, otherwise) {
  if (!truth) throw new Error(otherwise);
}

/** Everything a page must not do, gathered as it happens. */
export function listen(page, home) {
  const complaints = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.origin !== home.origin && !["data:", "blob:"].includes(url.protocol)) complaints.push(`foreign request: ${request.url()}`);
  });
  return complaints;
}

export async function newPage(context, home) {
  const page = await context.newPage();
  page.setDefaultTimeout(PAGE_MS);
  const complaints = listen(page, home);
  await page.addInitScript(() => {
    window.violations = [];
    document.addEventListener("securitypolicyviolation", (event) => window.violations.push(`${event.violatedDirective}: ${event.blockedURI}`));
  });
  return { page, complaints };
}

/** Opens a view of the page that is there already. */
export async function go(page, hash) {
  await page.evaluate((to) => { location.hash = to; }, hash);
}

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds that keeps somebody from using the page. */
export async function accessible(page, what) {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
    return violations.filter((v) => v.impact === "serious" || v.impact === "critical").map((v) => `${v.id} (${v.impact}): ${v.nodes.slice(0, 3).map((n) => `${n.target.join(" ")} ${n.failureSummary ?? ""}`).join("; ")}`);
  });
  hold(found.length === 0, `${what} is not accessible:\n${found.join("\n")}`);
}

/** The text of the file that a click hands over. */
export async function downloaded(page, click) {
  const [download] = await Promise.all([page.waitForEvent("download"), click()]);
  return { name: download.suggestedFilename(), path: await download.path(), text: await readFile(await download.path(), "utf8") };
}

/** Waits until the run has ended, by what the daemon says. */
export async function ended(page, run) {
  await page.waitForFunction(async (id) => {
    const { state } = await (await fetch(`/api/runs/${id}`)).json();
    return ["finished", "failed", "cancelled", "interrupted"].includes(state);
  }, run, { timeout: RUN_MS, polling: 500 });
}
