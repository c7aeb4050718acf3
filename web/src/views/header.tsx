// The bar at the top: what this is, whether the figures are real, what answers, and whether the page is current.

import { isCutOff } from "../state/select";
import type { Connection, State } from "../state/store";
import type { Engine, Gpu } from "../state/wire";
import { Simulated, StateWord } from "./figures";
import { bytes, clock } from "./format";

export function Header({ state }: { state: State }) {
  const { engines, gpu } = state;
  const old = isCutOff(state);
  return (
    <header class="bar">
      <h1>dualbench</h1>
      <Simulated when={state.live.simulated} loud />
      <ul class="parts" aria-label="engines and GPU">
        {engines.state === "loaded" ? engines.value.map((engine) => <EnginePart key={engine.role} engine={engine} old={old} />) : null}
        {engines.state === "failed" ? <li class="part">engines: {engines.why}</li> : null}
        {gpu.state === "loaded" ? <GpuPart gpu={gpu.value} old={old} /> : null}
      </ul>
      <ConnectionState connection={state.connection} />
    </header>
  );
}

/** Across the page, because nothing on it is current any more. */
export function Offline({ connection }: { connection: Connection }) {
  if (connection.state !== "stale") return null;
  const old = connection.since === null ? "Nothing has been heard of it yet." : `What stands below is as it was at ${clock(connection.since)}.`;
  return (
    <div class="offline" role="alert">
      <p><strong>The daemon does not answer</strong> ({connection.why}). {old} The page tries again by itself.</p>
    </div>
  );
}

/** `old`: the daemon is silent, so what it said of its parts may no longer be so. */
function EnginePart({ engine, old }: { engine: Engine; old: boolean }) {
  const tone = old ? "warn" : engine.state === "up" ? "good" : engine.state === "down" ? "bad" : "warn";
  const model = engine.identity?.model ?? engine.detail ?? engine.dialect;
  const facts = [engine.base_url, engine.dialect, engine.identity?.quantisation, engine.identity?.build, engine.detail]
    .filter((fact) => fact !== null && fact !== undefined);
  return (
    <li class={`part ${engine.role}`} title={facts.join(" · ")}>
      <span class="role">{engine.role}</span> <StateWord state={old ? "unknown" : engine.state} tone={tone} /> <span class="model">{model}</span>
    </li>
  );
}

function GpuPart({ gpu, old }: { gpu: Gpu; old: boolean }) {
  const [first, ...others] = gpu.devices;
  const count = others.length > 0 ? `${gpu.devices.length} cards · ` : "";
  const detail = first ? `${count}${first.name}${first.vram_total_bytes ? ` · ${bytes(first.vram_total_bytes)}` : ""}` : gpu.reason;
  return (
    <li class="part gpu" title={gpu.reason ?? detail ?? ""}>
      <span class="role">GPU</span> <StateWord state={old ? "unknown" : gpu.state} tone={old ? "warn" : gpu.state === "present" ? "good" : "calm"} />{" "}
      {first ? <span class="model">{detail}</span> : null}
    </li>
  );
}

function ConnectionState({ connection }: { connection: Connection }) {
  switch (connection.state) {
    case "live": return <p class="connection"><StateWord state="live" tone="good" /></p>;
    case "connecting": return <p class="connection"><StateWord state="connecting" tone="busy" /></p>;
    case "stale": {
      const since = connection.since === null ? "not reached yet" : `stale since ${clock(connection.since)}`;
      return <p class="connection" title={connection.why}><StateWord state={`${since}, reconnecting`} tone="bad" /></p>;
    }
  }
}
