// Wires the page: state in the middle, the feed writes it, the views draw it.

import { render } from "preact";
import { commands } from "./feed/commands";
import { Feed } from "./feed/feed";
import { recall } from "./feed/memory";
import { readForm } from "./state/params";
import { readPrefs, schemeOf } from "./state/prefs";
import { formatRoute, parseRoute } from "./state/route";
import { initial, Store, type State } from "./state/store";
import { speak, t } from "./text/texts";
import { listenToKeys } from "./keys";
import { Shell } from "./views/shell";

const root = document.getElementById("cockpit");
if (root) start(root);

function start(root: HTMLElement): void {
  const prefs = readPrefs(recall("prefs"), navigator.languages);
  speak(prefs.language);
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const first = initial(prefs, location.hash);
  const store = new Store({ ...first, systemIsDark: dark.matches, form: { ...first.form, ...readForm(recall("form")) } }, (state) => draw(state));
  const feed = new Feed(store);
  const wired = commands(store, feed);

  function draw(state: State): void {
    dress(document.documentElement, state.prefs.language, schemeOf(state.prefs.theme, state.systemIsDark));
    const title = titleOf(state);
    if (document.title !== title) document.title = title;
    render(<Shell state={state} commands={wired} />, root);
  }

  window.addEventListener("hashchange", () => {
    const before = store.get().route;
    const route = parseRoute(location.hash);
    store.set({ route, notice: null });
    feed.visit(route);
    // A new view is read from its beginning; another exchange or filter of the same one is not.
    if (before.view !== route.view || (route.view === "run" && before.view === "run" && before.id !== route.id)) requestAnimationFrame(() => window.scrollTo(0, 0));
  });
  document.addEventListener("visibilitychange", () => store.schedule());
  dark.addEventListener("change", () => store.set({ systemIsDark: dark.matches }));
  listenToKeys(() => store.get(), wired);
  if (location.hash === "") history.replaceState(null, "", formatRoute(first.route));
  store.schedule();
  feed.start();
}

/** Only what differs: setting it at every draw, even to what it is, has the whole page styled anew, and Chromium keeps something of each time. */
function dress(page: HTMLElement, language: string, theme: string): void {
  if (page.lang !== language) page.lang = language;
  if (page.dataset["theme"] !== theme) page.dataset["theme"] = theme;
}

/** For the tab: what runs and how far, seen without looking at the page. */
function titleOf(state: State): string {
  const { run } = state.live;
  const { route } = state;
  const view = route.view === "run" ? t.run.title : t.nav.views[route.view];
  const far = run && run.total > 0 ? `${Math.floor((100 * run.done) / run.total)} % · ` : run ? "● " : "";
  return `${far}${view} · dualbench`;
}
