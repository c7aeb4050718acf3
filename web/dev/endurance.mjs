// How the Lab holds under load: frames and heap of a page that watches many streams at once, in headless Chromium.
// Use: DUALBENCH_URL=http://127.0.0.1:4280 node dev/endurance.mjs [USERS] [MINUTES]
// The daemon is one on simulated engines that serve as many at once: `dualbench serve --set simulated.slots=256`. Exit 1: frames over 32 ms at p95, or a heap that grows.

import { openBrowser } from "./browser.mjs";
import { median, slope } from "./slope.mjs";

const FRAME_MS = 32;
/**
 * Growth of the heap, in MiB a minute, over the last five minutes or the last half. What is left below it is the browser's: compared
 * snapshots of minutes 4 and 8 have fewer objects of the page, and 0.07 MiB a minute more of machine code, shapes of texts and DevTools' lists.
 */
const GROWTH = 0.1;
const JUDGED_MINUTES = 5;
const SETTLE_MS = 10_000;
const SAMPLE_MS = 5_000;

const address = process.env.DUALBENCH_URL;
if (!address) throw new Error("set DUALBENCH_URL to a daemon's address");
const users = Number(process.argv[2] ?? 256);
const minutes = Number(process.argv[3] ?? 10);

const params = { users, duration_s: minutes * 60 + 120, output_tokens: 128 };
const response = await fetch(new URL("/api/runs", address), { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ scenario: "load", params }) });
if (!response.ok) throw new Error(await response.text());
const { run_id } = await response.json();
const browser = await openBrowser();
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
  const session = await page.context().newCDPSession(page);
  await page.goto(new URL("/#/lab/load", address).href);
  await page.locator(".lanes").waitFor({ timeout: 60_000 });
  await page.waitForTimeout(SETTLE_MS);
  await page.evaluate(countFrames);
  const samples = [];
  const began = Date.now();
  const until = began + minutes * 60_000;
  while (Date.now() < until) {
    samples.push({ minute: (Date.now() - began) / 60_000, ...(await heapOf(page, session)) });
    await page.waitForTimeout(SAMPLE_MS);
  }
  const frames = quantiles(await page.evaluate(() => Array.from(window.frames_by_tenth_ms)));
  const { state } = await (await fetch(new URL(`/api/runs/${run_id}`, address))).json();
  if (state !== "measuring") throw new Error(`the run did not last: it is ${state}`);
  const tenths = Array.from({ length: 10 }, (_, i) => samples.filter(({ minute }) => Math.floor((10 * minute) / minutes) === i));
  const judged = samples.filter(({ minute }) => minute >= minutes - Math.min(JUDGED_MINUTES, minutes / 2));
  const growth = slope(judged.map(({ minute, mib }) => [minute, mib]));
  console.log(`${users} users, ${minutes} min: ${frames.n} frames, p50 ${frames.p50} ms, p95 ${frames.p95} ms, p99 ${frames.p99} ms`);
  console.log(`heap after collection, by tenths: ${tenths.map((part) => median(part.map(({ mib }) => mib)).toFixed(2)).join(" ")} MiB; at the end ${growth.toFixed(3)} MiB a minute (${GROWTH} at most)`);
  if (frames.p95 > FRAME_MS || !(growth <= GROWTH)) process.exitCode = 1;
} finally {
  await browser.close();
  await fetch(new URL(`/api/runs/${run_id}/cancel`, address), { method: "POST", headers: { "content-type": "application/json" }, body: "{}" }).catch(() => {});
}

/** What scripts and the document hold after a collection, taken between two draws: in the midst of one, what it is made of counts too. */
async function heapOf(page, session) {
  await page.evaluate(() => new Promise((done) => requestIdleCallback(done, { timeout: 1_000 })));
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize, embedderHeapUsedSize = 0 } = await session.send("Runtime.getHeapUsage");
  return { mib: (usedSize + embedderHeapUsedSize) / 2 ** 20 };
}

/** In the page: how many frames took how long, in tenths of a millisecond up to a second. What measures a heap must not grow in it. */
function countFrames() {
  window.frames_by_tenth_ms = new Uint32Array(10_001);
  let last = performance.now();
  const beat = (now) => {
    window.frames_by_tenth_ms[Math.min(10_000, Math.round(10 * Math.max(0, now - last)))] += 1;
    last = now;
    requestAnimationFrame(beat);
  };
  requestAnimationFrame(beat);
}

function quantiles(counts) {
  const n = counts.reduce((sum, count) => sum + count, 0);
  const at = (share) => {
    let left = share * n;
    return counts.findIndex((count) => (left -= count) <= 0) / 10;
  };
  return { n, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
