// The Lab: the first visit's invitation, a form that says what is wrong beside the field, a run watched, one stopped.

import { accessible, go, hold, RUN_MS, step } from "./check.mjs";

export async function firstVisit(page) {
  await step("an empty history is an invitation", () => page.locator(".invitation button.primary").waitFor());
  await accessible(page, "the first visit");
}

/** Starts engine-speed as a visitor does; resolves to the run's id once it has ended. */
export async function watchARun(page) {
  await go(page, "#/lab/engine-speed");
  const field = page.locator("#param-repetitions");
  await step("the form offers repetitions", () => field.waitFor());
  await field.fill("0");
  await step("a value that is too small is told beside its field", () => page.locator("#param-repetitions-problem").waitFor());
  await field.fill("3");
  await page.locator("#param-output_tokens").fill("24");
  const before = await runs(page);
  await submit(page);
  await step("the run is seen at work", () => page.locator(".lanes .lane.main").waitFor());
  await step("the run can be stopped", () => page.locator("button.stop").waitFor());
  const run = await step("a row of a finished run appears", () => newRun(page, before, "finished"));
  await step("three exchanges are three points", () => points(page, ["live-tokens_per_second", "live-ttft_ms"]));
  await step("the GPU is on the page", () => page.locator('[data-chart="live-vram"] canvas').waitFor());
  return run;
}

export async function stopARun(page) {
  const before = await runs(page);
  await page.locator("#param-repetitions").fill("2000");
  await submit(page);
  await page.locator("button.stop").click();
  await step("a stopped run is cancelled", () => newRun(page, before, "cancelled"));
  await page.locator("#param-repetitions").fill("3");
}

/** Asked twice, because nothing of the scenario's own end is waited for. */
export async function killARun(page) {
  const before = await runs(page);
  await page.locator("#param-repetitions").fill("2000");
  await submit(page);
  const kill = page.locator(".stops > button.kill");
  await kill.click();
  await page.locator(".confirm button").nth(1).click();
  await step("a kill that is thought better of leaves the run alone", () => kill.waitFor());
  await kill.click();
  await page.locator(".confirm button.kill").click();
  await step("a killed run is cancelled", () => newRun(page, before, "cancelled"));
  await page.locator("#param-repetitions").fill("3");
}

/** A threshold that cannot hold. */
export async function demandTooMuch(page) {
  const before = await runs(page);
  await page.locator(".demands summary").click();
  await page.locator("#thresholds").fill("ttft_ms.nonsense < 1");
  await submit(page);
  await step("a threshold that is no threshold is refused beside its field", () => page.locator('.demands [role="alert"]').waitFor());
  await page.locator("#thresholds").fill("main.ttft_ms.max < 0.001\nfailed < 1");
  await submit(page);
  const run = await step("the run with thresholds ends", () => newRun(page, before, "finished"));
  await page.locator("#thresholds").fill("");
  return run;
}

export async function remembered(page) {
  await page.reload({ waitUntil: "load" });
  await step("after a reload the form has the values last sent", () => page.waitForFunction(() => document.querySelector("#param-output_tokens")?.value === "24"));
  await step("after a reload the charts hold the last run", () => points(page, ["live-tokens_per_second"]));
}

/** A submit by the keyboard's way: the form's own. */
async function submit(page) {
  await page.locator(".run-form button[type=submit]").click();
}

function runs(page) {
  return page.locator("tr.run").evaluateAll((rows) => rows.map((row) => row.dataset.run));
}

async function newRun(page, before, wanted) {
  const found = await page.waitForFunction((known) => {
    const row = [...document.querySelectorAll("tr.run")].find((r) => !known.includes(r.dataset.run));
    return row && ["finished", "failed", "cancelled", "interrupted"].includes(row.dataset.state) ? [row.dataset.run, row.dataset.state] : null;
  }, before, { timeout: RUN_MS });
  const [run, state] = await found.jsonValue();
  hold(state === wanted, `the run ended as ${state}, not as ${wanted}`);
  return run;
}

/** Counts through the table twins: the same points as on the canvas, readable. */
async function points(page, charts) {
  for (const chart of charts) {
    const twin = page.locator(`[data-chart="${chart}"] details`);
    await twin.locator("summary").click();
    await twin.locator("tbody tr").first().waitFor();
    const values = await twin.locator("tbody tr td:last-child .figure").count();
    hold(values >= 3, `the chart ${chart} holds ${values} values, not 3`);
    await twin.locator("summary").click();
  }
}
