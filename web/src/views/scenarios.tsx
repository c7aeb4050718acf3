// The scenario list: what can run, what is broken and why, and which version still serves meanwhile.

import { chosenScenario, lastOf } from "../state/select";
import type { Commands, State } from "../state/store";
import type { Scenario, ScenarioError } from "../state/wire";
import { StateWord } from "./figures";
import { dateTime, shortHash, span, words } from "./format";

const TONE = { ready: "good", stale: "warn", broken: "bad" } as const;

export function Scenarios({ state, commands }: { state: State; commands: Commands }) {
  return (
    <section class="panel scenarios" aria-labelledby="scenarios-title">
      <h2 id="scenarios-title">Scenarios</h2>
      <List state={state} commands={commands} />
    </section>
  );
}

function List({ state, commands }: { state: State; commands: Commands }) {
  const { scenarios } = state;
  if (scenarios.state === "loading") return <p class="quiet">Reading the list…</p>;
  if (scenarios.state === "failed") return <p class="problem">The list could not be read: {scenarios.why}</p>;
  if (scenarios.value.length === 0) return <p class="quiet">The scenario folder is empty. A .wasm or .wat file put there appears here within a second.</p>;
  const chosen = chosenScenario(state)?.name;
  return (
    <ul class="scenario-list">
      {scenarios.value.map((scenario) => (
        <Item key={scenario.name} scenario={scenario} last={lastOf(state, scenario)} chosen={scenario.name === chosen} choose={() => commands.choose(scenario.name)} />
      ))}
    </ul>
  );
}

function Item({ scenario, last, chosen, choose }: { scenario: Scenario; last: string | null; chosen: boolean; choose: () => void }) {
  return (
    <li class={chosen ? "scenario chosen" : "scenario"} data-scenario={scenario.name}>
      <button type="button" class="pick" aria-pressed={chosen} onClick={choose}>
        <span class="name">{scenario.name}</span>
        <StateWord state={scenario.state} tone={TONE[scenario.state]} />
      </button>
      {scenario.ready ? <Version scenario={scenario} last={last} /> : null}
      {scenario.error ? <Trouble error={scenario.error} /> : null}
    </li>
  );
}

function Version({ scenario: { ready, error }, last }: { scenario: Scenario; last: string | null }) {
  if (!ready) return null;
  const title = `sha256 ${ready.sha256} · loaded ${dateTime(ready.loaded_at)} · compiled in ${span(ready.compile_ms)} · ${ready.world}`;
  return (
    <p class="version" title={title}>
      {error ? "still serving " : ""}{ready.version} <code>{shortHash(ready.sha256)}</code>
      {ready.language ? ` · ${ready.language}` : ""} · asks {ready.targets.join(", ")}
      {last === null ? "" : ` · last run ${last}`}
    </p>
  );
}

function Trouble({ error }: { error: ScenarioError }) {
  return (
    <div class="trouble">
      <p class="problem"><strong>{words(error.class)}</strong>: {error.message}</p>
      <p class="quiet"><code>{error.file}</code> · {dateTime(error.at)}</p>
      {error.backtrace === null ? null : (
        <details><summary>Backtrace</summary><pre tabIndex={0}>{error.backtrace}</pre></details>
      )}
    </div>
  );
}
