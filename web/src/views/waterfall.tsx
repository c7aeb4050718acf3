// The exchanges one below the other, a page at a time.

import { isAny, isMixed, type Origin } from "../state/origin";
import { laneOf } from "../state/waterfall";
import type { Commands, Ui } from "../state/store";
import type { Exchange } from "../state/wire";
import { t } from "../text/texts";
import { Grid } from "./charts/grid";
import { waterfallSpec } from "./charts/waterfall";
import type { Spec } from "./charts/spec";

/** Lanes of one page. */
export const LANES = 40;

export function Waterfall({ id, exchanges, simulated, ui, commands }: { id: string; exchanges: Exchange[]; simulated: Origin; ui: Ui; commands: Commands }) {
  const pages = Math.ceil(exchanges.length / LANES);
  const page = Math.min(Number(ui["lanes"] ?? 0), pages - 1);
  const fromSend = ui["from-send"] === true;
  return (
    <section class="panel" aria-labelledby="waterfall-title">
      <div class="title">
        <h2 id="waterfall-title">{t.waterfall.title}</h2>
        <div class="choice" role="group" aria-label={t.waterfall.clock}>
          <button type="button" aria-pressed={!fromSend} onClick={() => commands.ui("from-send", false)}>{t.waterfall.onRun}</button>
          <button type="button" aria-pressed={fromSend} onClick={() => commands.ui("from-send", true)}>{t.waterfall.fromSend}</button>
        </div>
        <Pager page={page} pages={pages} go={(to) => commands.ui("lanes", to)} />
      </div>
      <Grid specs={[lanesSpec(id, exchanges, page, fromSend, simulated)]} ui={ui} commands={commands} label={t.waterfall.title} wide />
    </section>
  );
}

export function lanesSpec(id: string, exchanges: Exchange[], page: number, fromSend: boolean, simulated: Origin): Spec {
  const lanes = exchanges.slice(page * LANES, (page + 1) * LANES).map(laneOf);
  return waterfallSpec({ id: "waterfall", lanes, simulated: isAny(simulated), mixed: isMixed(simulated), fromSend, version: `${id}/${exchanges.length}/${page}/${fromSend}` });
}

export function Pager({ page, pages, go }: { page: number; pages: number; go: (page: number) => void }) {
  if (pages <= 1) return null;
  return (
    <nav class="pager" aria-label={t.pages.title}>
      <button type="button" class="small" disabled={page <= 0} onClick={() => go(page - 1)}>{t.pages.before}</button>
      <span class="quiet">{t.pages.at(page + 1, pages)}</span>
      <button type="button" class="small" disabled={page >= pages - 1} onClick={() => go(page + 1)}>{t.pages.after}</button>
    </nav>
  );
}
