// The bar at the top: what this is, whether the figures are real, what answers, and whether the page is current.

import type { Connection, State } from "../state/store";
import type { Engine, Gpu } from "../state/wire";
import { Simulated, StateWord } from "./figures";
import { bytes, clock } from "./format";

export function Header({ state }: { state: State }) {
  const { engines, gpu } = state;
  return (
    <header class="bar">
      <h1>dualbench</h1>
      <Simulated when={state.live.simulated} loud />
      <ul class="parts" aria-label="engines and GPU">
        {engines.state === "loaded" ? engines.value.map((engine) => <EnginePart key={engine.role} engine={engine} />) : null}
        {engines.state === "failed" ? <li class="part">engines: {engines.why}</li> : null}
        {gpu.state === "loaded" ? <GpuPart gpu={gpu.value} /> : null}
      </ul>
      <ConnectionState connection={state.connection} />
    </header>
  );
}

function EnginePart({ engine }: { engine: Engine }) {
  const tone = engine.state === "up" ? "good" : engine.state === "down" ? "bad" : "warn";
  const model = engine.identity?.model ?? engine.detail ?? engine.dialect;
  const facts = [engine.base_url, engine.dialect, engine.identity?.quantisation, engine.identity?.build, engine.detail]
    .filter((fact) => fact !== null && fact !== undefined);
  return (
    <li class={`part ${engine.role}`} title={facts.join(" · ")}>
      <span class="role">{engine.role}</span> <StateWord state={engine.state} tone={tone} /> <span class="model">{model}</span>
    </li>
  );
}

function GpuPart({ gpu }: { gpu: Gpu }) {
  const first = gpu.devices[0];
  const detail = first ? `${first.name}${first.vram_total_bytes ? ` · ${bytes(first.vram_total_bytes)}` : ""}` : gpu.reason;
  return (
    <li class="part gpu" title={gpu.reason ?? detail ?? ""}>
      <span class="role">GPU</span> <StateWord state={gpu.state} tone={gpu.state === "present" ? "good" : "calm"} />{" "}
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
