// One run as a single HTML file: verdict, tables, charts as pictures, and the record itself. It opens from a disk without a
// network: no script runs in it, and nothing it shows lies outside of it.

import { render } from "preact";
import { originOf } from "../state/origin";
import type { RunDetail } from "../state/store";
import type { Gpu } from "../state/wire";
import { t } from "../text/texts";
import { paint, type Paint } from "./charts/paint";
import { picture } from "./charts/save";
import type { Spec, Twin } from "./charts/spec";
import { Rows } from "./charts/twin";
import { SPREAD, spreadSpecs } from "./distributions";
import { download } from "./download";
import { Fact, Simulated } from "./figures";
import { dateTime, span } from "./format";
import { Kept } from "./kept";
import { runSpecs } from "./run_charts";
import { nameOf } from "./run_head";
import { Outcome, RunParts } from "./run_parts";
import { lanesSpec } from "./waterfall";

interface Shown { spec: Spec; source: string; twin: Twin }

export function saveReport(detail: RunDetail, gpu: Gpu | null, now: number): void {
  download(`${nameOf(detail)}.html`, "text/html", reportOf(detail, gpu, now));
}

function reportOf(detail: RunDetail, gpu: Gpu | null, now: number): string {
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
  render(<Report detail={detail} charts={chartsOf(detail, gpu)} now={now} />, page.body);
  for (const details of page.querySelectorAll("details:not(.twin)")) details.setAttribute("open", "");
  const data = page.createElement("script");
  data.type = "application/json";
  data.id = "record";
  // No `<` in the data: nothing in it can end the element that holds it.
  data.textContent = JSON.stringify({ record: detail.journal, mark: detail.mark, exchanges: detail.exchanges, log: detail.log }).replaceAll("<", "\\u003c");
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
  const lanes = exchanges.length > 0 ? [lanesSpec(journal.run_id, exchanges, 0, false, originOf(journal))] : [];
  return inLight((light) => [...runSpecs(detail, gpu), ...spreads, ...lanes].filter((spec) => spec.empty === null)
    .map((spec) => ({ spec, source: picture(spec, light).toDataURL("image/png"), twin: spec.table() })));
}

/** Paints in the light colours, whatever the page wears. */
function inLight<T>(work: (light: Paint) => T): T {
  const probe = document.createElement("div");
  probe.className = "light";
  document.body.append(probe);
  try {
    return work(paint(probe));
  } finally {
    probe.remove();
  }
}

function Report({ detail, charts, now }: { detail: RunDetail; charts: Shown[]; now: number }) {
  const { journal } = detail;
  return (
    <main class="report">
      <section class="panel">
        <div class="title"><h1>dualbench · {journal.scenario?.name ?? t.run.title}</h1><Simulated when={originOf(journal)} loud /></div>
        <dl class="facts">
          <Fact name={t.run.id}><code>{journal.run_id}</code></Fact>
          <Fact name={t.history.started}>{dateTime(journal.started_at)}</Fact>
          <Fact name={t.history.took}>{span(journal.duration_ms)}</Fact>
        </dl>
        <Kept mark={detail.mark} />
        <Outcome journal={journal} />
      </section>
      <RunParts detail={detail}>
        <section class="panel">
          <h2>{t.report.charts}</h2>
          {charts.map(({ spec, source, twin }) => (
            <figure key={spec.id} class="chart">
              <img src={source} alt={spec.about} />
              <details class="twin"><summary>{t.charts.table}: {spec.title}</summary><Rows twin={twin} title={spec.title} /></details>
            </figure>
          ))}
        </section>
      </RunParts>
      <p class="quiet foot">{t.report.made(dateTime(now))}</p>
    </main>
  );
}
