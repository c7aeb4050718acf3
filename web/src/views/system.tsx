// How the daemon and what it stands on are: engines, pipeline, GPU, store, and the daemon itself.

import { isAny, originOfEngines } from "../state/origin";
import { isCutOff } from "../state/select";
import type { Commands, Loaded, State } from "../state/store";
import type { Clock, Engine, Gpu, Health } from "../state/wire";
import { t } from "../text/texts";
import { Fact, Figure, Simulated, StateWord } from "./figures";
import { bytes, dateTime, figure, span, withUnit, words } from "./format";
import { PipelinePart } from "./system_pipeline";
import { Waiting } from "./waiting";

export function SystemView({ state, commands }: { state: State; commands: Commands }) {
  return (
    <div class="system">
      <DaemonPart health={state.health} engines={state.engines.state === "loaded" ? state.engines.value : []} />
      <EnginesPart engines={state.engines} />
      <PipelinePart pipeline={state.pipeline} />
      <GpuPart gpu={state.gpu} />
      <ClockPart clock={state.clock} look={commands.lookAtClock} disabled={isCutOff(state) || state.live.run !== null} />
      <StorePart health={state.health} />
      <LimitsPart health={state.health} />
    </div>
  );
}

function DaemonPart({ health, engines }: { health: Loaded<Health>; engines: Engine[] }) {
  const value = health.state === "loaded" ? health.value : null;
  const origin = originOfEngines(engines, value?.simulated ?? false);
  return (
    <section class="panel" aria-labelledby="daemon-title">
      <h2 id="daemon-title">{t.system.daemon}</h2>
      <Waiting of={health} />
      {value ? (
        <dl class="facts">
          <Fact name={t.system.status}><StateWord state={value.status === "ok" ? t.system.ok : t.system.degraded} tone={value.status === "ok" ? "good" : "bad"} /></Fact>
          <Fact name={t.scenarios.version}>{value.version}</Fact>
          <Fact name={t.system.uptime}>{span(value.uptime_s * 1000)}</Fact>
          <Fact name={t.system.watchers}>{figure(value.watchers, 0)}</Fact>
          <Fact name={t.system.openRuns}>{figure(value.open_runs.length, 0)}</Fact>
          <Fact name={t.system.measuring}>{value.measuring ? t.yes : t.no}</Fact>
          <Fact name={t.system.figures}>{isAny(origin) ? <Simulated when={origin} loud /> : t.system.real}</Fact>
        </dl>
      ) : null}
      <p class="quiet">{t.system.limits} <a href="/api/docs">{t.foot.api}</a></p>
    </section>
  );
}

function EnginesPart({ engines }: { engines: Loaded<Engine[]> }) {
  return (
    <section class="panel" aria-labelledby="engines-title">
      <h2 id="engines-title">{t.system.engines}</h2>
      <Waiting of={engines} />
      <div class="columns">
        {engines.state === "loaded" ? engines.value.map((engine) => (
          <div key={engine.role} data-engine={engine.role}>
            <div class="title"><h3 class={`role ${engine.role}`}>{engine.role}</h3><StateWord state={t.states[engine.state]} tone={engine.state === "up" ? "good" : "bad"} /><Simulated when={engine.simulated} /></div>
            {engine.detail ? <p class="problem">{engine.detail}</p> : null}
            <dl class="pairs">
              <Fact name={t.provenance.address}><code>{engine.base_url}</code></Fact>
              <Fact name={t.provenance.dialect}>{engine.dialect}</Fact>
              <Fact name={t.system.checked}>{dateTime(engine.checked_at)}</Fact>
              {Object.entries(engine.identity ?? {}).filter(([key]) => key !== "raw").map(([key, value]) => (
                <Fact key={key} name={words(key)}><Figure text={value === null || value === undefined ? t.missing : typeof value === "number" ? (key.endsWith("bytes") ? bytes(value) : figure(value, 0)) : String(value)} why={t.ledger.notTold} /></Fact>
              ))}
            </dl>
            {engine.identity ? <details><summary>{t.system.raw}</summary><pre tabIndex={0}>{JSON.stringify(engine.identity.raw, null, 2)}</pre></details> : null}
          </div>
        )) : null}
      </div>
    </section>
  );
}

function GpuPart({ gpu }: { gpu: Loaded<Gpu> }) {
  const value = gpu.state === "loaded" ? gpu.value : null;
  return (
    <section class="panel" aria-labelledby="gpu-title">
      <div class="title">
        <h2 id="gpu-title">{t.system.gpu}</h2>
        {value ? <StateWord state={t.states[value.state]} tone={value.state === "absent" ? "warn" : "good"} /> : null}
        <Simulated when={value?.state === "simulated"} />
      </div>
      <Waiting of={gpu} />
      {value?.reason ? <p class="quiet">{value.reason}</p> : null}
      {value?.devices.map((device) => (
        <dl key={device.index} class="facts">
          <Fact name={`GPU ${device.index}`}>{device.name ?? t.missing}</Fact>
          <Fact name={t.gpu.memory}><Figure text={bytes(device.vram_used_bytes)} why={t.gpu.notTold} /> / {bytes(device.vram_total_bytes)}</Fact>
          <Fact name={t.gpu.utilisation}><Figure text={withUnit(device.utilisation_percent, "%", 0)} why={t.gpu.notTold} /></Fact>
          <Fact name={t.gpu.power}><Figure text={withUnit(device.power_w, "W", 0)} why={t.gpu.notTold} /></Fact>
          <Fact name={t.gpu.temperature}><Figure text={withUnit(device.temperature_c, "°C", 0)} why={t.gpu.notTold} /></Fact>
          <Fact name={t.gpu.clock}><Figure text={withUnit(device.sm_clock_mhz, "MHz", 0)} why={t.gpu.notTold} /></Fact>
        </dl>
      ))}
    </section>
  );
}

function StorePart({ health }: { health: Loaded<Health> }) {
  const store = health.state === "loaded" ? health.value.store : null;
  if (!store) return null;
  return (
    <section class="panel" aria-labelledby="store-title">
      <h2 id="store-title">{t.system.store}</h2>
      {store.write_error ? <p class="problem" role="alert">{t.system.writeError(store.write_error)}</p> : null}
      {store.lost > 0 ? <p class="problem" role="alert">{t.system.lost(store.lost)}</p> : null}
      <dl class="facts">
        <Fact name={t.system.runs}><Figure text={figure(store.runs, 0)} /></Fact>
        <Fact name={t.system.waiting}>{figure(store.waiting, 0)}</Fact>
        <Fact name={t.system.setAside}>{store.set_aside > 0 ? <span class="problem">{figure(store.set_aside, 0)}</span> : "0"}</Fact>
        <Fact name={t.system.database} wide><code>{store.path}</code></Fact>
        <Fact name={t.system.journal} wide><code>{store.journal}</code></Fact>
      </dl>
      <h3>{t.system.reconciled}</h3>
      <dl class="facts">{Object.entries(store.reconciled).map(([key, n]) => <Fact key={key} name={t.system.found[key as keyof typeof store.reconciled]}>{figure(n, 0)}</Fact>)}</dl>
    </section>
  );
}

function ClockPart({ clock, look, disabled }: { clock: Loaded<Clock> | null; look: () => void; disabled: boolean }) {
  const value = clock?.state === "loaded" ? clock.value : null;
  return (
    <section class="panel" aria-labelledby="clock-title">
      <div class="title">
        <h2 id="clock-title">{t.system.clock}</h2>
        {value ? <StateWord state={value.good ? t.system.clockGood : t.system.clockBad} tone={value.good ? "good" : "warn"} /> : null}
        <button type="button" class="small" disabled={disabled || clock?.state === "loading"} onClick={look}>{t.system.lookAgain}</button>
      </div>
      {clock ? <Waiting of={clock} /> : null}
      {value ? (
        <dl class="facts">
          <Fact name={t.system.clockStep}>{withUnit(value.step_ns, "ns", 0)}</Fact>
          <Fact name={t.system.wakeMedian(value.n)}><Figure text={withUnit(value.wake_late_median_us, "µs", 0)} /></Fact>
          <Fact name={t.system.wakeWorst}><Figure text={withUnit(value.wake_late_max_us, "µs", 0)} /></Fact>
        </dl>
      ) : null}
      {value && !value.good ? <p class="quiet">{t.system.clockAbout}</p> : null}
    </section>
  );
}

function LimitsPart({ health }: { health: Loaded<Health> }) {
  if (health.state !== "loaded") return null;
  return (
    <section class="panel" aria-labelledby="limits-title">
      <div class="title"><h2 id="limits-title">{t.system.inForce}</h2><p class="quiet">{t.system.limitsAbout}</p></div>
      <dl class="limits">
        {health.value.limits.map(({ key, value }) => <div key={key}><dt><code>{key}</code></dt><dd class="num">{limit(key, value)}</dd></div>)}
      </dl>
    </section>
  );
}

/** In the unit that the key ends in. */
function limit(key: string, value: number): string {
  if (key.endsWith("_bytes")) return bytes(value);
  return key.endsWith("_ms") ? span(value) : figure(value, 0);
}
