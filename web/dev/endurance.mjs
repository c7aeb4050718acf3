// How the Lab holds under load: frames and heap of a page that watches many streams at once, in headless Chromium.
// Use: DUALBENCH_URL=http://127.0.0.1:4280 node dev/endurance.mjs [USERS] [MINUTES]
// The daemon is one on simulated engines. Exit 1: frames over 32 ms at p95, or a heap that grows.

import { openBrowser } from "./browser.mjs";

const FRAME_MS = 32;
/** Growth of the heap from the third fifth to the last: before that, series fill up to what is kept of them. */
const GROWTH = 1.25;
const SETTLE_MS = 10_000;

const address = process.env.DUALBENCH_URL;
if (!address) throw new Error("set DUALBENCH_URL to a daemon's address");
const users = Number(process.argv[2] ?? 256);
const minutes = Number(process.argv[3] ?? 10);

const params = { users, duration_s: minutes * 60 + 30, output_tokens: 128 };
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
  await page.evaluate(() => {
    window.frames_ms = [];
    let last = performance.now();
    const beat = (now) => { window.frames_ms.push(now - last); last = now; requestAnimationFrame(beat); };
    requestAnimationFrame(beat);
  });
  const heaps = [];
  const until = Date.now() + minutes * 60_000;
  while (Date.now() < until) {
    await session.send("HeapProfiler.collectGarbage");
    heaps.push((await session.send("Runtime.getHeapUsage")).usedSize / 2 ** 20);
    await page.waitForTimeout(5_000);
  }
  const frames = (await page.evaluate(() => window.frames_ms)).sort((a, b) => a - b);
  const at = (share) => frames[Math.floor(share * (frames.length - 1))];
  const part = (all) => all.reduce((sum, one) => sum + one, 0) / all.length;
  const fifth = Math.max(1, Math.floor(heaps.length / 5));
  const [before, after] = [part(heaps.slice(2 * fifth, 3 * fifth)), part(heaps.slice(-fifth))];
  const course = Array.from({ length: 10 }, (_, tenth) => heaps[Math.floor(tenth / 10 * heaps.length)].toFixed(1));
  console.log(`${users} users, ${minutes} min: ${frames.length} frames, p50 ${at(0.5).toFixed(1)} ms, p95 ${at(0.95).toFixed(1)} ms, p99 ${at(0.99).toFixed(1)} ms; heap ${course.join(" ")} MiB, of the third fifth ${before.toFixed(1)}, of the last ${after.toFixed(1)}`);
  if (at(0.95) > FRAME_MS || after > before * GROWTH) process.exitCode = 1;
} finally {
  await browser.close();
  await fetch(new URL(`/api/runs/${run_id}/cancel`, address), { method: "POST", headers: { "content-type": "application/json" }, body: "{}" }).catch(() => {});
}
