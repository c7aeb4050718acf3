// What a visitor asks for, done: local choices at once, requests with their refusals shown where they belong.

import { checkAll, type Draft } from "../state/params";
import { allRuns } from "../state/select";
import type { Commands, Form, Store } from "../state/store";
import type { RunRow, Scenario } from "../state/wire";
import { get, post, Refusal, why } from "./api";
import type { Feed } from "./feed";

/** Rows asked for by "older runs". */
const PAGE = 50;

export function commands(store: Store, feed: Feed): Commands {
  const setForm = (patch: Partial<Form>) => store.set({ form: { ...store.get().form, ...patch } });

  async function run(name: string): Promise<void> {
    const scenario = findScenario(store, name);
    const form = store.get().form;
    if (!scenario?.ready || form.sending) return;
    const draft = form.drafts[name] ?? {};
    const { values, problems } = checkAll(scenario.ready.params, draft);
    if (Object.keys(problems).length > 0) {
      setForm({ general: "some values need a look before the run can start" });
      return;
    }
    setForm({ sending: true, refused: {}, general: null });
    try {
      await post("/api/runs", { scenario: name, params: values });
      setForm({ sending: false, unfolded: false });
    } catch (cause) {
      setForm({ sending: false, ...refusedBy(cause, scenario) });
    }
  }

  async function cancel(runId: string): Promise<void> {
    try {
      await post(`/api/runs/${encodeURIComponent(runId)}/cancel`, {});
    } catch (cause) {
      store.set({ notice: `the run could not be stopped: ${why(cause)}` });
    }
  }

  async function loadOlder(): Promise<void> {
    const before = allRuns(store.get()).at(-1)?.run_id;
    const query = before === undefined ? "" : `&before=${encodeURIComponent(before)}`;
    try {
      const page = await get<{ runs: RunRow[]; next: string | null }>(`/api/runs?limit=${PAGE}${query}`);
      store.set({ older: [...store.get().older, ...page.runs], olderMay: page.next !== null });
    } catch (cause) {
      store.set({ notice: `older runs could not be read: ${why(cause)}` });
    }
  }

  return {
    choose: (scenario) => store.set({ chosen: scenario, form: { ...store.get().form, refused: {}, general: null } }),
    edit: (scenario, field, text) => {
      const form = store.get().form;
      const draft: Draft = { ...form.drafts[scenario], [field]: text };
      const { [field]: _answered, ...refused } = form.refused;
      setForm({ drafts: { ...form.drafts, [scenario]: draft }, refused, general: null });
    },
    unfold: () => setForm({ unfolded: true }),
    run: (scenario) => void run(scenario),
    cancel: (runId) => void cancel(runId),
    toggleRun: (runId) => {
      const open = store.get().openRun === runId ? null : runId;
      store.set({ openRun: open });
      if (open !== null) void feed.loadRun(open);
    },
    loadOlder: () => void loadOlder(),
    toggleTable: (chart, open) => store.set({ openTables: { ...store.get().openTables, [chart]: open } }),
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
  const known = new Set(scenario.ready?.params.map((param) => param.name));
  const refused: Record<string, string> = {};
  const rest: string[] = [];
  for (const { field, message } of cause.fields) {
    const name = field.replace(/^params\./, "");
    if (known.has(name)) refused[name] = message;
    else rest.push(`${field}: ${message}`);
  }
  return { refused, general: rest.length > 0 ? rest.join("; ") : null };
}
