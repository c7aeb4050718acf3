// What a visitor prefers, and keeps from one visit to the next.

export type Theme = "auto" | "light" | "dark";
export type Scheme = "light" | "dark";
export type Language = "en" | "fr";

export interface Prefs { theme: Theme; language: Language }

const THEMES: readonly Theme[] = ["auto", "light", "dark"];
export const LANGUAGES: readonly Language[] = ["en", "fr"];

/** What was kept, as far as it still means something; the rest from the browser. */
export function readPrefs(kept: unknown, languages: readonly string[]): Prefs {
  const { theme, language } = typeof kept === "object" && kept !== null ? (kept as Record<string, unknown>) : {};
  return {
    theme: THEMES.find((known) => known === theme) ?? "auto",
    language: LANGUAGES.find((known) => known === language) ?? preferred(languages),
  };
}

/** The first of the browser's languages that there is, else English. */
function preferred(languages: readonly string[]): Language {
  for (const tag of languages) {
    const found = LANGUAGES.find((known) => tag.toLowerCase().split("-")[0] === known);
    if (found) return found;
  }
  return "en";
}

/** The colours to wear: those that were chosen, else the system's. */
export function schemeOf(theme: Theme, systemIsDark: boolean): Scheme {
  return theme === "auto" ? (systemIsDark ? "dark" : "light") : theme;
}

export function nextTheme(theme: Theme): Theme {
  return THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "auto";
}
