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
  await page.locator(".pin.baseline button").click();
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

/** Tags and a note are kept, found, and shown in the list. */
export async function tagged(page, run) {
  await go(page, `#/run/${run}`);
  await page.locator("#tag").fill("before-update");
  await page.locator(".marks .pin button").click();
  await step("the tag is kept", () => page.locator(".marks .tag", { hasText: "before-update" }).waitFor());
  await page.locator(".marks details summary").click();
  await page.locator(".marks textarea").fill("the card was cold");
  await page.locator(".marks details button").click();
  await step("the note is kept", () => page.locator(".marks details button").waitFor({ state: "detached" }));
  await go(page, "#/history?tag=before-update");
  await step("the tag finds its run, and no other", async () => {
    await page.locator(`tr.run[data-run="${run}"] .row-note`, { hasText: "the card was cold" }).waitFor();
    hold((await page.locator("tr.run").count()) === 1, "the tag finds other runs as well");
  });
}

/** Off the lists, undone; off again, found among those, and put back. */
export async function takenOffAndBack(page, run) {
  await go(page, "#/history");
  const row = page.locator(`tr.run[data-run="${run}"]`);
  await row.locator(".act button").click();
  await step("a run that is taken off leaves the list", () => row.waitFor({ state: "detached" }));
  await page.locator(".notice button").first().click();
  await step("it can be undone", () => row.waitFor());
  await row.locator(".act button").click();
  await row.waitFor({ state: "detached" });
  await go(page, "#/history?removed=true");
  await step("it is found among those", () => row.waitFor());
  await row.locator(".act button").click();
  await row.waitFor({ state: "detached" });
  await go(page, "#/history");
  await step("it is back", () => row.waitFor());
}

/** A journal of another machine: one line that is known, one that is new, one that is none. */
export async function imported(page, run, home) {
  const line = await (await page.request.get(new URL(`/api/runs/${run}`, home).href)).text();
  const other = JSON.parse(line);
  other.run_id = other.run_id.slice(0, -6) + "abcdef";
  const content = [line.trim(), JSON.stringify(other), "no line of ours", ""].join("\n");
  await go(page, "#/history");
  await page.locator(".import input").setInputFiles({ name: "benchmark_history.jsonl", mimeType: "application/x-ndjson", buffer: Buffer.from(content) });
  await step("what became of the lines is told", () => page.locator(".notice", { hasText: "1 run taken in, 1 known already, 1 line refused" }).waitFor());
  await step("the run of the other machine is in the list", () => page.locator(`tr.run[data-run="${other.run_id}"]`).waitFor());
  await page.locator(".notice button").click();
}
