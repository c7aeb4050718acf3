// The whole page as a function of the state. Its order is that of a narrow page, from top to bottom.

import type { Commands, State } from "../state/store";
import { Charts } from "./charts";
import { RunForm } from "./form";
import { Header, Offline } from "./header";
import { Output } from "./output";
import { Progress } from "./progress";
import { Runs } from "./runs";
import { Scenarios } from "./scenarios";

export function Cockpit({ state, commands }: { state: State; commands: Commands }) {
  return (
    <>
      <Header state={state} />
      <Offline connection={state.connection} />
      {state.notice === null ? null : (
        <div class="notice" role="alert"><p>{state.notice}</p><button type="button" class="small" onClick={commands.dismissNotice}>Dismiss</button></div>
      )}
      <main class={state.connection.state === "stale" ? "stale" : ""}>
        <Progress state={state} commands={commands} />
        <div class="side">
          <Scenarios state={state} commands={commands} />
          <RunForm state={state} commands={commands} />
        </div>
        <Charts state={state} commands={commands} />
        <Output state={state} />
        <Runs state={state} commands={commands} />
      </main>
      <footer class="foot quiet"><a href="/api/docs">API</a> · <a href="/assets/licences.txt">Licences of what this page is made of</a></footer>
      <p class="unseen" role="status" aria-live="polite">{state.announcement}</p>
    </>
  );
}
