// The tokens of one exchange as a film over the GPU's curve: a slider moves one moment through both.

import type { Commands, Loaded, RunDetail, Ui } from "../state/store";
import type { ExchangeWhole, Gpu } from "../state/wire";
import { t } from "../text/texts";
import { gpuSpecs } from "./charts/gpu";
import { Grid } from "./charts/grid";
import { soFar, tokensSpec } from "./charts/tokens";
import { Fact, Figure } from "./figures";
import { figure, span, words } from "./format";

export interface FilmProps { id: string; detail: RunDetail; exchange: number | null; asked: Loaded<ExchangeWhole> | null; ui: Ui; commands: Commands; gpu: Gpu | null }

export function Film(props: FilmProps) {
  const { id, detail, exchange, asked, commands } = props;
  const first = detail.exchanges.find((e) => !e.warm_up && e.chunks > 0) ?? detail.exchanges[0];
  const go = (to: number) => commands.go({ view: "run", id, exchange: to });
  return (
    <section class="panel film" aria-labelledby="film-title">
      <div class="title">
        <h2 id="film-title">{t.film.heading}</h2>
        {exchange === null
          ? <button type="button" onClick={() => first && go(first.exchange)}>{t.film.open}</button>
          : (
            <>
              <label class="inline">{t.film.exchange} <select value={String(exchange)} onChange={(event) => go(Number(event.currentTarget.value))}>
                {detail.exchanges.map((e) => <option key={e.exchange} value={String(e.exchange)}>{e.exchange} {e.target}{e.phase ? ` · ${e.phase}` : ""}{e.warm_up ? ` (${t.exchange.warmUp})` : ""}</option>)}
              </select></label>
              <button type="button" class="small" onClick={() => commands.go({ view: "run", id, exchange: null })}>{t.film.close}</button>
            </>
          )}
      </div>
      {exchange === null ? <p class="quiet">{t.film.about2}</p> : null}
      {asked?.state === "loading" ? <p class="quiet">{t.run.reading}</p> : null}
      {asked?.state === "failed" ? <p class="problem">{asked.why}</p> : null}
      {asked?.state === "loaded" ? <Screen key={`${id}/${exchange}`} {...props} of={asked.value} /> : null}
    </section>
  );
}

function Screen({ id, of, detail, gpu, ui, commands }: FilmProps & { of: ExchangeWhole }) {
  const film = `film/${id}/${of.exchange}`;
  const at = Math.min(Number(ui[film] ?? 0), of.closed_ms);
  const playing = ui["playing"] === film;
  const turn = () => (playing ? commands.pause() : commands.play(film, at >= of.closed_ms ? 0 : at, of.closed_ms));
  const points = soFar(of.chunks);
  const now = points.findLast((point) => point.x <= at);
  const next = points.find((point) => point.x > at);
  const margin = Math.max(250, of.closed_ms * 0.1);
  const shared = { axis: `film/${of.exchange}`, elapsedMs: 0, simulated: of.simulated, empty: t.charts.noPoints, window: [Math.max(0, of.sent_ms - margin), of.sent_ms + of.closed_ms + margin] as const, pinned: of.sent_ms + at };
  return (
    <>
      <div class="scrub">
        <button type="button" onClick={turn} aria-pressed={playing}>{playing ? t.film.pause : t.film.play}</button>
        <input type="range" min={0} max={of.closed_ms} step={Math.max(0.1, of.closed_ms / 1000)} value={at} aria-label={t.film.moment} aria-valuetext={span(at)}
          onInput={(event) => { if (playing) commands.pause(); commands.ui(film, Number(event.currentTarget.value)); }} />
        <output class="figure">{figure(at, 0)}{"\u00a0"}ms</output>
      </div>
      <dl class="facts">
        <Fact name={t.film.state}>{now ? (next ? t.film.writing : t.film.done) : t.film.waiting}</Fact>
        <Fact name={t.film.tokensSoFar}><Figure text={figure(now?.y ?? 0, 0)} /></Fact>
        <Fact name={t.film.toNext}><Figure text={next ? span(next.x - (now?.x ?? 0)) : t.missing} why={t.film.noNext} /></Fact>
        <Fact name={t.film.ending}>{words(of.ending)}</Fact>
        <Fact name={t.film.ownPrefill}><Figure text={span(of.engine.prefill_ms)} why={t.ledger.notTold} /></Fact>
        <Fact name={t.film.ownDecode}><Figure text={span(of.engine.decode_ms)} why={t.ledger.notTold} /></Fact>
        {of.answer ? <Fact name={t.film.intent}>{of.answer.intent ?? t.missing}</Fact> : null}
        {of.answer?.passages !== null && of.answer !== null ? <Fact name={t.film.passages}>{t.film.passagesCut(of.answer.passages ?? 0, of.answer.passages_cut ?? 0)}</Fact> : null}
      </dl>
      <Grid
        specs={[tokensSpec(of, at, `${detail.journal.run_id}/${of.exchange}`), ...gpuSpecs(detail.gpu, gpu, shared, "film-")]}
        ui={ui} commands={commands} label={t.film.heading}
      />
    </>
  );
}
