// The live stream: opens it, hands over what comes, notices silence, and opens it again by itself. A page that nobody
// sees holds none: a browser opens six connections to a host, and as many hidden tabs would leave the next one waiting.

import type { LiveView } from "../state/wire";
import { get } from "./api";

/** How often silence is looked at. */
const WATCH_MS = 2_000;
/** Silence after which the daemon is asked whether it lives. An idle daemon has nothing to say, so silence alone means little. */
const SILENCE_MS = 6_000;
/** Silence, with a run under way and a daemon that answers, after which the stream itself is taken for dead. */
const DEAD_STREAM_MS = 20_000;
/** Pause before the first, second, … reopening; the last one repeats. */
const PAUSES_MS = [500, 1_000, 2_000, 5_000];

export interface Listener {
  snapshot(view: LiveView): void;
  frame(view: LiveView): void;
  /** The daemon was heard of, or was not since `since` (ms, wall clock; null = never). */
  alive(): void;
  silent(since: number | null, why: string): void;
  running(): boolean;
}

export class LiveStream {
  private source: EventSource | null = null;
  private heardAt: number | null = null;
  private streamHeardAt = 0;
  private attempt = 0;
  private asking = false;
  private reopening = 0;

  constructor(private readonly listener: Listener) {}

  start(): void {
    document.addEventListener("visibilitychange", () => this.seen());
    this.seen();
    window.setInterval(() => void this.watch(), WATCH_MS);
  }

  /** Opens the stream of a page that is looked at, closes that of one that is not. The next snapshot is whole. */
  private seen(): void {
    window.clearTimeout(this.reopening);
    if (document.hidden) {
      this.source?.close();
      this.source = null;
    } else if (this.source === null) this.open();
  }

  private open(): void {
    this.source?.close();
    const source = new EventSource("/api/live");
    this.source = source;
    this.streamHeardAt = Date.now();
    source.addEventListener("snapshot", (event) => this.take(event, (view) => this.listener.snapshot(view)));
    source.addEventListener("frame", (event) => this.take(event, (view) => this.listener.frame(view)));
    // The browser's own retry differs from one to the next; ours is the same everywhere.
    source.addEventListener("error", () => this.reopen("the live stream ended"));
  }

  private take(event: Event, hand: (view: LiveView) => void): void {
    this.attempt = 0;
    this.streamHeardAt = Date.now();
    this.heard();
    hand(JSON.parse((event as MessageEvent<string>).data) as LiveView);
  }

  private heard(): void {
    this.heardAt = Date.now();
    this.listener.alive();
  }

  private reopen(why: string): void {
    this.source?.close();
    this.source = null;
    this.listener.silent(this.heardAt, why);
    window.clearTimeout(this.reopening);
    const pause = PAUSES_MS[Math.min(this.attempt, PAUSES_MS.length - 1)] ?? 5_000;
    this.attempt += 1;
    this.reopening = window.setTimeout(() => { if (!document.hidden) this.open(); }, pause);
  }

  private async watch(): Promise<void> {
    if (this.source === null || this.asking || Date.now() - (this.heardAt ?? 0) < SILENCE_MS) return;
    this.asking = true;
    try {
      await get("/api/health", 3_000);
      if (this.source === null) return;
      if (this.listener.running() && Date.now() - this.streamHeardAt > DEAD_STREAM_MS) this.reopen("the live stream fell silent");
      else if (this.source.readyState === EventSource.OPEN) this.heard();
    } catch {
      if (this.source !== null) this.reopen("the daemon does not answer");
    } finally {
      this.asking = false;
    }
  }
}
