// Files for the scenario folder, dropped or chosen, each with the loader's verdict; and a template of each language.

import { isCutOff } from "../state/select";
import type { Commands, State, Upload } from "../state/store";
import { t } from "../text/texts";
import { StateWord } from "./figures";

const ENDINGS = ".wasm,.wat,.js,.mjs,.ts,.py";

export function UploadPart({ state, commands }: { state: State; commands: Commands }) {
  const disabled = isCutOff(state);
  const over = state.ui["dropping"] === true;
  const drop = (event: DragEvent) => {
    event.preventDefault();
    commands.ui("dropping", false);
    if (!disabled) commands.upload([...(event.dataTransfer?.files ?? [])], false);
  };
  const choose = (input: HTMLInputElement) => {
    commands.upload([...(input.files ?? [])], false);
    input.value = "";
  };
  return (
    <section
      class={over ? "panel upload over" : "panel upload"} aria-labelledby="upload-title" onDrop={drop}
      onDragOver={(event) => { event.preventDefault(); if (!over) commands.ui("dropping", true); }} onDragLeave={() => commands.ui("dropping", false)}
    >
      <div class="title">
        <h2 id="upload-title">{t.scenarios.upload}</h2>
        <label class="import"><span>{t.scenarios.choose}</span><input type="file" multiple accept={ENDINGS} disabled={disabled} onChange={(event) => choose(event.currentTarget)} /></label>
      </div>
      <p class="quiet">{t.scenarios.uploadAbout}</p>
      <ul class="uploads" aria-live="polite">{state.uploads.map((upload) => <Line key={upload.file.name} upload={upload} commands={commands} />)}</ul>
      <Templates templates={state.templates} />
    </section>
  );
}

function Line({ upload: { file, told }, commands }: { upload: Upload; commands: Commands }) {
  switch (told.state) {
    case "checking": return <li data-upload={file.name}><code>{file.name}</code> <StateWord state={t.scenarios.checking} tone="busy" /></li>;
    case "live": return <li data-upload={file.name}><code>{file.name}</code> <StateWord state={told.live ? t.scenarios.isLive(told.name, told.version) : t.scenarios.isWritten(told.name)} tone="good" /></li>;
    case "exists": return (
      <li data-upload={file.name}>
        <code>{file.name}</code> <StateWord state={t.scenarios.exists} tone="warn" /> <button type="button" class="small" onClick={() => commands.upload([file], true)}>{t.scenarios.replace}</button>
      </li>
    );
    case "refused": return (
      <li data-upload={file.name}><code>{file.name}</code> <StateWord state={told.class ?? t.scenarios.refused} tone="bad" /> <span class="problem">{told.why}</span></li>
    );
  }
}

function Templates({ templates }: { templates: State["templates"] }) {
  if (templates.state === "failed") return <p class="problem">{templates.why}</p>;
  return (
    <>
      <h3>{t.scenarios.templates}</h3>
      <p class="quiet">{t.scenarios.templatesAbout}</p>
      <ul class="templates">
        {templates.state === "loaded" ? templates.value.map((language) => <li key={language}><a href={`/api/templates/${language}.tar.gz`} download="">{language}</a></li>) : null}
      </ul>
    </>
  );
}
