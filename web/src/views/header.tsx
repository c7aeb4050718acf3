// The bar at the top: what this is, whether the figures are real, what answers, whether the page is current, and how it looks.

import { originOfEngines } from "../state/origin";
import { LANGUAGES, nextTheme } from "../state/prefs";
import { isCutOff } from "../state/select";
import type { Commands, Connection, State } from "../state/store";
import type { Engine, Gpu } from "../state/wire";
import { t } from "../text/texts";
import { Simulated, StateWord } from "./figures";
import { bytes, clock } from "./format";

export function Header({ state, commands }: { state: State; commands: Commands }) {
  const { engines, gpu, prefs } = state;
  const old = isCutOff(state);
  return (
    <header class="bar">
      <h1><a href="#/lab">dualbench</a></h1>
      <Simulated when={originOfEngines(engines.state === "loaded" ? engines.value : [], state.live.simulated)} loud />
      <ul class="parts" aria-label={t.header.parts}>
        {engines.state === "loaded" ? engines.value.map((engine) => <EnginePart key={engine.role} engine={engine} old={old} />) : null}
        {engines.state === "failed" ? <li class="part">{t.system.engines}: {engines.why}</li> : null}
        {gpu.state === "loaded" ? <GpuPart gpu={gpu.value} old={old} /> : null}
      </ul>
      <ConnectionState connection={state.connection} />
      <div class="looks">
        <button type="button" class="plain" title={t.header.themeMeans} onClick={() => commands.theme(nextTheme(prefs.theme))}>{t.header.themes[prefs.theme]}</button>
        <label><span class="unseen">{t.header.language}</span>
          <select class="plain" value={prefs.language} onChange={(event) => { const found = LANGUAGES.find((known) => known === event.currentTarget.value); if (found) commands.language(found); }}>
            {LANGUAGES.map((language) => <option key={language} value={language} lang={language}>{t.header.languages[language]}</option>)}
          </select>
        </label>
      </div>
    </header>
  );
}

/** Across the page, because nothing on it is current any more. */
export function Offline({ connection }: { connection: Connection }) {
  if (connection.state !== "stale") return null;
  return (
    <div class="offline" role="alert">
      <p><strong>{t.connection.silent}</strong> ({t.connection.why[connection.why]}). {connection.since === null ? t.connection.neverHeard : t.connection.asItWas(clock(connection.since))} {t.connection.triesAgain}</p>
    </div>
  );
}

/** `old`: the daemon is silent, so what it said of its parts may no longer be so. */
function EnginePart({ engine, old }: { engine: Engine; old: boolean }) {
  const tone = old ? "warn" : engine.state === "up" ? "good" : "bad";
  const model = engine.identity?.model ?? engine.detail ?? engine.dialect;
  const facts = [engine.base_url, engine.dialect, engine.identity?.quantisation, engine.identity?.build, engine.detail].filter((fact) => fact !== null && fact !== undefined);
  return (
    <li class={`part ${engine.role}`} title={facts.join(" · ")}>
      <span class="role">{engine.role}</span> <StateWord state={old ? t.states.unknown : t.states[engine.state]} tone={tone} /> <span class="model">{model}</span>
    </li>
  );
}

function GpuPart({ gpu, old }: { gpu: Gpu; old: boolean }) {
  const [first, ...others] = gpu.devices;
  const count = others.length > 0 ? `${t.gpu.cards(gpu.devices.length)} · ` : "";
  const detail = first ? `${count}${first.name ?? ""}${first.vram_total_bytes ? ` · ${bytes(first.vram_total_bytes)}` : ""}` : gpu.reason;
  return (
    <li class="part gpu" title={gpu.reason ?? detail ?? ""}>
      <span class="role">GPU</span> <StateWord state={old ? t.states.unknown : t.states[gpu.state]} tone={old ? "warn" : gpu.state === "present" ? "good" : "calm"} />{" "}
      {first ? <span class="model">{detail}</span> : null}
    </li>
  );
}

function ConnectionState({ connection }: { connection: Connection }) {
  switch (connection.state) {
    case "live": return <p class="connection"><StateWord state={t.connection.live} tone="good" /></p>;
    case "connecting": return <p class="connection"><StateWord state={t.connection.connecting} tone="busy" /></p>;
    case "stale": return <p class="connection"><StateWord state={connection.since === null ? t.connection.notReached : t.connection.staleSince(clock(connection.since))} tone="bad" /></p>;
  }
}
