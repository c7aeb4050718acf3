// The scenarios at hand, to choose one from; what is broken is said here and told in full in its own view.

import { chosenScenario, lastOf } from "../state/select";
import type { Commands, State } from "../state/store";
import type { Scenario } from "../state/wire";
import { t } from "../text/texts";
import { Link, StateWord } from "./figures";
import { shortHash } from "./format";

export const SCENARIO_TONE = { ready: "good", stale: "warn", broken: "bad" } as const;

export function ScenarioPicker({ state, commands }: { state: State; commands: Commands }) {
  return (
    <section class="panel scenarios" aria-labelledby="scenarios-title">
      <h2 id="scenarios-title">{t.scenarios.title}</h2>
      {state.folderProblem ? <p class="problem">{state.folderProblem}</p> : null}
      <List state={state} commands={commands} />
    </section>
  );
}

function List({ state, commands }: { state: State; commands: Commands }) {
  const { scenarios } = state;
  if (scenarios.state === "loading") return <p class="quiet">{t.scenarios.reading}</p>;
  if (scenarios.state === "failed") return <p class="problem">{t.scenarios.unreadable(scenarios.why)}</p>;
  if (scenarios.value.length === 0) return <p class="quiet">{t.scenarios.none}</p>;
  const chosen = chosenScenario(state)?.name;
  return (
    <ul class="scenario-list">
      {scenarios.value.map((scenario) => (
        <Item key={scenario.name} scenario={scenario} last={lastOf(state, scenario)} chosen={scenario.name === chosen} choose={() => commands.go({ view: "lab", scenario: scenario.name })} />
      ))}
    </ul>
  );
}

function Item({ scenario, last, chosen, choose }: { scenario: Scenario; last: string | null; chosen: boolean; choose: () => void }) {
  const { ready, error } = scenario;
  const names: Record<string, string> = t.states;
  return (
    <li class={chosen ? "scenario chosen" : "scenario"} data-scenario={scenario.name}>
      <button type="button" class="pick" aria-pressed={chosen} onClick={choose}>
        <span class="name">{scenario.name}</span>
        <StateWord state={t.states[scenario.state]} tone={SCENARIO_TONE[scenario.state]} />
      </button>
      {ready && chosen ? (
        <p class="version">
          {error ? `${t.scenarios.stillServing} ` : ""}{ready.version} <code title={ready.sha256}>{shortHash(ready.sha256)}</code> · {t.scenarios.asks(ready.targets.join(", "))}
          {last === null ? "" : ` · ${t.scenarios.lastRun(names[last] ?? last)}`}
        </p>
      ) : null}
      {error ? <p class="problem trouble">{error.message} <Link to={{ view: "scenarios", open: scenario.name }}>{t.scenarios.more}</Link></p> : null}
    </li>
  );
}
