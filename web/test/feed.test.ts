import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Feed } from "../src/feed/feed";
import { formatRoute, NO_FILTER, type Route } from "../src/state/route";
import { initial, Store } from "../src/state/store";

/** Answers that are held until the test lets them go. */
const held: { path: string; answer: (body: unknown) => void }[] = [];
let store: Store;
let feed: Feed;

beforeEach(() => {
  held.length = 0;
  vi.stubGlobal("document", { hidden: true });
  vi.stubGlobal("fetch", (path: string) => new Promise((done) => {
    held.push({ path, answer: (body) => done({ ok: true, json: async () => body, text: async () => JSON.stringify(body) }) });
  }));
  store = new Store(initial({ theme: "auto", language: "en" }, ""), () => {});
  feed = new Feed(store);
});
afterEach(() => { vi.unstubAllGlobals(); });

const settled = async () => { for (let i = 0; i < 20; i += 1) await Promise.resolve(); };
const visit = (route: Route) => { store.set({ route }); feed.visit(route); };
async function answer(part: string, body: unknown): Promise<void> {
  const found = held.splice(held.findIndex((one) => one.path.includes(part)), 1)[0];
  expect(found?.path).toContain(part);
  found?.answer(body);
  await settled();
}
async function answerRun(id: string, state: string): Promise<void> {
  const bodies: [string, unknown][] = [
    ["/exchanges", { exchanges: [], next: null }], ["/log", { log: [], next: null }], ["/samples", { devices: [] }], ["/itl", { targets: [] }],
    ["/mark", { tags: [], note: "", removed: false }], [`/api/runs/${id}`, { run_id: id, state }],
  ];
  for (const [end, body] of bodies) await answer(end, body);
}
const row = (run_id: string) => ({ run_id });

test("an ended run that is visited again asks for nothing but what people keep about it", async () => {
  visit({ view: "run", id: "r1", exchange: null });
  await answerRun("r1", "finished");
  visit({ view: "lab", scenario: null });
  visit({ view: "run", id: "r1", exchange: null });
  expect(held.map((one) => one.path)).toEqual(["/api/runs/r1/mark"]);
  await answer("/mark", { tags: ["new"], note: "", removed: false });
  const detail = store.get().details["r1"];
  expect(detail?.state === "loaded" && detail.value.mark.tags).toEqual(["new"]);
});

test("a run that goes on is asked for anew", async () => {
  visit({ view: "run", id: "r1", exchange: null });
  await answerRun("r1", "measuring");
  visit({ view: "lab", scenario: null });
  visit({ view: "run", id: "r1", exchange: null });
  expect(held).toHaveLength(6);
});

test("the list that was asked for last is shown, whichever answer comes last", async () => {
  visit({ view: "history", filter: NO_FILTER });
  visit({ view: "history", filter: { ...NO_FILTER, removed: true } });
  await answer("removed=true", { runs: [row("off")], next: null });
  await answer("/api/runs?limit", { runs: [row("on")], next: null });
  expect(store.get().history).toMatchObject({ removed: true, state: "whole", rows: [row("off")] });
});

test("on the way back the history asks only for what it does not know", async () => {
  visit({ view: "history", filter: NO_FILTER });
  await answer("/api/runs?limit", { runs: [row("c"), row("b")], next: "b" });
  await answer("before=b", { runs: [row("a")], next: null });
  visit({ view: "history", filter: NO_FILTER });
  await answer("/api/runs?limit", { runs: [row("d"), row("c")], next: "c" });
  expect(held).toHaveLength(0);
  expect(store.get().history).toMatchObject({ state: "whole", rows: [row("d"), row("c"), row("b"), row("a")] });
});

test("after the way back a comparison still has the run of its baseline", async () => {
  const compare: Route = { view: "compare", ids: ["r2"], baseline: "release", force: false };
  visit(compare);
  const told = { a: { run_id: "r1" }, comparisons: [] };
  await answer("/api/compare", told);
  held.length = 0;
  visit({ view: "run", id: "r3", exchange: null });
  held.length = 0;
  visit(compare);
  expect(store.get().comparison).toMatchObject({ key: formatRoute(compare), of: { state: "loaded" } });
  await answer("/api/compare", told);
  expect(held.some((one) => one.path === "/api/runs/r1")).toBe(true);
});
