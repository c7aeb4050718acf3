import { expect, test } from "vitest";
import type { Pipeline } from "../src/state/wire";
import { PipelinePart } from "../src/views/system_pipeline";
import { Kept } from "../src/views/kept";
import { shown } from "./shown";

type Corpus = NonNullable<NonNullable<Pipeline["retrieval"]>["corpus"]>;

const corpus: Corpus = { state: "indexed", folder: "/home/me/notes", index: "/home/me/dualbench-index.db", size_bytes: 2048, changed_at: "2026-11-23T14:05:00.123Z", documents: 14, passages: 37, behind: false };
const off: Pipeline = { kind: "off", state: "off", problems: [], endpoint: null, intents: [], classifier: null, retrieval: null, rerank: null, template: null, passages: null, context_tokens: null, reasons_for_null: {} };
const composed = (change: Partial<Corpus> = {}, rest: Partial<Pipeline> = {}): Pipeline => ({
  ...off, kind: "composed", state: "ready", classifier: "mini", passages: 4,
  intents: [{ name: "question", description: "asks for facts", retrieves: true, answered_by: "main" }],
  retrieval: { kind: "fts", corpus: { ...corpus, ...change }, search: null, embeddings: null }, ...rest,
});
const part = (value: Pipeline) => shown(PipelinePart({ pipeline: { state: "loaded", value } }));

test("a pipeline tells its documents, its index and its intents", () => {
  const text = part(composed());
  for (const piece of ["words (BM25)", "/home/me/notes", "/home/me/dualbench-index.db", "indexed", "14", "37", "question", "asks for facts", "the built-in one"]) expect(text).toContain(piece);
  expect(text).not.toContain("never indexed");
});

test("a pipeline that is off says which key turned it off, and nothing else", () => {
  expect(part(off)).toContain("pipeline.kind");
  expect(part(off)).not.toContain("Documents");
});

test("an index that was never made says how it is made, and shows no empty figures", () => {
  const text = part(composed({ state: "never", size_bytes: null, changed_at: null, documents: null, passages: null, behind: null }));
  for (const piece of ["never indexed", "dualbench index", "/home/me/notes"]) expect(text).toContain(piece);
  expect(text).not.toContain("Passages –");
});

test("what is not known of an index has the daemon's reason", () => {
  const text = part(composed({ behind: null }, { reasons_for_null: { "retrieval.corpus.behind": "a run is measured" } }));
  expect(text).toContain("missing: a run is measured");
});

test("an index behind its folder says so, and how it catches up", () => {
  expect(part(composed({ behind: true }))).toContain("The folder has changed since");
});

test("what is broken is said in the daemon's own words", () => {
  const text = part(composed({}, { state: "broken", problems: ["template prompt.jinja, line 3: undefined value"] }));
  expect(text).toContain("broken");
  expect(text).toContain("template prompt.jinja, line 3: undefined value");
});

test("a remote pipeline tells its address and that a key is sent, never the key", () => {
  const text = part({ ...off, kind: "remote", state: "ready", endpoint: { url: "http://127.0.0.1:9000/ask", model: null, has_key: true } });
  expect(text).toContain("http://127.0.0.1:9000/ask");
  expect(text).toContain("with a key");
});

test("what a person kept about a run is text in its report, whatever it looks like", () => {
  const text = shown(Kept({ mark: { tags: ["<b>fast</b>"], note: "a <script>", removed: false } }));
  expect(text).toBe("Tags <b>fast</b> Note a <script>");
  expect(Kept({ mark: { tags: [], note: "", removed: false } })).toBeNull();
});
