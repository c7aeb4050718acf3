// Imports go one way: main → feed → state ← views, and the words of `text` for feed and views. And what comes from data never becomes markup.

import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const SRC = new URL("../src/", import.meta.url);
const MAY = { text: ["text"], state: ["state"], feed: ["feed", "state", "text"], views: ["views", "state", "text"] };

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((name) => /(?<!\.d)\.tsx?$/.test(name)).map((name) => name.replaceAll("\\", "/"));
const text = (name) => readFileSync(new URL(name, SRC), "utf8");

test("there are sources to look at", () => {
  expect(files.length).toBeGreaterThan(15);
});

test.each(files.filter((name) => name.includes("/")))("%s imports only what its layer may", (name) => {
  const layer = name.split("/")[0] ?? "";
  for (const [, from = ""] of text(name).matchAll(/from "(\.[^"]+)"/g)) {
    const target = new URL(from, new URL(name, SRC)).pathname.slice(SRC.pathname.length).split("/")[0] ?? "";
    expect(MAY[layer], `${name} imports ${from}`).toContain(target);
  }
});

test.each(files.filter((name) => name.startsWith("views/")))("%s shows what it is given: it asks nobody, reads no clock, and keeps nothing", (name) => {
  expect(text(name)).not.toMatch(/\bfetch\(|Date\.now|performance\.now|new Date\(\)|setInterval|localStorage|\blocation\.|navigator\./);
});

test.each(files)("%s makes text, never markup", (name) => {
  // What a report is read from (`outerHTML`) is no way in; to write it would be one.
  expect(text(name)).not.toMatch(/innerHTML|outerHTML\s*=|insertAdjacentHTML|setHTMLUnsafe|document\.write|dangerouslySet|\beval\(|new Function/);
});
