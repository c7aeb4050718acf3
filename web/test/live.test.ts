import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LiveStream, type Listener } from "../src/feed/live";

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

const page = { hidden: false, look: () => {}, addEventListener: (_: string, act: () => void) => { page.look = act; } };
const open = () => opened.filter((source) => source.readyState === 1).length;
const show = (seen: boolean) => { page.hidden = !seen; page.look(); };

beforeEach(() => {
  opened.length = 0;
  page.hidden = false;
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", FakeSource);
  vi.stubGlobal("document", page);
  vi.stubGlobal("window", globalThis);
});
afterEach(() => { vi.useRealTimers(); vi.unstubAllGlobals(); });

function started(): void {
  const listener: Listener = { snapshot: () => {}, frame: () => {}, alive: () => {}, silent: () => {}, running: () => false };
  new LiveStream(listener).start();
}

test("a hidden page holds no stream and takes one up again when it is seen", () => {
  started();
  expect(open()).toBe(1);
  show(false);
  expect(open()).toBe(0);
  show(true);
  expect(open()).toBe(1);
});

test("a page opened in the background waits until it is seen", () => {
  page.hidden = true;
  started();
  expect(opened).toHaveLength(0);
  show(true);
  expect(open()).toBe(1);
});

test("a stream that broke is not reopened behind the visitor's back", () => {
  started();
  opened[0]?.say("error");
  show(false);
  vi.advanceTimersByTime(5_000);
  expect(open()).toBe(0);
  show(true);
  expect(open()).toBe(1);
});
