// What the run was made of: engines, host, scenario, parameters. And what it cost: memory, energy, our own share.

import type { Journal } from "../state/wire";
import { t } from "../text/texts";
import { Fact, Figure, Simulated } from "./figures";
import { bytes, figure, withUnit, words } from "./format";

export function Provenance({ journal }: { journal: Journal }) {
  const { scenario, host } = journal;
  const gpu = isRecord(host?.["gpu"]) ? host["gpu"] : null;
  const params = Object.entries(journal.params ?? {});
  return (
    <section class="panel" aria-labelledby="provenance-title">
      <h2 id="provenance-title">{t.provenance.title}</h2>
      <div class="columns">
        {Object.entries(journal.engines ?? {}).map(([role, engine]) => (
          <div key={role}>
            <h3 class={`role ${role}`}>{role} <Simulated when={engine.simulated ?? journal.simulated ?? false} /></h3>
            <dl class="pairs">
              <Fact name={t.provenance.dialect}>{engine.dialect ?? t.missing}</Fact>
              <Fact name={t.provenance.address}><code>{engine.base_url ?? t.missing}</code></Fact>
              {engine.problem ? <Fact name={t.provenance.problem}><span class="problem">{engine.problem}</span></Fact> : null}
              {Object.entries(engine.identity ?? {}).filter(([key]) => key !== "raw").map(([key, value]) => <Fact key={key} name={words(key)}>{plain(value)}</Fact>)}
            </dl>
          </div>
        ))}
        <div>
          <h3>{t.provenance.host}</h3>
          <dl class="pairs">
            {Object.entries(host ?? {}).filter(([key]) => key !== "gpu").map(([key, value]) => <Fact key={key} name={words(key)}>{plain(value)}</Fact>)}
            {Object.entries(gpu ?? {}).map(([key, value]) => <Fact key={key} name={`GPU ${words(key)}`}>{plain(value)}</Fact>)}
            {gpu === null ? <Fact name="GPU">{t.missing}</Fact> : null}
          </dl>
        </div>
        <div>
          <h3>{t.provenance.scenario}</h3>
          <dl class="pairs">
            <Fact name={t.provenance.name}>{scenario?.name ?? t.missing} {scenario?.version ?? ""}</Fact>
            <Fact name="sha256"><code>{scenario?.sha256 ?? t.missing}</code></Fact>
            <Fact name={t.scenarios.world}><code>{scenario?.world ?? t.missing}</code></Fact>
            <Fact name={t.scenarios.language}>{scenario?.language ?? t.missing}</Fact>
            <Fact name={t.provenance.seed}>{journal.seed === undefined ? t.missing : String(journal.seed)}</Fact>
          </dl>
        </div>
        <div>
          <h3>{t.provenance.params}</h3>
          <dl class="pairs">{params.map(([name, value]) => <Fact key={name} name={words(name)}>{plain(value)}</Fact>)}</dl>
        </div>
      </div>
    </section>
  );
}

function plain(value: unknown): string {
  if (value === null || value === undefined || value === "") return t.missing;
  if (typeof value === "number") return figure(value, Number.isInteger(value) ? 0 : undefined);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Of the card and of the client, as one row of facts. */
export function Cost({ journal, simulated }: { journal: Journal; simulated: boolean }) {
  const { gpu, client } = journal;
  const reasons = journal.reasons_for_null ?? {};
  const number = (from: Record<string, unknown> | null | undefined, key: string) => (typeof from?.[key] === "number" ? from[key] : null);
  const why = (key: string) => reasons[`gpu.${key}`] ?? reasons["gpu"] ?? reasons[key] ?? t.untold;
  const own = (key: string) => reasons[`client.${key}`] ?? t.untold;
  const slope = number(gpu, "vram_bytes_per_1000_prompt_tokens");
  const coalesced = number(client, "coalesced");
  const mark = <Simulated when={simulated} />;
  return (
    <dl class="facts cost">
      <Fact name={<>{t.gpu.atPeak} {mark}</>}><Figure text={bytes(number(gpu, "vram_at_peak_bytes"))} why={why("vram_at_peak_bytes")} /></Fact>
      <Fact name={<>{t.gpu.highest} {mark}</>}><Figure text={bytes(number(gpu, "vram_max_bytes"))} why={why("vram_max_bytes")} /></Fact>
      <Fact name={<>{t.gpu.perThousand} {mark}</>}><Figure text={bytes(slope)} why={why("vram_bytes_per_1000_prompt_tokens")} /></Fact>
      <Fact name={<>{t.gpu.energy} {mark}</>}><Figure text={withUnit(number(gpu, "energy_j"), "J")} why={why("energy_j")} /></Fact>
      <Fact name={<>{t.gpu.meanPower} {mark}</>}><Figure text={withUnit(number(gpu, "power_mean_w"), "W")} why={why("power_mean_w")} /></Fact>
      <Fact name={<>{t.gpu.hottest} {mark}</>}><Figure text={withUnit(number(gpu, "temperature_max_c"), "°C", 0)} why={why("temperature_max_c")} /></Fact>
      <Fact name={t.client.lag}><Figure text={withUnit(number(client, "scheduler_lag_p99_us"), "µs")} why={own("scheduler_lag_p99_us")} /></Fact>
      <Fact name={t.client.coalesced}><Figure text={figure(coalesced === null ? null : coalesced * 100, 2)} unit="%" why={own("coalesced")} /></Fact>
      <Fact name={t.client.cpu}><Figure text={withUnit(number(client, "cpu_us_per_chunk"), "µs")} why={own("cpu_us_per_chunk")} /></Fact>
    </dl>
  );
}
