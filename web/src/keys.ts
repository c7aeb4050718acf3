// The keyboard: letters go to views, and to what each view is used for most. Never while something is being typed.

import { entry, type Route } from "./state/route";
import { nextTheme } from "./state/prefs";
import type { Commands, State } from "./state/store";

const GOES: Record<string, () => Route> = {
  l: () => entry("lab"), h: () => entry("history"), c: () => entry("compare"), s: () => entry("scenarios"), y: () => entry("system"),
};
/** How long the key after `g` is waited for. */
const WAIT_MS = 1_500;

export function listenToKeys(state: () => State, commands: Commands): void {
  let went = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const goes = Date.now() - went < WAIT_MS ? GOES[event.key] : undefined;
    went = event.key === "g" ? Date.now() : 0;
    const act = goes ? () => commands.go(goes()) : ACTS[event.key];
    if (!act) return;
    event.preventDefault();
    act(state(), commands);
  });
}

const ACTS: Record<string, (state: State, commands: Commands) => void> = {
  "?": (state, commands) => commands.ui("sheet", state.ui["sheet"] !== true),
  t: (state, commands) => commands.theme(nextTheme(state.prefs.theme)),
  "/": (state, commands) => {
    if (state.route.view !== "history") commands.go(entry("history"));
    requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById("search")?.focus()));
  },
  o: (state, commands) => { const id = state.live.shown?.run_id; if (id !== undefined) commands.go({ view: "run", id, exchange: null }); },
};

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName)) && !(target instanceof HTMLInputElement && ["checkbox", "range"].includes(target.type));
}
