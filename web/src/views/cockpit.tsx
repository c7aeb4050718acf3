// The whole page as a function of the state.

import type { Commands, State } from "../state/store";
import { Charts } from "./charts";
import { RunForm } from "./form";
import { Header } from "./header";
import { Output } from "./output";
import { Progress } from "./progress";
import { Runs } from "./runs";
import { Scenarios } from "./scenarios";

export function Cockpit({ state, commands }: { state: State; commands: Commands }) {
  return (
    <>
      <Header state={state} />
      {state.notice === null ? null : (
        <div class="notice" role="alert"><p>{state.notice}</p><button type="button" class="small" onClick={commands.dismissNotice}>Dismiss</button></div>
      )}
      <main class={state.connection.state === "stale" ? "stale" : ""}>
        <div class="side">
          <Scenarios state={state} commands={commands} />
          <RunForm state={state} commands={commands} />
        </div>
        <div class="work">
          <Progress state={state} commands={commands} />
          <Charts state={state} commands={commands} />
          <Output state={state} />
        </div>
        <Runs state={state} commands={commands} />
      </main>
      <p class="unseen" role="status" aria-live="polite">{state.announcement}</p>
    </>
  );
}
