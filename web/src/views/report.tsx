// One run as a single HTML file: verdict, tables, charts as pictures, and the record itself. It opens from a disk without a
// network: no script runs in it, and nothing it shows lies outside of it.

import { render } from "preact";
import type { RunDetail } from "../state/store";
import type { Gpu } from "../state/wire";
import { t } from "../text/texts";
import { paint } from "./charts/paint";
import { picture } from "./charts/save";
import type { Spec, Twin } from "./charts/spec";
import { Drifts, Phases } from "./course";
import { SPREAD, spreadSpecs } from "./distributions";
import { download } from "./download";
import { Fact, Simulated } from "./figures";
import { dateTime, figure, span } from "./format";
import { Interference } from "./interference";
import { Ledger } from "./ledger";
import { Log, Metrics } from "./log";
import { Pipeline } from "./pipeline";
import { Cost, Provenance } from "./provenance";
import { runSpecs } from "./run_charts";
import { nameOf } from "./run_head";
import { Summary } from "./summary";
import { Failure, Thresholds, VerdictLine } from "./verdict";
import { lanesSpec } from "./waterfall";

/** Rows of a chart's table in the report; the record beneath has every figure. */
const ROWS = 200;

interface Shown { spec: Spec; source: string; twin: Twin }

export function saveReport(detail: RunDetail, gpu: Gpu | null): void {
  download(`${nameOf(detail)}.html`, "text/html", reportOf(detail, gpu));
}

function reportOf(detail: RunDetail, gpu: Gpu | null): string {
  const page = document.implementation.createHTMLDocument(`dualbench · ${detail.journal.scenario?.name ?? ""} · ${detail.journal.run_id}`);
  page.documentElement.lang = document.documentElement.lang;
  const meta = page.createElement("meta");
  meta.setAttribute("charset", "utf-8");
  page.head.prepend(meta);
  const policy = page.createElement("meta");
  policy.httpEquiv = "Content-Security-Policy";
  policy.content = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
  page.head.append(policy);
  // Its place only, until it is text: the page's own policy would hold it for a style of the page.
  const place = page.createElement("meta");
  place.name = "style";
  page.head.append(place);
  page.documentElement.dataset["theme"] = "light";
  render(<Report detail={detail} charts={chartsOf(detail, gpu)} />, page.body);
  for (const details of page.querySelectorAll("details:not(.twin)")) details.setAttribute("open", "");
  const data = page.createElement("script");
  data.type = "application/json";
  data.id = "record";
  // No `<` in the data: nothing in it can end the element that holds it.
  data.textContent = JSON.stringify({ record: detail.journal, exchanges: detail.exchanges, log: detail.log }).replaceAll("<", "\\u003c");
  page.body.append(data);
  return `<!doctype html>\n${page.documentElement.outerHTML.replace('<meta name="style">', () => `<style>${ownStyle()}</style>`)}\n`;
}

/** The page's own rules, as text. */
function ownStyle(): string {
  return [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules].map((rule) => rule.cssText)).join("\n");
}

function chartsOf(detail: RunDetail, gpu: Gpu | null): Shown[] {
  const { journal, exchanges } = detail;
  const spreads = SPREAD.flatMap((measure) => spreadSpecs(detail, measure));
  const lanes = exchanges.length > 0 ? [lanesSpec(journal.run_id, exchanges, 0, false, journal.simulated ?? false)] : [];
  const light = lightPaint();
  return [...runSpecs(detail, gpu), ...spreads, ...lanes].filter((spec) => spec.empty === null)
    .map((spec) => ({ spec, source: picture(spec, light).toDataURL("image/png"), twin: spec.table() }));
}

/** The light colours, whatever the page wears. */
function lightPaint() {
  const probe = document.createElement("div");
  probe.className = "light-probe";
  document.body.append(probe);
  const read = getComputedStyle(probe);
  const names = Object.fromEntries(["--ink", "--quiet", "--rule", "--panel", "--good", "--warn", "--bad"].map((name) => [name.slice(2), read.getPropertyValue(name).trim()]));
  const found = paint(probe);
  const held = new Map<string, string>();
  for (const hue of HUES) held.set(hue, read.getPropertyValue(`--${hue}`).trim());
  probe.remove();
  return { ...found, ...names, of: (hue: string) => held.get(hue) ?? "#333" } as typeof found;
}

const HUES = ["main", "mini", "pipeline", "gpu", ...Array.from({ length: 8 }, (_, i) => `s${i}`), ...["queue", "connect", "prefill", "decode", "classify", "embed", "retrieve", "rerank", "prompt", "generate", "glue"].map((part) => `p-${part}`)];

function Report({ detail, charts }: { detail: RunDetail; charts: Shown[] }) {
  const { journal, exchanges, log } = detail;
  const simulated = journal.simulated ?? false;
  const reasons = journal.reasons_for_null ?? {};
  const targets = journal.targets ?? {};
  const pipeline = targets["pipeline"];
  return (
    <main class="report">
      <section class="panel">
        <div class="title"><h1>dualbench · {journal.scenario?.name ?? t.run.title}</h1><Simulated when={simulated} loud /></div>
        <dl class="facts">
          <Fact name={t.run.id}><code>{journal.run_id}</code></Fact>
          <Fact name={t.history.started}>{dateTime(journal.started_at)}</Fact>
          <Fact name={t.history.took}>{span(journal.duration_ms)}</Fact>
        </dl>
        <VerdictLine verdict={journal.verdict ?? null} state={journal.state} />
        {journal.failure ? <Failure failure={journal.failure} /> : null}
      </section>
      <Thresholds thresholds={journal.thresholds ?? []} simulated={simulated} reasons={reasons} />
      <section class="panel">
        <h2>{t.summary.title}</h2>
        {Object.entries(targets).map(([target, summary]) => <Summary key={target} target={target} summary={summary} simulated={simulated} reasons={reasons} />)}
        <Cost journal={journal} simulated={simulated} />
      </section>
      {pipeline ? <Pipeline summary={pipeline} simulated={simulated} reasons={reasons} /> : null}
      <section class="panel">
        <h2>{t.report.charts}</h2>
        {charts.map((shown) => <ChartPart key={shown.spec.id} {...shown} />)}
      </section>
      <Phases phases={journal.phases ?? []} simulated={simulated} />
      {journal.interference && journal.interference.length > 0 ? <Interference pairs={journal.interference} simulated={simulated} reasons={reasons} /> : null}
      <Drifts drift={journal.drift ?? []} simulated={simulated} reasons={reasons} />
      {journal.metrics && journal.metrics.length > 0 ? <section class="panel"><Metrics metrics={journal.metrics} simulated={simulated} /></section> : null}
      <Ledger targets={targets} exchanges={exchanges} simulated={simulated} />
      <Provenance journal={journal} />
      {log.length > 0 ? <section class="panel"><Log log={log} simulated={simulated} /></section> : null}
      <p class="quiet foot">{t.report.made(dateTime(Date.now()))}</p>
    </main>
  );
}

function ChartPart({ spec, source, twin }: Shown) {
  return (
    <figure class="chart">
      <img src={source} alt={spec.about} />
      <details class="twin">
        <summary>{t.charts.table}: {spec.title}</summary>
        <div class="scroll">
          <table>
            <caption>{twin.rows.length > ROWS ? t.charts.firstOf(ROWS, twin.rows.length) : t.charts.points(twin.rows.length)}</caption>
            <thead><tr>{twin.head.map((name) => <th key={name} scope="col">{name}</th>)}</tr></thead>
            <tbody>{twin.rows.slice(0, ROWS).map((row, i) => <tr key={i}>{row.map((cell, j) => <td key={j} class={typeof cell === "string" ? "" : "num"}>{typeof cell === "string" ? cell : figure(typeof cell === "number" ? cell : null)}</td>)}</tr>)}</tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}
