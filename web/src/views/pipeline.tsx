// Where the time of the pipeline goes: its stages, the bottleneck, and what a faster stage would save.

import { own } from "../state/own";
import type { TargetSummary, WhatIf } from "../state/wire";
import { t } from "../text/texts";
import { Scroll, Simulated, StateWord } from "./figures";
import { figure, withUnit } from "./format";
import { DistTable } from "./summary";

export function Pipeline({ summary, simulated, reasons }: { summary: TargetSummary; simulated: boolean; reasons: Record<string, string> }) {
  const stages = record(summary["stages"]);
  const bottleneck = record(summary["bottleneck"]);
  const whatIf = (Array.isArray(summary["what_if"]) ? summary["what_if"] : []) as WhatIf[];
  const intents = Object.entries(record(summary["intents"])).filter((pair): pair is [string, number] => typeof pair[1] === "number");
  const stage = typeof bottleneck["stage"] === "string" ? bottleneck["stage"] : null;
  const share = typeof bottleneck["share"] === "number" ? bottleneck["share"] : null;
  return (
    <section class="panel" aria-labelledby="pipeline-title">
      <div class="title"><h2 id="pipeline-title">{t.pipeline.title}</h2><Simulated when={simulated} /></div>
      {stage === null ? null : (
        <p class="bottleneck"><StateWord state={t.pipeline.bottleneck} tone="warn" /> <strong>{stageName(stage)}</strong>{share === null ? "" : ` · ${t.pipeline.share(figure(share * 100, 1))}`}</p>
      )}
      <DistTable
        label={t.pipeline.stages} head={t.pipeline.stage}
        rows={[
          ...Object.entries(stages).map(([id, dist]) => ({ id: `stage-${id}`, name: stageName(id), means: undefined, unit: "ms", dist, why: reasons[`targets.pipeline.stages.${id}`] ?? t.untold })),
          { id: "glue_ms", name: t.pipeline.glue, means: t.pipeline.glueMeans, unit: "ms", dist: summary["glue_ms"], why: t.untold },
          ...(summary["network_and_queue_ms"] ? [{ id: "network_and_queue_ms", name: t.pipeline.network, means: undefined, unit: "ms", dist: summary["network_and_queue_ms"], why: t.untold }] : []),
        ]}
      />
      {whatIf.length > 0 ? <WhatIfTable rows={whatIf} /> : null}
      {intents.length > 0 ? <p class="quiet">{t.pipeline.intents} {intents.map(([name, n]) => `${name} ${n}`).join(" · ")}</p> : null}
    </section>
  );
}

export function stageName(stage: string): string {
  const names: Record<string, string> = t.parts;
  return own(names, stage) ?? stage;
}

/** A row for each stage, a column for each factor. */
function WhatIfTable({ rows }: { rows: WhatIf[] }) {
  const factors = [...new Set(rows.map((row) => row.times_faster))].sort((a, b) => a - b);
  const stages = [...new Set(rows.map((row) => row.stage))];
  const of = (stage: string, factor: number) => rows.find((row) => row.stage === stage && row.times_faster === factor)?.saves_ms ?? null;
  const most = Math.max(...rows.map((row) => row.saves_ms), Number.MIN_VALUE);
  return (
    <>
      <h3>{t.pipeline.whatIf}</h3>
      <p class="quiet">{t.pipeline.whatIfAbout}</p>
      <Scroll label={t.pipeline.whatIf}><table class="narrow">
        <thead><tr><th scope="col">{t.pipeline.stage}</th>{factors.map((factor) => <th key={factor} scope="col" class="num">{t.pipeline.faster(factor)}</th>)}</tr></thead>
        <tbody>
          {stages.map((stage) => (
            <tr key={stage}>
              <th scope="row">{stageName(stage)}</th>
              {factors.map((factor) => {
                const saves = of(stage, factor);
                return <td key={factor} class="num share" style={{ "--share": String((saves ?? 0) / most) }}>{withUnit(saves, "ms", 1)}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table></Scroll>
    </>
  );
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
