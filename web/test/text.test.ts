import { expect, test } from "vitest";
import { en } from "../src/text/en";
import { fr } from "../src/text/fr";
import { readPrefs } from "../src/state/prefs";

/** Every text of a language by its path; a function is called with words of its own. */
function texts(of: unknown, path = ""): [string, string][] {
  if (typeof of === "string") return [[path, of]];
  if (typeof of === "function") return [[path, String((of as (...of: unknown[]) => unknown)(2, "x", "y"))]];
  return Object.entries(of as object).flatMap(([key, value]) => texts(value, `${path}.${key}`));
}

test("both languages have the same texts, and none is empty", () => {
  const [a, b] = [texts(en), texts(fr)];
  expect(b.map(([path]) => path)).toEqual(a.map(([path]) => path));
  for (const [path, text] of [...a, ...b]) expect(text.trim(), path).not.toBe("");
});

test("French is French: nearly no sentence is the same in both", () => {
  const french = new Map(texts(fr));
  const sentences = texts(en).filter(([, text]) => text.split(" ").length >= 4);
  expect(sentences.length).toBeGreaterThan(80);
  for (const [path, text] of sentences) expect(french.get(path), path).not.toBe(text);
});

test.each([[["fr-CH", "en"], "fr"], [["de", "fr"], "fr"], [["de"], "en"], [[], "en"]])("a browser that asks for %s is answered in %s", (languages, expected) => {
  expect(readPrefs(null, languages).language).toBe(expected);
});

test("what was kept goes before the browser's language, if it still means something", () => {
  expect(readPrefs({ language: "en", theme: "dark" }, ["fr"])).toEqual({ language: "en", theme: "dark" });
  expect(readPrefs({ language: "xx", theme: 4 }, ["fr"])).toEqual({ language: "fr", theme: "auto" });
});
