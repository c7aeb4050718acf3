// What surrounds every view: the bar with the way around, what is wrong across the page, and the view of the address.

import { schemeOf } from "../state/prefs";
import { entry, VIEWS, type Route } from "../state/route";
import type { Commands, State } from "../state/store";
import { t } from "../text/texts";
import { Look } from "./charts/plot";
import { CompareView } from "./compare";
import { Link } from "./figures";
import { Header, Offline } from "./header";
import { HistoryView } from "./history";
import { Lab } from "./lab";
import { RunView } from "./run";
import { ScenariosView } from "./scenarios";
import { Sheet } from "./sheet";
import { SystemView } from "./system";

export function Shell({ state, commands }: { state: State; commands: Commands }) {
  const { route, prefs } = state;
  return (
    // Another language is another page: every text is made anew.
    <Look.Provider key={prefs.language} value={schemeOf(prefs.theme, state.systemIsDark)}><div class="shell">
      <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); document.getElementById("main")?.focus(); }}>{t.nav.skip}</a>
      <Header state={state} commands={commands} />
      <Navigation route={route} />
      <Offline connection={state.connection} />
      {state.notice === null ? null : (
        <div class={state.notice.bad ? "notice bad" : "notice"} role={state.notice.bad ? "alert" : "status"}><p>{state.notice.text}</p>{state.notice.undo ? <button type="button" class="small" onClick={() => commands.putBack(state.notice?.undo ?? "")}>{t.undo}</button> : null}<button type="button" class="small" onClick={commands.dismissNotice}>{t.dismiss}</button></div>
      )}
      <main id="main" tabIndex={-1} class={state.connection.state === "stale" ? "stale" : ""}><CurrentView state={state} commands={commands} /></main>
      <footer class="foot quiet"><a href="/api/docs">{t.foot.api}</a> · <a href="/assets/licences.txt">{t.foot.licences}</a> · <button type="button" class="plain" onClick={() => commands.ui("sheet", true)}>{t.keys.title} <kbd>?</kbd></button></footer>
      <p class="unseen" role="status" aria-live="polite">{state.announcement}</p>
      {state.ui["sheet"] === true ? <Sheet close={() => commands.ui("sheet", false)} /> : null}
    </div></Look.Provider>
  );
}

function CurrentView({ state, commands }: { state: State; commands: Commands }) {
  const { route } = state;
  switch (route.view) {
    case "lab": return <Lab state={state} commands={commands} />;
    case "run": return <RunView key={route.id} state={state} route={route} commands={commands} />;
    case "history": return <HistoryView state={state} route={route} commands={commands} />;
    case "compare": return <CompareView state={state} route={route} commands={commands} />;
    case "scenarios": return <ScenariosView state={state} route={route} commands={commands} />;
    case "system": return <SystemView state={state} commands={commands} />;
  }
}

function Navigation({ route }: { route: Route }) {
  return (
    <nav class="views" aria-label={t.nav.title}>
      <ul>{VIEWS.map((view) => <li key={view}><Link to={entry(view)} current={view === route.view || (view === "history" && route.view === "run")}>{t.nav.views[view]}</Link></li>)}</ul>
    </nav>
  );
}
