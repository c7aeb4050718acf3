// The run form, generated from what the chosen scenario declares. A field's problem stands beside the field.

import { changed, check, startText, type Draft, type Trouble } from "../state/params";
import { chosenScenario, isCutOff } from "../state/select";
import type { Commands, State } from "../state/store";
import type { Param, Scenario } from "../state/wire";
import { t } from "../text/texts";

export function RunForm({ state, commands }: { state: State; commands: Commands }) {
  const scenario = chosenScenario(state);
  if (!scenario) return null;
  // While a run is under way it is what a narrow page is looked at for; the form then waits to be asked for.
  const folded = state.live.run !== null && !state.form.unfolded;
  return (
    <section class={folded ? "panel run-form folded" : "panel run-form"} aria-labelledby="form-title">
      <h2 id="form-title">{t.form.runNamed(scenario.name)}</h2>
      {folded ? <button type="button" class="unfold" aria-expanded={false} onClick={commands.unfold}>{t.form.another}</button> : null}
      {scenario.ready ? <p class="description">{scenario.ready.description}</p> : null}
      {scenario.ready ? <Fields scenario={scenario} state={state} commands={commands} /> : <p class="quiet">{t.form.broken}</p>}
    </section>
  );
}

function Fields({ scenario, state, commands }: { scenario: Scenario; state: State; commands: Commands }) {
  const { form, live } = state;
  const draft: Draft = form.drafts[scenario.name] ?? {};
  const busy = live.run !== null;
  const params = scenario.ready?.params ?? [];
  const lines = form.thresholds[scenario.name] ?? "";
  const different = changed(params, draft);
  const submit = (event: Event) => { event.preventDefault(); commands.run(scenario.name); };
  return (
    <form noValidate onSubmit={submit}>
      {params.map((param) => (
        <Field
          key={`${scenario.name}/${param.name}`} id={`param-${param.name}`} param={param} text={draft[param.name] ?? startText(param)}
          different={different.includes(param.name)} refused={form.refused[param.name]} edit={(text) => commands.edit(scenario.name, param.name, text)}
        />
      ))}
      <Thresholds text={lines} refused={form.refused["thresholds"]} abort={form.abortOnFail} edit={(text) => commands.editThresholds(scenario.name, text)} setAbort={commands.abortOnFail} />
      {form.general === null ? null : <p class="problem" role="alert">{form.general}</p>}
      <div class="actions">
        <button type="submit" class="primary" disabled={form.sending || isCutOff(state)}>{busy ? t.form.queue : t.form.run}</button>
        {different.length > 0 || lines ? <button type="button" class="plain" onClick={() => commands.resetForm(scenario.name)}>{t.form.reset}</button> : null}
        {isCutOff(state) ? <span class="quiet">{t.connection.silent}</span> : busy ? <span class="quiet">{t.form.startsWhen}</span> : null}
      </div>
    </form>
  );
}

interface FieldProps { id: string; param: Param; text: string; different: boolean; refused: string | undefined; edit: (text: string) => void }

function Field({ id, param, text, different, refused, edit }: FieldProps) {
  const checked = check(param, text);
  const problem = refused ?? ("problem" in checked ? troubleText(checked.problem) : undefined);
  const about = [param.help?.replace(/\.$/, ""), rangeText(param), different ? t.form.usually(startText(param)) : ""].filter(Boolean).join(" · ");
  const describedBy = [about ? `${id}-help` : "", problem ? `${id}-problem` : ""].filter(Boolean).join(" ");
  const shared = { id, name: param.name, "aria-describedby": describedBy || undefined, "aria-invalid": problem ? true : undefined };
  return (
    <div class={["field", param.type === "flag" ? "flag" : "", different ? "different" : ""].filter(Boolean).join(" ")}>
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

export function troubleText(trouble: Trouble): string {
  switch (trouble.code) {
    case "number": return t.form.number;
    case "whole": return t.form.whole;
    case "least": return t.form.least(trouble.limit, trouble.unit);
    case "most": return t.form.most(trouble.limit, trouble.unit);
    case "choice": return t.form.choose(trouble.choices.join(", "));
  }
}

/** `1 – 4096 tokens`, `at least 1`, or nothing. */
function rangeText(param: Param): string {
  if (param.min !== null && param.max !== null) return `${param.min} – ${param.max}${param.unit ? ` ${param.unit}` : ""}`;
  if (param.min !== null) return t.form.least(param.min, param.unit);
  if (param.max !== null) return t.form.most(param.max, param.unit);
  return "";
}

function Input({ shared, param, text, edit }: { shared: Record<string, unknown>; param: Param; text: string; edit: (text: string) => void }) {
  const typed = (event: Event) => edit((event.currentTarget as HTMLInputElement).value);
  if (param.choices.length > 0) {
    return <select {...shared} value={text} onChange={typed}>{param.choices.map((choice) => <option key={choice} value={choice}>{choice}</option>)}</select>;
  }
  if (param.type === "flag") {
    const ticked = (event: Event) => edit(String((event.currentTarget as HTMLInputElement).checked));
    return <input {...shared} type="checkbox" checked={text === "true"} onChange={ticked} />;
  }
  const keyboard = param.type === "integer" ? "numeric" : param.type === "number" ? "decimal" : "text";
  return <input {...shared} type="text" inputMode={keyboard} autoComplete="off" spellcheck={false} value={text} onInput={typed} />;
}

interface ThresholdProps { text: string; refused: string | undefined; abort: boolean; edit: (text: string) => void; setAbort: (on: boolean) => void }

/** What must hold of the run; folded away until somebody demands something. */
function Thresholds({ text, refused, abort, edit, setAbort }: ThresholdProps) {
  return (
    <details class="demands" open={text !== "" || refused !== undefined}>
      <summary>{t.thresholds.title}</summary>
      <div class="field">
        <label for="thresholds" class="unseen">{t.thresholds.title}</label>
        <textarea id="thresholds" rows={Math.max(2, text.split("\n").length)} spellcheck={false} placeholder={"ttft_ms.p95 < 400"} value={text} aria-describedby="thresholds-help" aria-invalid={refused ? true : undefined} onInput={(event) => edit(event.currentTarget.value)} />
        <p class="help" id="thresholds-help">{t.thresholds.help}</p>
        {refused ? <p class="problem" role="alert">{refused}</p> : null}
      </div>
      <label class="inline"><input type="checkbox" checked={abort} onChange={(event) => setAbort(event.currentTarget.checked)} /> {t.thresholds.abort}</label>
    </details>
  );
}
