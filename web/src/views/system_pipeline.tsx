// The pipeline as it is configured: who runs it, which way each intent takes, and what it retrieves from.

import type { Loaded } from "../state/store";
import type { Pipeline } from "../state/wire";
import { t } from "../text/texts";
import { Fact, Figure, Scroll, StateWord, type Tone } from "./figures";
import { bytes, dateTime, figure } from "./format";
import { Waiting } from "./waiting";

type Service = NonNullable<Pipeline["rerank"]>;
type Retrieval = NonNullable<Pipeline["retrieval"]>;
type Corpus = NonNullable<Retrieval["corpus"]>;

const TONES: Record<Pipeline["state"], Tone> = { ready: "good", off: "calm", broken: "bad" };
const INDEX_TONES: Record<Corpus["state"], Tone> = { indexed: "good", never: "calm", broken: "bad" };

export function PipelinePart({ pipeline }: { pipeline: Loaded<Pipeline> }) {
  const value = pipeline.state === "loaded" ? pipeline.value : null;
  return (
    <section class="panel" aria-labelledby="pipeline-title" data-pipeline={value?.state}>
      <div class="title">
        <h2 id="pipeline-title">{t.retrieval.title}</h2>
        {value ? <StateWord state={t.retrieval.states[value.state]} tone={TONES[value.state]} /> : null}
      </div>
      <Waiting of={pipeline} />
      {value ? <Told of={value} /> : null}
    </section>
  );
}

function Told({ of }: { of: Pipeline }) {
  if (of.kind === "off") return <p class="quiet">{t.retrieval.offAbout}</p>;
  const why = (field: string) => of.reasons_for_null[field] ?? t.untold;
  return (
    <>
      {of.problems.map((problem) => <p key={problem} class="problem" role="alert">{problem}</p>)}
      <div class="columns">
        <div>
          <h3>{t.retrieval.making}</h3>
          <dl class="pairs">
            <Fact name={t.retrieval.kind}>{t.retrieval.kinds[of.kind]}</Fact>
            {of.endpoint ? <ServiceFact name={t.provenance.address} of={of.endpoint} /> : null}
            {of.kind === "composed" ? (
              <>
                <Fact name={t.retrieval.classifier}>{of.classifier ?? <span class="quiet">{t.retrieval.nothingSorted}</span>}</Fact>
                <Fact name={t.retrieval.template}>{of.template === null ? t.retrieval.builtIn : <code>{of.template}</code>}</Fact>
                <Fact name={t.retrieval.context}>{of.context_tokens === null ? <span class="quiet">{t.retrieval.contextOwn}</span> : figure(of.context_tokens, 0)}</Fact>
              </>
            ) : null}
          </dl>
          {of.intents.length > 0 ? <Intents of={of.intents} /> : null}
        </div>
        {of.kind === "composed" ? (
          <div data-retrieval={of.retrieval?.corpus?.state ?? of.retrieval?.kind ?? "none"}>
            <h3>{t.retrieval.retrieval}</h3>
            {of.retrieval ? <RetrievalFacts of={of.retrieval} passages={of.passages} rerank={of.rerank} why={why} /> : <p class="quiet">{t.retrieval.none}</p>}
          </div>
        ) : null}
      </div>
    </>
  );
}

function RetrievalFacts({ of, passages, rerank, why }: { of: Retrieval; passages: number | null; rerank: Service | null; why: (field: string) => string }) {
  return (
    <>
      {of.corpus?.state === "never" ? <p class="quiet">{t.retrieval.neverAbout}</p> : null}
      {of.corpus?.behind ? <p class="quiet">{t.retrieval.behindAbout}</p> : null}
      <dl class="pairs">
        <Fact name={t.retrieval.by}>{t.retrieval.ways[of.kind]}</Fact>
        {of.search ? <ServiceFact name={t.provenance.address} of={of.search} /> : null}
        {of.embeddings ? <ServiceFact name={t.retrieval.embeddings} of={of.embeddings} /> : null}
        {of.corpus ? <CorpusFacts of={of.corpus} why={(field) => why(`retrieval.corpus.${field}`)} /> : null}
        <Fact name={t.retrieval.most}>{figure(passages, 0)}</Fact>
        {rerank ? <ServiceFact name={t.retrieval.rerank} of={rerank} /> : <Fact name={t.retrieval.rerank}><span class="quiet">{t.retrieval.noRerank}</span></Fact>}
      </dl>
    </>
  );
}

function CorpusFacts({ of, why }: { of: Corpus; why: (field: string) => string }) {
  return (
    <>
      <Fact name={t.retrieval.folder}>{of.folder === null ? t.retrieval.shipped : <code>{of.folder}</code>}</Fact>
      <Fact name={t.retrieval.index}><StateWord state={t.retrieval.indexStates[of.state]} tone={INDEX_TONES[of.state]} /> <code>{of.index}</code></Fact>
      {of.state === "indexed" ? <IndexFacts of={of} why={why} /> : null}
    </>
  );
}

/** Of an index that holds nothing, one word says why there are no figures. */
function IndexFacts({ of, why }: { of: Corpus; why: (field: string) => string }) {
  return (
    <>
      <Fact name={t.retrieval.documents}><Figure text={figure(of.documents, 0)} why={why("documents")} /></Fact>
      <Fact name={t.retrieval.passages}><Figure text={figure(of.passages, 0)} why={why("passages")} /></Fact>
      <Fact name={t.retrieval.size}><Figure text={bytes(of.size_bytes)} why={why("size_bytes")} /></Fact>
      <Fact name={t.retrieval.changed}><Figure text={of.changed_at === null ? t.missing : dateTime(of.changed_at)} why={why("changed_at")} /></Fact>
      <Fact name={t.retrieval.behind}>{of.behind ? <StateWord state={t.yes} tone="warn" /> : <Figure text={of.behind === null ? t.missing : t.no} why={why("behind")} />}</Fact>
    </>
  );
}

function ServiceFact({ name, of }: { name: string; of: Service }) {
  return <Fact name={name}><code>{of.url}</code>{of.model === null ? null : ` · ${of.model}`} <span class="quiet">· {of.has_key ? t.retrieval.key : t.retrieval.noKey}</span></Fact>;
}

function Intents({ of }: { of: Pipeline["intents"] }) {
  return (
    <>
      <h3>{t.retrieval.intents}</h3>
      <Scroll label={t.retrieval.intents}>
        <table class="intents">
          <thead><tr><th scope="col">{t.retrieval.intent}</th><th scope="col">{t.retrieval.retrieves}</th><th scope="col">{t.retrieval.answeredBy}</th><th scope="col">{t.retrieval.means}</th></tr></thead>
          <tbody>{of.map((intent) => (
            <tr key={intent.name} data-intent={intent.name}>
              <th scope="row">{intent.name}</th><td>{intent.retrieves ? t.yes : t.no}</td><td>{intent.answered_by}</td><td>{intent.description}</td>
            </tr>
          ))}</tbody>
        </table>
      </Scroll>
    </>
  );
}
