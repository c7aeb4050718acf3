// Scenarios, System, and what belongs to every view: languages, themes, the keyboard, phones, tabs, and a daemon that goes and comes.

import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { serve } from "../dev/server.mjs";
import { accessible, go, hold, newPage, step } from "./check.mjs";

export async function brokenAndMended(page, folder) {
  const file = join(folder, "my-first.wat");
  await go(page, "#/scenarios");
  await page.locator(".scenario-card").first().waitFor();
  await writeFile(file, "(module (func (export \"run\") i32.addd))");
  try {
    const card = page.locator('.scenario-card[data-scenario="my-first"]');
    await step("a broken scenario is told with its error", () => card.locator(".trouble .problem").waitFor());
    hold((await card.getAttribute("data-state")) === "broken", "a broken scenario is not called broken");
    await accessible(page, "a broken scenario");
    await rm(file);
    await step("a scenario that is taken away leaves the list", () => card.waitFor({ state: "detached" }));
  } finally {
    await rm(file, { force: true });
  }
}

/** Chosen by the picker, dropped with the mouse, refused where there is one already, and refused where it is none. */
export async function upload(page, folder) {
  const good = await readFile(new URL("../../tests/fixtures/scenarios/quick.wat", import.meta.url));
  const file = join(folder, "brought.wat");
  await go(page, "#/scenarios");
  const line = (name) => page.locator(`[data-upload="${name}"]`);
  try {
    await page.locator(".upload input").setInputFiles({ name: "brought.wat", mimeType: "", buffer: good });
    await step("a scenario that is brought is live", () => line("brought.wat").locator(".state.good").waitFor());
    await step("it is in the list", () => page.locator('.scenario-card', { hasText: "brought.wat" }).waitFor());
    await drop(page, "brought.wat", good.toString());
    await step("a file that is there is not replaced unasked", () => line("brought.wat").locator(".state.warn").waitFor());
    await line("brought.wat").locator("button").click();
    await step("it is replaced when that is asked for", () => line("brought.wat").locator(".state.good").waitFor());
    await drop(page, "odd.wat", "(module (func i32.addd))");
    await step("what is no scenario is refused with the loader's words", () => line("odd.wat").locator(".problem", { hasText: "does not parse" }).waitFor());
    hold(!(await readdir(folder)).includes("odd.wat"), "a file that was refused lies in the folder");
    await accessible(page, "the upload");
  } finally {
    await rm(file, { force: true });
  }
  const [archive] = await Promise.all([page.waitForEvent("download"), page.locator(".templates a", { hasText: "rust" }).click()]);
  hold(archive.suggestedFilename() === "my-scenario-rust.tar.gz", `the template is called ${archive.suggestedFilename()}`);
}

async function drop(page, name, text) {
  const data = await page.evaluateHandle(([called, content]) => {
    const made = new DataTransfer();
    made.items.add(new File([content], called));
    return made;
  }, [name, text]);
  await page.locator(".upload").dispatchEvent("drop", { dataTransfer: data });
}

export async function system(page) {
  await go(page, "#/system");
  await step("the engines are told", () => page.locator('[data-engine="main"] .state.good').waitFor());
  await step("the pipeline is told", () => page.locator('[data-pipeline="ready"] [data-intent="question"]').waitFor());
  await step("the index of its texts is told", () => page.locator('[data-retrieval="indexed"], [data-retrieval="never"]', { hasText: "dualbench-index.db" }).waitFor());
  await step("the store's journal is told", () => page.locator("main code", { hasText: "benchmark_history.jsonl" }).waitFor());
  await step("the clock is told", () => page.locator('[aria-labelledby="clock-title"] .figure').first().waitFor());
  await step("the limits are told with their keys", () => page.locator(".limits code", { hasText: "scenarios.cpu_ms" }).waitFor());
  await accessible(page, "the system");
}

export async function languages(page) {
  await go(page, "#/lab");
  await page.locator(".looks select").selectOption("fr");
  await step("the page speaks French", () => page.locator(".views a", { hasText: "Historique" }).waitFor());
  hold((await page.evaluate(() => document.documentElement.lang)) === "fr", "the page does not say that it is French");
  await page.reload({ waitUntil: "load" });
  await step("it still does after a reload", () => page.locator(".views a", { hasText: "Historique" }).waitFor());
  await accessible(page, "the French page");
  await page.locator(".looks select").selectOption("en");
  await page.locator(".views a", { hasText: "History" }).waitFor();
}

export async function themes(page, run) {
  const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await paper();
  for (const theme of ["light", "dark"]) {
    await page.locator(".looks button").click();
    await page.waitForFunction((wanted) => document.documentElement.dataset.theme === wanted, theme);
  }
  await step("the theme changes the paper", () => page.waitForFunction((was) => getComputedStyle(document.documentElement).backgroundColor !== was, light));
  for (const hash of ["#/lab", `#/run/${run}`, "#/history", "#/scenarios", "#/system"]) {
    await go(page, hash);
    await page.locator("main .panel").first().waitFor();
    await accessible(page, `${hash} in the dark`);
  }
  await page.locator(".looks button").click();
}

/** Without a mouse: to the history, through the sheet, to a run and into it. */
export async function keyboard(page) {
  await go(page, "#/lab");
  await page.locator("body").press("g");
  await page.keyboard.press("h");
  await step("g h leads to the history", () => page.waitForFunction(() => location.hash === "#/history"));
  await page.keyboard.press("?");
  await step("? opens the sheet", () => page.locator("dialog.sheet").waitFor());
  await page.keyboard.press("Escape");
  await step("Escape closes it", () => page.locator("dialog.sheet").waitFor({ state: "detached" }));
  await page.keyboard.press("/");
  await step("/ leads to the search", () => page.waitForFunction(() => document.activeElement?.id === "search"));
  await page.keyboard.type("?");
  hold((await page.locator("dialog.sheet").count()) === 0, "a letter that is typed is taken for a shortcut");
  await page.keyboard.press("Backspace");
  await step("Tab leads to a run", async () => {
    for (let i = 0; i < 60; i += 1) {
      await page.keyboard.press("Tab");
      if (await page.evaluate(() => document.activeElement?.closest("tr.run") !== null && document.activeElement?.tagName === "A")) return;
    }
    throw new Error("60 times Tab and no link to a run");
  });
  await page.keyboard.press("Enter");
  await step("Enter opens it", () => page.locator(".run-view .verdict").waitFor());
  await step("the focus can be seen", async () => {
    await page.keyboard.press("Tab");
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    hold(outline !== "none", "what has the focus shows no outline");
  });
}

export async function phone(page, run) {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const hash of ["#/lab", `#/run/${run}`, "#/history", "#/scenarios", "#/system"]) {
    await go(page, hash);
    await page.locator("main .panel").first().waitFor();
    await step(`on a phone nothing of ${hash} is wider than the screen`, () => page.waitForFunction(() => document.documentElement.scrollWidth <= window.innerWidth));
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}

/** Two tabs, one stream: the daemon counts who watches. */
export async function tabs(page, context, home) {
  const watchers = async () => (await (await page.request.get(new URL("/api/health", home).href)).json()).watchers;
  const second = await context.newPage();
  await second.goto(home.href);
  await step("a second tab is live", () => second.locator(".connection .good").waitFor());
  await step("both share one stream", () => page.waitForFunction(async () => (await (await fetch("/api/health")).json()).watchers === 1, null, { polling: 300 }));
  await second.close();
  hold((await watchers()) === 1, `${await watchers()} streams are open after the second tab has gone`);
}

/** A daemon that goes away is told across the page, and nothing can be started until it is back. */
export async function cutOff(browser, home) {
  let between = await serve({ daemon: home.href, embedded: true });
  const { port } = new URL(between.url);
  const context = await browser.newContext();
  const { page } = await newPage(context, new URL(between.url));
  await page.goto(between.url);
  const button = page.locator(".run-form button[type=submit]");
  await button.waitFor();
  between.close();
  await step("a silent daemon is told in a banner", () => page.locator('.offline[role="alert"]').waitFor());
  hold(await button.isDisabled(), "the form can be sent while the daemon does not answer");
  hold((await page.locator(".part.main").innerText()).includes("unknown"), "the engine is not shown as unknown");
  await step("the bar says since when", () => page.locator(".connection .bad").waitFor());
  between = await serve({ daemon: home.href, embedded: true, port: Number(port) });
  await step("the page finds the daemon again", () => page.locator(".offline").waitFor({ state: "detached" }));
  await step("the form is open again", () => page.waitForFunction(() => !document.querySelector(".run-form button[type=submit]").disabled));
  await context.close();
  between.close();
}
