// History and Compare: filters in the address, a pinned baseline and its band, runs held against one another.

import { accessible, go, hold, RUN_MS, step } from "./check.mjs";

export async function history(page, run) {
  await go(page, "#/history");
  await step("the history has the runs", () => page.locator(`tr.run[data-run="${run}"]`).waitFor());
  const all = await page.locator("tr.run").count();
  await page.locator("#search").fill("engine-speed finished");
  await step("the search leaves fewer", () => page.waitForFunction((n) => { const now = document.querySelectorAll("tr.run").length; return now > 0 && now < n; }, all));
  hold(page.url().includes("text=engine-speed"), "the search is not in the address");
  await page.reload({ waitUntil: "load" });
  await step("after a reload the filter holds", () => page.waitForFunction(() => document.querySelector("#search")?.value === "engine-speed finished"));
  await page.locator('button.sort', { hasText: "took" }).click();
  hold(page.url().includes("sort=duration"), "the order is not in the address");
  await page.locator("#search").fill("no such run");
  await step("nothing found is said", () => page.locator(".runs p.quiet").waitFor());
  await go(page, "#/history");
  await accessible(page, "the history");
}

export async function baseline(page, run) {
  await go(page, `#/run/${run}`);
  await page.locator("#pin-name").fill("release");
  await page.locator(".pin").getByRole("button", { name: "Pin", exact: true }).click();
  await step("the pin is told", () => page.locator(".head .tag", { hasText: "release" }).waitFor());
  await go(page, "#/history?trend=main.ttft_ms&scenario=engine-speed");
  await step("the trend is drawn with its band", () => page.locator('[data-chart="trend"] .note', { hasText: "release" }).waitFor());
  await step("the history knows the pin", () => page.locator(`tr.run[data-run="${run}"] .tag`).waitFor());
}

/** "Run again and compare" leads from a run to the comparison with its repetition. */
export async function againAndCompare(page, run) {
  await go(page, `#/run/${run}`);
  await page.locator(".head .actions button").nth(1).click();
  await step("the comparison opens by itself", () => page.waitForFunction((id) => location.hash.startsWith("#/compare") && location.hash.includes(id), run, { timeout: RUN_MS }));
  await step("nothing differs in their making", () => page.locator(".comparison .state.good").first().waitFor());
  await step("each measure has a call", () => page.locator('.comparison tr[data-measure="ttft_ms"][data-call]').waitFor());
  await step("the runs are laid over one another", () => page.locator('[data-chart="compare-ttft_ms-ecdf"] .readout').nth(1).waitFor());
  await accessible(page, "a comparison");
}

/** From the history's checkboxes. */
export async function pickTwo(page) {
  await go(page, "#/history?text=finished");
  const boxes = page.locator('tr.run[data-state="finished"] input[type=checkbox]');
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  await page.locator(".runs .actions button.primary").click();
  await step("two runs that were picked are compared", () => page.locator(".chosen li").nth(1).waitFor());
}
