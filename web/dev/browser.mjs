// Opens the system's Chromium; no browser is ever downloaded.

import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];

export async function openBrowser() {
  const executablePath = process.env.DUALBENCH_CHROMIUM ?? PLACES.find((place) => existsSync(place));
  if (!executablePath) throw new Error("no Chromium found: install the package `chromium`, or set DUALBENCH_CHROMIUM to its path");
  // Inside a container there is neither a user namespace for the sandbox nor a large /dev/shm.
  return chromium.launch({ executablePath, headless: true, args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"] });
}
