// One run in full: verdict first with its reasons, then what ran, then a summary table for each target.

import type { Commands, Loaded, RunDetail, State } from "../state/store";
import type { Journal, RunRow, Verdict } from "../state/wire";
import { Chart } from "./chart";
import { memoryOf } from "./charts";
import { Exchanges } from "./exchanges";
import { Figure, Simulated, StateWord, UNTOLD } from "./figures";
import { bytes, dateTime, figure, shortHash, span, withUnit, words } from "./format";
import { gpuTraces } from "./gpu_traces";
import { Interference } from "./interference";
import { Log, Metrics } from "./output";
import { Summary } from "./summary";

const GIB = 1024 ** 3;

interface Props { row: RunRow; detail: Loaded<RunDetail>; state: State; commands: Commands }

export function RunPanel({ row, detail, state, commands }: Props) {
  if (detail.state === "loading") return <p class="quiet">Reading the run…</p>;
  if (detail.state === "failed") return <p class="problem">The run could not be read: {detail.why}</p>;
  const { journal, exchanges, log } = detail.value;
  const simulated = journal.simulated ?? row.simulated;
  const reasons = journal.reasons_for_null ?? {};
  return (
    <div class="run-panel">
      <VerdictLine verdict={journal.verdict ?? row.verdict} state={journal.state ?? row.state} />
      {journal.failure ? <Failure failure={journal.failure} /> : null}
      <Facts journal={journal} row={row} />
      {Object.entries(journal.targets ?? {}).map(([target, summary]) => (
        <Summary key={target} target={target} summary={summary} simulated={simulated} reasons={reasons} />
      ))}
      {journal.interference && journal.interference.length > 0 ? <Interference pairs={journal.interference} simulated={simulated} reasons={reasons} /> : null}
      {journal.metrics && journal.metrics.length > 0 ? <Metrics metrics={journal.metrics} simulated={simulated} /> : null}
      <GpuFacts journal={journal} simulated={simulated} />
      <Memory row={row} detail={detail.value} simulated={simulated} state={state} commands={commands} />
      {exchanges.length > 0 ? <Exchanges exchanges={exchanges} simulated={simulated} /> : null}
      {log.length > 0 ? <details><summary>Log of the scenario ({log.length})</summary><Log log={log} simulated={simulated} /></details> : null}
      <p class="quiet"><a href={`/api/runs/${encodeURIComponent(row.run_id)}`} target="_blank" rel="noopener">The whole record (JSON)</a></p>
    </div>
  );
}

function VerdictLine({ verdict, state }: { verdict: Verdict | null; state: string }) {
  if (!verdict) return <p class="verdict"><StateWord state={`no verdict (${state})`} tone="calm" /></p>;
  const valid = verdict.state === "valid";
  return (
    <div class="verdict">
      <p>
        <StateWord state={verdict.state} tone={valid ? "good" : "bad"} />{" "}
        {valid ? "Every declared condition held." : "These figures must not be trusted or compared, because:"}
      </p>
      {verdict.reasons.length > 0 ? <ul>{verdict.reasons.map((reason) => <li key={reason}>{inWords(reason)}</li>)}</ul> : null}
    </div>
  );
}

/** A bare code becomes words; a sentence stays as the daemon wrote it. */
function inWords(reason: string): string {
  return /^[a-z0-9_-]+$/.test(reason) ? words(reason) : reason;
}

function Failure({ failure }: { failure: NonNullable<Journal["failure"]> }) {
  return (
    <div>
      <p class="problem"><strong>{words(failure.class)}: </strong>{failure.message}</p>
      {failure.backtrace === null ? null : <details><summary>Backtrace</summary><pre tabIndex={0}>{failure.backtrace}</pre></details>}
    </div>
  );
}

function Facts({ journal, row }: { journal: Journal; row: RunRow }) {
  const scenario = typeof journal.scenario === "object" ? journal.scenario : { name: journal.scenario ?? row.scenario };
  const sha = ("sha256" in scenario ? scenario.sha256 : undefined) ?? row.sha256;
  const params = Object.entries(journal.params ?? {});
  return (
    <dl class="facts">
      <div><dt>Scenario</dt><dd>{scenario.name} {"version" in scenario ? scenario.version : ""} <code title={sha ?? ""}>{shortHash(sha)}</code></dd></div>
      <div><dt>Started</dt><dd class="figure">{dateTime(journal.started_at ?? row.started_at)}</dd></div>
      <div><dt>Took</dt><dd><Figure text={span(journal.duration_ms ?? row.duration_ms)} why={row.reasons_for_null["duration_ms"]} /></dd></div>
      {Object.entries(journal.engines ?? {}).map(([role, engine]) => (
        <div key={role}><dt>{role}</dt><dd title={engine.base_url}>{engine.identity?.model ?? engine.dialect ?? "unknown"}</dd></div>
      ))}
      {params.length > 0 ? <div class="wide"><dt>Parameters</dt><dd>{params.map(([name, value]) => `${name} ${String(value)}`).join(" · ")}</dd></div> : null}
      <div class="wide"><dt>Run</dt><dd><code>{row.run_id}</code></dd></div>
    </dl>
  );
}

/** The run's own samples; what the charts above show may be another run. */
function Memory({ row, detail, simulated, state, commands }: { row: RunRow; detail: RunDetail; simulated: boolean; state: State; commands: Commands }) {
  const traces = gpuTraces(detail.gpu, "vram_used_bytes");
  if (traces.every((trace) => trace.ring === undefined)) return null;
  return (
    <Chart
      key={row.run_id} id="run-vram" title="GPU memory over this run" unit="GiB" per={GIB} decimals={2} shape="line" past
      traces={traces} elapsedMs={row.duration_ms ?? 0} simulated={simulated} empty=""
      ceiling={memoryOf(state.gpu.state === "loaded" ? state.gpu.value : null)}
      tableOpen={state.openTables["run-vram"] ?? false} toggleTable={(open) => commands.toggleTable("run-vram", open)}
    />
  );
}

function GpuFacts({ journal, simulated }: { journal: Journal; simulated: boolean }) {
  const { gpu, client } = journal;
  const number = (from: Record<string, unknown> | null | undefined, key: string) => typeof from?.[key] === "number" ? (from[key] as number) : null;
  const why = (key: string) => journal.reasons_for_null?.[`gpu.${key}`] ?? journal.reasons_for_null?.[key] ?? UNTOLD;
  return (
    <dl class="facts">
      <div>
        <dt>VRAM at the peak of generation <Simulated when={simulated} /></dt>
        <dd><Figure text={bytes(number(gpu, "vram_at_peak_bytes"))} why={why(gpu ? "vram_at_peak_bytes" : "gpu")} /></dd>
      </div>
      <div><dt>VRAM, highest <Simulated when={simulated} /></dt><dd><Figure text={bytes(number(gpu, "vram_max_bytes"))} why={why(gpu ? "vram_max_bytes" : "gpu")} /></dd></div>
      <div><dt>Energy <Simulated when={simulated} /></dt><dd><Figure text={withUnit(number(gpu, "energy_j"), "J")} why={why(gpu ? "energy_j" : "gpu")} /></dd></div>
      <div><dt>Own scheduling lag, p99</dt><dd><Figure text={withUnit(number(client, "scheduler_lag_p99_us"), "µs")} why={why("client.scheduler_lag_p99_us")} /></dd></div>
      <div><dt>Coalesced chunks</dt><dd><Figure text={figure(scaled(number(client, "coalesced"), 100), 1)} unit="%" why={why("client.coalesced")} /></dd></div>
    </dl>
  );
}

function scaled(value: number | null, by: number): number | null {
  return value === null ? null : value * by;
}
