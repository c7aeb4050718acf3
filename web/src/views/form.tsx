// The run form, generated from what the chosen scenario declares. A field's problem stands beside the field.

import { check, rangeText, startText, type Draft } from "../state/params";
import { chosenScenario, isCutOff } from "../state/select";
import type { Commands, State } from "../state/store";
import type { Param, Scenario } from "../state/wire";

export function RunForm({ state, commands }: { state: State; commands: Commands }) {
  const scenario = chosenScenario(state);
  if (!scenario) return null;
  // While a run is under way it is what a narrow page is looked at for; the form then waits to be asked for.
  const folded = state.live.run !== null && !state.form.unfolded;
  return (
    <section class={folded ? "panel run-form folded" : "panel run-form"} aria-labelledby="form-title">
      <h2 id="form-title">Run {scenario.name}</h2>
      {folded ? <button type="button" class="unfold" aria-expanded={false} onClick={commands.unfold}>Queue another run</button> : null}
      {scenario.ready ? <p class="description">{scenario.ready.description}</p> : null}
      {scenario.ready ? <Fields scenario={scenario} state={state} commands={commands} /> : (
        <p class="quiet">It cannot run until its file is repaired; the error stands in the list.</p>
      )}
    </section>
  );
}

function Fields({ scenario, state, commands }: { scenario: Scenario; state: State; commands: Commands }) {
  const { form, live } = state;
  const draft: Draft = form.drafts[scenario.name] ?? {};
  const busy = live.run !== null;
  const submit = (event: Event) => { event.preventDefault(); commands.run(scenario.name); };
  return (
    <form noValidate onSubmit={submit}>
      {scenario.ready?.params.map((param) => (
        <Field
          key={`${scenario.name}/${param.name}`}
          id={`param-${param.name}`}
          param={param}
          text={draft[param.name] ?? startText(param)}
          refused={form.refused[param.name]}
          edit={(text) => commands.edit(scenario.name, param.name, text)}
        />
      ))}
      {form.general === null ? null : <p class="problem" role="alert">{form.general}</p>}
      <div class="actions">
        <button type="submit" class="primary" disabled={form.sending || isCutOff(state)}>{busy ? "Queue run" : "Run"}</button>
        {isCutOff(state) ? <span class="quiet">the daemon does not answer</span> : busy ? <span class="quiet">starts when the current run has ended</span> : null}
      </div>
    </form>
  );
}

interface FieldProps { id: string; param: Param; text: string; refused: string | undefined; edit: (text: string) => void }

function Field({ id, param, text, refused, edit }: FieldProps) {
  const checked = check(param, text);
  const problem = refused ?? ("problem" in checked ? checked.problem : undefined);
  const about = [param.help?.replace(/\.$/, ""), rangeText(param)].filter((part) => part).join(" · ");
  const describedBy = [about ? `${id}-help` : "", problem ? `${id}-problem` : ""].filter((part) => part).join(" ");
  const shared = { id, name: param.name, "aria-describedby": describedBy || undefined, "aria-invalid": problem ? true : undefined };
  return (
    <div class={param.type === "flag" ? "field flag" : "field"}>
      <label for={id}>{param.name.replaceAll("_", " ")}</label>
      <div class="input">
        <Input shared={shared} param={param} text={text} edit={edit} />
        {param.unit ? <span class="unit">{param.unit}</span> : null}
      </div>
      {about ? <p class="help" id={`${id}-help`}>{about}</p> : null}
      {problem ? <p class="problem" id={`${id}-problem`} aria-live="polite">{problem}</p> : null}
    </div>
  );
}

function Input({ shared, param, text, edit }: { shared: Record<string, unknown>; param: Param; text: string; edit: (text: string) => void }) {
  const typed = (event: Event) => edit((event.currentTarget as HTMLInputElement).value);
  if (param.choices && param.choices.length > 0) {
    return (
      <select {...shared} value={text} onChange={typed}>
        {param.choices.map((choice) => <option key={choice} value={choice}>{choice}</option>)}
      </select>
    );
  }
  if (param.type === "flag") {
    const ticked = (event: Event) => edit(String((event.currentTarget as HTMLInputElement).checked));
    return <input {...shared} type="checkbox" checked={text === "true"} onChange={ticked} />;
  }
  const keyboard = param.type === "integer" ? "numeric" : param.type === "number" ? "decimal" : "text";
  return <input {...shared} type="text" inputMode={keyboard} autoComplete="off" spellcheck={false} value={text} onInput={typed} />;
}
