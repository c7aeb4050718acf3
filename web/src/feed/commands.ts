// What a visitor asks for, done: local choices at once, requests with their refusals shown where they belong.

import { checkAll, linesOf, type Draft } from "../state/params";
import { formatRoute, type Route } from "../state/route";
import { put } from "../state/bounded";
import { own } from "../state/own";
import { pieces } from "../state/pieces";
import type { Commands, Form, Store, UploadTold } from "../state/store";
import type { Imported, Journal, Mark, Scenario, Uploaded } from "../state/wire";
import { speak, t } from "../text/texts";
import { post, postFile, Refusal, remove, why } from "./api";
import type { Feed } from "./feed";
import { keep } from "./memory";
import { Player } from "./player";

/** Choices of views and marks of runs that a page remembers; the daemon has all marks. */
const REMEMBERED = 1_000;

export function commands(store: Store, feed: Feed): Commands {
  const player = new Player(store);
  const setForm = (patch: Partial<Form>) => store.set({ form: { ...store.get().form, ...patch } });
  const tell = (text: string, bad = true) => store.set({ notice: { text, bad } });
  const attempt = async (act: () => Promise<unknown>, failed: (why: string) => string) => {
    try {
      await act();
    } catch (cause) {
      tell(failed(why(cause)));
    }
  };

  async function run(name: string): Promise<void> {
    const scenario = findScenario(store, name);
    const form = store.get().form;
    if (!scenario?.ready || form.sending) return;
    const { values, problems } = checkAll(scenario.ready.params, form.drafts[name] ?? {});
    if (Object.keys(problems).length > 0) return setForm({ general: t.form.lookAgain });
    setForm({ sending: true, refused: {}, general: null });
    try {
      const thresholds = linesOf(form.thresholds[name] ?? "");
      await post("/api/runs", { scenario: name, params: values, thresholds, abort_on_fail: thresholds.length > 0 && form.abortOnFail });
      setForm({ sending: false, unfolded: false });
    } catch (cause) {
      setForm({ sending: false, ...refusedBy(cause, scenario) });
    }
  }

  async function again(journal: Journal, compare: boolean): Promise<void> {
    const thresholds = (journal.thresholds ?? []).map((threshold) => threshold.expr);
    const sent = { scenario: journal.scenario?.name, params: journal.params ?? {}, thresholds };
    const { run_id } = await post<{ run_id: string }>("/api/runs", sent);
    if (compare) store.set({ ui: { ...store.get().ui, [`again/${run_id}`]: journal.run_id } });
    location.hash = formatRoute({ view: "lab", scenario: journal.scenario?.name ?? null });
  }

  async function mark(runId: string, change: Partial<Mark>): Promise<void> {
    const kept = await post<Mark>(`/api/runs/${encodeURIComponent(runId)}/mark`, change);
    const { marks, details } = store.get();
    const detail = own(details, runId);
    const shown = detail?.state === "loaded" ? { details: { ...details, [runId]: { ...detail, value: { ...detail.value, mark: kept } } } } : {};
    const { [`note/${runId}`]: draft, ...ui } = store.get().ui;
    // What was typed while it was being kept is a draft still.
    const done = draft === undefined || draft === change.note;
    store.set({ marks: put(marks, runId, kept, REMEMBERED), ...shown, ...(done ? { ui } : {}) });
  }

  /** In pieces that a request holds; what a piece has done stays done if a later one is refused. */
  async function importJournal(text: string): Promise<void> {
    const total = { taken: 0, known: 0, refused: 0 };
    for (const lines of pieces(text.split("\n").filter((line) => line.trim() !== ""))) {
      const done = await post<Imported>("/api/import", { lines });
      total.taken += done.taken;
      total.known += done.known;
      total.refused += done.refused.length;
    }
    tell(t.history.imported(total.taken, total.known, total.refused), total.refused > 0);
    void feed.loadHistory("afresh");
  }

  /** One after the other; each with the loader's own verdict. */
  async function upload(files: readonly File[], replace: boolean): Promise<void> {
    const tellOf = (file: File, told: UploadTold) => store.set({ uploads: [...store.get().uploads.filter((one) => one.file.name !== file.name), { file, told }] });
    for (const file of files) {
      tellOf(file, { state: "checking" });
      try {
        const done = await postFile<Uploaded>(`/api/scenarios/${encodeURIComponent(file.name)}${replace ? "?replace=true" : ""}`, file);
        tellOf(file, { state: "live", name: done.name, version: done.version, live: done.live });
      } catch (cause) {
        const exists = cause instanceof Refusal && cause.status === 409 && !replace;
        const [first] = cause instanceof Refusal ? cause.fields : [];
        tellOf(file, { state: exists ? "exists" : "refused", class: first?.field ?? null, why: first?.message ?? why(cause) });
      }
    }
    void feed.loadScenarios();
  }

  const keepForm = () => {
    const { drafts, thresholds } = store.get().form;
    keep("form", { drafts, thresholds });
  };
  const prefer = (patch: Partial<ReturnType<Store["get"]>["prefs"]>) => {
    const prefs = { ...store.get().prefs, ...patch };
    keep("prefs", prefs);
    speak(prefs.language);
    store.set({ prefs });
  };

  return {
    go: (route: Route) => { location.hash = formatRoute(route); },
    filter: (patch) => {
      const { route } = store.get();
      if (route.view !== "history") return;
      const next: Route = { view: "history", filter: { ...route.filter, page: 1, ...patch } };
      history.replaceState(null, "", formatRoute(next));
      store.set({ route: next });
      if (patch.trend !== undefined || patch.scenario !== undefined) void feed.loadTrend();
      if (next.filter.removed !== route.filter.removed) void feed.loadHistory();
    },
    edit: (scenario, field, text) => {
      const form = store.get().form;
      const draft: Draft = { ...form.drafts[scenario], [field]: text };
      const { [field]: _answered, ...refused } = form.refused;
      setForm({ drafts: { ...form.drafts, [scenario]: draft }, refused, general: null });
      keepForm();
    },
    editThresholds: (scenario, text) => {
      setForm({ thresholds: { ...store.get().form.thresholds, [scenario]: text }, general: null });
      keepForm();
    },
    abortOnFail: (on) => setForm({ abortOnFail: on }),
    resetForm: (scenario) => {
      const { drafts, thresholds } = store.get().form;
      const { [scenario]: _draft, ...others } = drafts;
      const { [scenario]: _lines, ...lines } = thresholds;
      setForm({ drafts: others, thresholds: lines, refused: {}, general: null });
      keepForm();
    },
    unfold: () => setForm({ unfolded: true }),
    run: (scenario) => void run(scenario),
    again: (journal, compare) => void attempt(() => again(journal, compare), t.run.againFailed),
    cancel: (runId) => void attempt(() => post(`/api/runs/${encodeURIComponent(runId)}/cancel`, {}), t.live.notStopped),
    kill: (runId) => void attempt(() => post(`/api/runs/${encodeURIComponent(runId)}/kill`, {}), t.live.notKilled),
    upload: (files, replace) => void upload(files, replace),
    lookAtClock: () => void feed.loadClock(),
    loadOlder: () => void feed.loadHistory("more"),
    pin: (name, runId) => void attempt(async () => {
      await post("/api/baselines", { name, run: runId });
      await feed.loadBaselines();
      tell(t.baseline.pinned(name), false);
    }, t.baseline.notPinned),
    unpin: (name) => void attempt(async () => {
      await remove(`/api/baselines/${encodeURIComponent(name)}`);
      await feed.loadBaselines();
    }, t.baseline.notRemoved),
    keep: (runId, change) => void attempt(() => mark(runId, change), t.run.notKept),
    takeOff: (runId) => void attempt(async () => {
      await mark(runId, { removed: true });
      store.set({ notice: { text: t.history.takenOff, bad: false, undo: runId } });
    }, t.run.notKept),
    putBack: (runId) => void attempt(async () => {
      await mark(runId, { removed: false });
      store.set({ notice: null });
      void feed.loadHistory("afresh");
    }, t.run.notKept),
    importJournal: (text) => void attempt(() => importJournal(text), t.history.notImported),
    play: (film, from, until) => player.play(film, from, until),
    pause: () => player.pause(),
    copyLink: () => void navigator.clipboard.writeText(location.href).then(() => tell(t.run.copied, false), () => tell(location.href, false)),
    now: () => Date.now(),
    ui: (key, value) => store.set({ ui: put(store.get().ui, key, value, REMEMBERED) }),
    theme: (theme) => prefer({ theme }),
    language: (language) => prefer({ language }),
    notice: (text, bad = false) => tell(text, bad),
    dismissNotice: () => store.set({ notice: null }),
  };
}

function findScenario(store: Store, name: string): Scenario | undefined {
  const scenarios = store.get().scenarios;
  return scenarios.state === "loaded" ? scenarios.value.find((s) => s.name === name) : undefined;
}

/** Problems that name a field of the form go beside it; the rest, and a plain refusal, go above the button. */
export function refusedBy(cause: unknown, scenario: Scenario): Pick<Form, "refused" | "general"> {
  if (!(cause instanceof Refusal) || cause.fields.length === 0) return { refused: {}, general: why(cause) };
  const known = new Set([...(scenario.ready?.params.map((param) => param.name) ?? []), "thresholds"]);
  const refused: Record<string, string> = {};
  const rest: string[] = [];
  for (const { field, message } of cause.fields) {
    const name = field.replace(/^params\./, "").replace(/^thresholds\b.*/, "thresholds");
    if (known.has(name)) refused[name] = message;
    else rest.push(`${field}: ${message}`);
  }
  return { refused, general: rest.length > 0 ? rest.join("; ") : null };
}
