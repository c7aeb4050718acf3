// The view of one run: what is in it, what can be taken away, and that the report opens without a network.

import { pathToFileURL } from "node:url";
import { accessible, downloaded, go, hold, step } from "./check.mjs";

export async function openARun(page, run) {
  await go(page, `#/run/${run}`);
  await step("the run's verdict stands first", () => page.locator(".run-view .head .verdict").waitFor());
  const n = await page.locator('.summary [data-measure="ttft_ms"] td').first().innerText();
  hold(n.trim() === "3", `the summary tells ${n.trim()} exchanges in the TTFT row, not 3`);
  hold((await page.locator('.summary [data-measure="ttft_ms"] .needs').count()) >= 3, "percentiles without enough samples are shown as figures");
  for (const chart of ["run-ttft_ms", "run-itl_ms", "run-vram", "spread-ttft_ms-histogram", "spread-ttft_ms-ecdf", "spread-ttft_ms-spectrum", "waterfall"]) {
    await step(`the chart ${chart} is drawn`, () => drawn(page, chart));
  }
  await accessible(page, "a run");
  await zoom(page);
  await film(page, run);
}

/** Something other than paper is on the canvas. */
async function drawn(page, chart) {
  const canvas = page.locator(`[data-chart="${chart}"] canvas`);
  await canvas.scrollIntoViewIfNeeded();
  await page.waitForFunction((name) => {
    const canvas = document.querySelector(`[data-chart="${name}"] canvas`);
    if (!canvas) return false;
    const paper = Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height });
    return canvas.toDataURL() !== paper.toDataURL();
  }, chart);
}

/** One time axis: what is chosen in one chart is shown in all. */
async function zoom(page) {
  const plot = page.locator('[data-chart="run-ttft_ms"] .plot');
  await plot.focus();
  await page.keyboard.press("+");
  await step("a key zooms all charts of the time axis", () => page.locator('[data-chart="run-vram"] button.zoom').waitFor());
  await page.keyboard.press("0");
  await step("another shows all of it again", () => page.locator("button.zoom").first().waitFor({ state: "detached" }));
  const { x, y, width, height } = await plot.boundingBox();
  await page.mouse.move(x + width * 0.4, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + width * 0.6, y + height / 2, { steps: 4 });
  await page.mouse.up();
  await step("a drag chooses a stretch", () => page.locator('[data-chart="run-vram"] button.zoom').waitFor());
  await page.locator('[data-chart="run-vram"] button.zoom').click();
  await step("its button shows all again", () => page.locator("button.zoom").first().waitFor({ state: "detached" }));
}

async function film(page, run) {
  await page.locator(".film .title button").first().click();
  const slider = page.locator(".scrub input");
  await step("an exchange opens as a film", () => slider.waitFor());
  hold(/exchange=\d+/.test(page.url()), "the exchange is not in the address");
  const state = page.locator(".film .facts dd").first();
  const first = await state.innerText();
  await slider.focus();
  await page.keyboard.press("End");
  await step("the end of the film is another state than its beginning", () => page.waitForFunction((was) => document.querySelector(".film .facts dd")?.textContent !== was, first));
  await page.reload({ waitUntil: "load" });
  await step("the address leads back to the exchange", () => page.locator(".scrub input").waitFor());
  await go(page, `#/run/${run}`);
}

export async function showsThresholds(page, run) {
  await go(page, `#/run/${run}`);
  await step("a broken threshold is told", () => page.locator('tr[data-outcome="broken"]').waitFor());
  await step("a held one too", () => page.locator('tr[data-outcome="held"]').waitFor());
}

/** Looks like markup, and is what somebody wrote. */
const TAG = "<b>kept</b>";
const NOTE = "<img src=x onerror=alert(1)> & a second\nline";

export async function exports(page, context, run, home) {
  await go(page, "#/history");
  await keep(page, run, home, { tags: [TAG], note: NOTE });
  await go(page, `#/run/${run}`);
  await step("the tag is there", () => page.locator(".marks .tag", { hasText: TAG }).waitFor());
  const buttons = page.locator(".exports button");
  const [report, table, whole, line] = [0, 1, 2, 3].map((i) => () => downloaded(page, () => buttons.nth(i).click()));
  const served = await (await page.request.get(new URL(`/api/runs/${run}`, home).href)).text();
  const taken = await line();
  hold(taken.text.trimEnd() === served.trimEnd(), "the journal line taken away is not the one that the daemon serves");
  hold(taken.name.includes("simulated"), `the file's name does not say that it is simulated: ${taken.name}`);
  const rows = (await table()).text.trimEnd().split("\r\n");
  const { exchanges } = JSON.parse((await whole()).text);
  hold(rows.length === exchanges.length + 1 && rows[0].endsWith(",simulated"), `the CSV has ${rows.length} lines for ${exchanges.length} exchanges: ${rows[0]}`);
  const picture = page.locator('[data-chart="run-ttft_ms"] .save button').first();
  const [png] = await Promise.all([page.waitForEvent("download"), picture.click()]);
  hold(png.suggestedFilename().endsWith(".png"), `a picture is called ${png.suggestedFilename()}`);
  await offline(context, await report());
  await keep(page, run, home, { tags: [], note: "" });
}

async function keep(page, run, home, data) {
  const answer = await page.request.post(new URL(`/api/runs/${run}/mark`, home).href, { data });
  hold(answer.ok(), `tags and note were not kept: ${answer.status()} ${await answer.text()}`);
}

/** From the disk, with the network cut: nothing is asked for, and everything is there. */
async function offline(context, report) {
  const page = await context.newPage();
  const asked = [];
  page.on("request", (request) => { if (!/^(file|data|blob):/.test(request.url())) asked.push(request.url()); });
  await context.setOffline(true);
  const { mkdtemp, writeFile, rm } = await import("node:fs/promises");
  const { tmpdir } = await import("node:os");
  const { join } = await import("node:path");
  const folder = await mkdtemp(join(tmpdir(), "dualbench-report-"));
  try {
    const file = join(folder, report.name);
    await writeFile(file, report.text);
    await page.goto(pathToFileURL(file).href);
    await step("the report has its verdict", () => page.locator(".verdict").waitFor());
    await step("the report says that it is simulated", () => page.locator(".simulated.loud").waitFor());
    const [tag, note] = [await page.locator(".kept .tag").allTextContents(), await page.locator(".kept .note").textContent()];
    hold(tag.join() === TAG && note === NOTE, `the report's tag is ${tag.join()}, its note ${note}`);
    const pictures = await page.locator("img").evaluateAll((all) => all.map((image) => image.naturalWidth));
    hold(pictures.length >= 8 && pictures.every((width) => width > 0), `the report's pictures are ${pictures.join(", ")} wide`);
    const record = JSON.parse(await page.locator("#record").evaluate((script) => script.textContent));
    hold(record.record.run_id && record.exchanges.length > 0, "the report does not hold the record");
    hold(asked.length === 0, `the report asks for ${asked.join(", ")}`);
  } finally {
    await context.setOffline(false);
    await page.close();
    await rm(folder, { recursive: true, force: true });
  }
}
