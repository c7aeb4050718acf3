import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Told } from "../src/feed/live";
import { Tabs } from "../src/feed/worker";

const opened: FakeSource[] = [];

class FakeSource {
  static readonly OPEN = 1;
  readyState = 1;
  private readonly hear: Record<string, (event: unknown) => void> = {};
  constructor() { opened.push(this); }
  addEventListener(name: string, act: (event: unknown) => void) { this.hear[name] = act; }
  close() { this.readyState = 2; }
  say(name: string, event: unknown = {}) { this.hear[name]?.(event); }
}

const open = () => opened.filter((source) => source.readyState === 1).length;
const view = (seq: number) => ({ data: JSON.stringify({ seq, run: null }) });

beforeEach(() => {
  opened.length = 0;
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", FakeSource);
});
afterEach(() => { vi.useRealTimers(); vi.unstubAllGlobals(); });

test("a hidden page holds no stream and takes one up again when it is seen", () => {
  const say = new Tabs().add(() => {});
  say("seen");
  expect(open()).toBe(1);
  say("hidden");
  expect(open()).toBe(0);
  say("seen");
  expect(open()).toBe(1);
});

test("a page opened in the background waits until it is seen", () => {
  const say = new Tabs().add(() => {});
  say("hidden");
  expect(opened).toHaveLength(0);
  say("seen");
  expect(open()).toBe(1);
});

test("a stream that broke is not reopened behind the visitor's back", () => {
  const say = new Tabs().add(() => {});
  say("seen");
  opened[0]?.say("error");
  say("hidden");
  vi.advanceTimersByTime(5_000);
  expect(open()).toBe(0);
  say("seen");
  expect(open()).toBe(1);
});

test("a stream that broke is opened again by itself", () => {
  const told: Told[] = [];
  new Tabs().add((t) => told.push(t))("seen");
  opened[0]?.say("error");
  expect(told).toEqual([{ kind: "silent", since: null, why: "ended" }]);
  vi.advanceTimersByTime(600);
  expect(open()).toBe(1);
});

test("two tabs share one stream, and both start from one snapshot", () => {
  const tabs = new Tabs();
  const told: Record<string, number[]> = { a: [], b: [] };
  const take = (name: string) => (t: Told) => { if (t.kind === "snapshot") told[name]?.push(t.view.seq); };
  tabs.add(take("a"))("seen");
  opened.at(-1)?.say("snapshot", view(1));
  const second = tabs.add(take("b"));
  second("seen");
  expect(open()).toBe(1);
  opened.at(-1)?.say("snapshot", view(2));
  expect(told).toEqual({ a: [1, 2], b: [2] });
  second("gone");
  expect(open()).toBe(1);
});
