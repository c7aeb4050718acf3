// The head of a run: what it is, what can be done with it, and in which forms it can be taken away.

import type { ComponentChildren } from "preact";
import { isSimulated, originOf } from "../state/origin";
import type { Commands, RunDetail, Ui } from "../state/store";
import { csv } from "../state/csv";
import type { Baseline, Gpu } from "../state/wire";
import { t } from "../text/texts";
import { download } from "./download";
import { exchangeTable } from "./exchanges";
import { Fact, Figure, Link, Simulated } from "./figures";
import { dateTime, shortHash, span } from "./format";
import { saveReport } from "./report";

/** `children`: the verdict; it stands before everything else. */
export interface HeadProps { children: ComponentChildren; detail: RunDetail; commands: Commands; ui: Ui; cutOff: boolean; baselines: Baseline[]; gpu: Gpu | null }

export function RunHead({ children, detail, commands, ui, cutOff, baselines, gpu }: HeadProps) {
  const { journal } = detail;
  const scenario = journal.scenario;
  const pins = baselines.filter((baseline) => baseline.run_id === journal.run_id);
  return (
    <>
      <div class="title">
        <h2 id="run-title">{scenario?.name ?? t.run.title}</h2>
        <Simulated when={originOf(journal)} loud />
        {pins.map((pin) => <span key={pin.name} class="tag">{t.baseline.is(pin.name)} <button type="button" class="plain" aria-label={t.baseline.remove(pin.name)} onClick={() => commands.unpin(pin.name)}>×</button></span>)}
      </div>
      {children}
      <dl class="facts">
        <Fact name={t.run.id}><code>{journal.run_id}</code> <button type="button" class="plain" onClick={commands.copyLink}>{t.run.copyLink}</button></Fact>
        <Fact name={t.history.started}><time>{dateTime(journal.started_at)}</time></Fact>
        <Fact name={t.history.took}><Figure text={span(journal.duration_ms)} why={journal.reasons_for_null?.["duration_ms"] ?? t.run.notEnded} /></Fact>
        <Fact name={t.scenarios.version}>{scenario?.version ?? ""} <code title={scenario?.sha256}>{shortHash(scenario?.sha256)}</code></Fact>
      </dl>
      <div class="actions">
        <button type="button" disabled={cutOff} onClick={() => commands.again(journal, false)}>{t.run.again}</button>
        <button type="button" disabled={cutOff || journal.state !== "finished"} title={t.run.againCompareMeans} onClick={() => commands.again(journal, true)}>{t.run.againCompare}</button>
        <Link to={{ view: "compare", ids: [journal.run_id], baseline: null, force: false }}>{t.run.compareWith}</Link>
        <PinForm journal={journal} ui={ui} commands={commands} disabled={cutOff} />
      </div>
      <Marks detail={detail} ui={ui} commands={commands} disabled={cutOff} />
      <div class="actions exports" role="group" aria-label={t.exports.title}>
        <span class="quiet">{t.exports.title}</span>
        <button type="button" class="small" onClick={() => saveReport(detail, gpu, commands.now())}>{t.exports.report}</button>
        <button type="button" class="small" onClick={() => download(`${nameOf(detail)}.csv`, "text/csv", csv(...exchangeTable(detail.exchanges, (target) => isSimulated(journal, target))))}>{t.exports.csv}</button>
        <button type="button" class="small" onClick={() => download(`${nameOf(detail)}.json`, "application/json", whole(detail))}>{t.exports.json}</button>
        <button type="button" class="small" onClick={() => download(`${nameOf(detail)}.jsonl`, "application/x-ndjson", `${detail.line.trimEnd()}\n`)}>{t.exports.line}</button>
      </div>
    </>
  );
}

/** Tags and a note: what a person keeps about the run, and the way off the lists. */
function Marks({ detail: { journal, mark }, ui, commands, disabled }: { detail: RunDetail; ui: Ui; commands: Commands; disabled: boolean }) {
  const id = journal.run_id;
  const tag = String(ui[`tag/${id}`] ?? "");
  // What is being written outlives every redraw and the way to another view; it ends when it is kept.
  const draft = ui[`note/${id}`];
  const note = typeof draft === "string" ? draft : mark.note;
  const add = (event: Event) => {
    event.preventDefault();
    if (tag.trim() === "") return;
    commands.keep(id, { tags: [...mark.tags, tag.trim()] });
    commands.ui(`tag/${id}`, "");
  };
  return (
    <div class="marks">
      <div class="actions">
        {mark.tags.map((name) => (
          <span key={name} class="tag">{name} <button type="button" class="plain" disabled={disabled} aria-label={t.run.untag(name)} onClick={() => commands.keep(id, { tags: mark.tags.filter((other) => other !== name) })}>×</button></span>
        ))}
        <form class="pin" onSubmit={add}>
          <label class="unseen" for="tag">{t.run.tag}</label>
          <input id="tag" type="text" placeholder={t.run.tag} maxLength={40} value={tag} onInput={(event) => commands.ui(`tag/${id}`, event.currentTarget.value)} />
          <button type="submit" disabled={disabled || tag.trim() === ""}>{t.run.addTag}</button>
        </form>
        {mark.removed
          ? <button type="button" class="plain" disabled={disabled} onClick={() => commands.putBack(id)}>{t.history.putBack}</button>
          : <button type="button" class="plain" disabled={disabled} onClick={() => commands.takeOff(id)}>{t.history.takeOff}</button>}
      </div>
      <details open={note !== ""}>
        <summary>{t.run.note}</summary>
        <textarea aria-label={t.run.note} rows={2} maxLength={4000} value={note} onInput={(event) => commands.ui(`note/${id}`, event.currentTarget.value)} />
        {note === mark.note ? null : <button type="button" class="small" disabled={disabled} onClick={() => commands.keep(id, { note })}>{t.run.keepNote}</button>}
      </details>
    </div>
  );
}

function PinForm({ journal, ui, commands, disabled }: { journal: RunDetail["journal"]; ui: Ui; commands: Commands; disabled: boolean }) {
  if (journal.verdict?.state !== "valid") return null;
  const draft = `pin/${journal.run_id}`;
  const name = String(ui[draft] ?? "");
  const submit = (event: Event) => { event.preventDefault(); if (name) commands.pin(name, journal.run_id); };
  return (
    <form class="pin baseline" onSubmit={submit}>
      <label class="unseen" for="pin-name">{t.baseline.name}</label>
      <input id="pin-name" type="text" placeholder={t.baseline.name} pattern="[A-Za-z0-9._\-]{1,64}" value={name} onInput={(event) => commands.ui(draft, event.currentTarget.value)} />
      <button type="submit" disabled={disabled || name === ""}>{t.baseline.pin}</button>
    </form>
  );
}

export function nameOf({ journal }: RunDetail): string {
  return `dualbench-${journal.scenario?.name ?? "run"}-${journal.run_id}${journal.simulated ? "-simulated" : ""}`;
}

/** The record and everything behind it, as one object. */
function whole({ line, mark, exchanges, log, itl }: RunDetail): string {
  return `${JSON.stringify({ record: JSON.parse(line) as unknown, mark, exchanges, log, token_latencies: itl }, null, 2)}\n`;
}
