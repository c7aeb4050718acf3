// What the scenario folder holds: each file with what it can do, and, where it is broken, both what serves and what is wrong.

import type { Route } from "../state/route";
import { isCutOff } from "../state/select";
import type { Commands, State } from "../state/store";
import type { Scenario, ScenarioError } from "../state/wire";
import { t } from "../text/texts";
import { Fact, Link, Scroll, StateWord } from "./figures";
import { bytes, dateTime, span, words } from "./format";
import { SCENARIO_TONE } from "./picker";
import { UploadPart } from "./upload";

export function ScenariosView({ state, route, commands }: { state: State; route: Route & { view: "scenarios" }; commands: Commands }) {
  const { scenarios, folderProblem } = state;
  return (
    <div class="scenarios-view">
      <section class="panel" aria-labelledby="folder-title">
        <div class="title"><h2 id="folder-title">{t.scenarios.title}</h2><p class="quiet">{t.scenarios.about}</p></div>
        {folderProblem ? <p class="problem" role="alert"><strong>{t.scenarios.folderProblem}</strong> {folderProblem}</p> : null}
        {scenarios.state === "loading" ? <p class="quiet">{t.scenarios.reading}</p> : null}
        {scenarios.state === "failed" ? <p class="problem">{t.scenarios.unreadable(scenarios.why)}</p> : null}
        {scenarios.state === "loaded" && scenarios.value.length === 0 ? <p class="quiet">{t.scenarios.none}</p> : null}
      </section>
      <UploadPart state={state} commands={commands} />
      {scenarios.state === "loaded" ? sorted(scenarios.value).map((scenario) => (
        <Card key={scenario.name} scenario={scenario} open={route.open === scenario.name} commands={commands} cutOff={isCutOff(state)} />
      )) : null}
    </div>
  );
}

/** What needs a hand comes first. */
function sorted(all: Scenario[]): Scenario[] {
  const rank = { broken: 0, stale: 1, ready: 2 };
  return [...all].sort((a, b) => rank[a.state] - rank[b.state] || (a.name < b.name ? -1 : 1));
}

function Card({ scenario, open, commands, cutOff }: { scenario: Scenario; open: boolean; commands: Commands; cutOff: boolean }) {
  const { ready, error, last_run: last } = scenario;
  return (
    <section class="panel scenario-card" aria-labelledby={`scenario-${scenario.name}`} data-scenario={scenario.name} data-state={scenario.state}>
      <div class="title">
        <h3 id={`scenario-${scenario.name}`}>{scenario.name}</h3>
        <StateWord state={t.states[scenario.state]} tone={SCENARIO_TONE[scenario.state]} />
        <code>{scenario.file}</code>
        {ready ? <Link to={{ view: "lab", scenario: scenario.name }}>{t.scenarios.toLab}</Link> : null}
        {ready ? <button type="button" class="small" disabled={cutOff} onClick={() => { commands.run(scenario.name); commands.go({ view: "lab", scenario: scenario.name }); }}>{t.form.run}</button> : null}
      </div>
      {error ? <Trouble error={error} serving={ready?.version ?? null} /> : null}
      {ready ? (
        <>
          <p>{ready.description}</p>
          <dl class="facts">
            <Fact name={t.scenarios.version}>{ready.version}</Fact>
            <Fact name={t.scenarios.size}>{bytes(ready.size_bytes)}</Fact>
            <Fact name={t.scenarios.compiled}>{span(ready.compile_ms)}</Fact>
            <Fact name={t.scenarios.loaded}>{dateTime(ready.loaded_at)}</Fact>
            <Fact name={t.scenarios.language}>{ready.language ?? t.missing}</Fact>
            <Fact name={t.scenarios.world}><code>{ready.world}</code></Fact>
            <Fact name={t.scenarios.targets}>{ready.targets.join(", ")}</Fact>
            <Fact name={t.scenarios.lastRunTitle}>{last ? <Link to={{ view: "run", id: last.run_id, exchange: null }}>{dateTime(last.started_at)} · {last.verdict ? t.states[last.verdict] : last.state ? t.states[last.state] : t.states.unknown}</Link> : t.scenarios.never}</Fact>
            {ready.imports.length > 0 ? <Fact name={t.scenarios.imports} wide><code>{ready.imports.join(", ")}</code></Fact> : null}
            {ready.data_files.length > 0 ? <Fact name={t.scenarios.dataFiles} wide><code>{ready.data_files.join(", ")}</code></Fact> : null}
            <Fact name="sha256" wide><code>{ready.sha256}</code></Fact>
          </dl>
          <details open={open}>
            <summary>{t.scenarios.params(ready.params.length)}</summary>
            <Scroll label={t.scenarios.params(ready.params.length)}>
              <table>
                <thead><tr><th scope="col">{t.scenarios.param}</th><th scope="col">{t.scenarios.type}</th><th scope="col" class="num">{t.scenarios.usual}</th><th scope="col" class="num">{t.scenarios.range}</th><th scope="col">{t.scenarios.means}</th></tr></thead>
                <tbody>
                  {ready.params.map((param) => (
                    <tr key={param.name}>
                      <th scope="row"><code>{param.name}</code></th><td>{t.scenarios.types[param.type]}</td><td class="num">{String(param.default ?? t.missing)} <span class="unit">{param.unit ?? ""}</span></td>
                      <td class="num">{param.choices.length > 0 ? param.choices.join(", ") : param.min === null && param.max === null ? t.missing : `${param.min ?? "…"} – ${param.max ?? "…"}`}</td><td>{param.help}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroll>
          </details>
        </>
      ) : null}
    </section>
  );
}

function Trouble({ error, serving }: { error: ScenarioError; serving: string | null }) {
  return (
    <div class="trouble">
      <p class="problem"><strong>{words(error.class)}</strong>: {error.message}</p>
      <p class="quiet"><code>{error.file}</code> · {dateTime(error.at)} · {serving === null ? t.scenarios.cannotRun : t.scenarios.servesStill(serving)}</p>
      {error.backtrace === null ? null : <details><summary>{t.scenarios.backtrace}</summary><pre tabIndex={0}>{error.backtrace}</pre></details>}
    </div>
  );
}
