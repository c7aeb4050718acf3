// The words of the page in the language at hand. Every view takes them from here; each language is one file.

import { en } from "./en";
import { fr } from "./fr";

export type Texts = typeof en;

const ALL: Record<string, Texts> = { en, fr };

/** Bound anew by `speak`; importers see the change. */
export let t: Texts = en;

export function speak(language: string): void {
  t = ALL[language] ?? en;
}
