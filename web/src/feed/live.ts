// The live stream: opens it, hands over what comes, notices silence, and opens it again by itself. It knows no page, so
// that it runs in one tab as well as in the worker that all tabs share.

import { isUnfinished } from "../state/run_state";
import type { Silence } from "../state/store";
import type { LiveView } from "../state/wire";

/** How often silence is looked at. */
const WATCH_MS = 2_000;
/** Silence after which the daemon is asked whether it lives. An idle daemon has nothing to say, so silence alone means little. */
const SILENCE_MS = 6_000;
/** Silence, with a run under way and a daemon that answers, after which the stream itself is taken for dead. */
const DEAD_STREAM_MS = 20_000;
/** Pause before the first, second, … reopening; the last one repeats. */
const PAUSES_MS = [500, 1_000, 2_000, 5_000];
const HEALTH_MS = 3_000;

/** What the stream has to tell. */
export type Told =
  | { kind: "snapshot" | "frame"; view: LiveView }
  /** The daemon was heard of, or was not since `since` (ms, wall clock; null = never). */
  | { kind: "alive" }
  | { kind: "silent"; since: number | null; why: Silence };

export class LiveStream {
  private source: EventSource | null = null;
  private wanted = false;
  private running = false;
  private heardAt: number | null = null;
  private streamHeardAt = 0;
  private attempt = 0;
  private asking = false;
  private reopening: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly tell: (told: Told) => void) {
    setInterval(() => void this.watch(), WATCH_MS);
  }

  /** Opens the stream, or opens it again: the next snapshot is whole. */
  open(): void {
    clearTimeout(this.reopening);
    this.wanted = true;
    this.source?.close();
    const source = new EventSource("/api/live");
    this.source = source;
    this.streamHeardAt = Date.now();
    source.addEventListener("snapshot", (event) => this.take("snapshot", event));
    source.addEventListener("frame", (event) => this.take("frame", event));
    // The browser's own retry differs from one to the next; ours is the same everywhere.
    source.addEventListener("error", () => this.reopen("ended"));
  }

  /** Nobody looks: a browser opens six connections to a host, and one that nobody reads is one too many. */
  close(): void {
    clearTimeout(this.reopening);
    this.wanted = false;
    this.source?.close();
    this.source = null;
  }

  isOpen(): boolean {
    return this.source !== null;
  }

  private take(kind: "snapshot" | "frame", event: Event): void {
    this.attempt = 0;
    this.streamHeardAt = Date.now();
    this.heard();
    const view = JSON.parse((event as MessageEvent<string>).data) as LiveView;
    this.running = view.run !== null && isUnfinished(view.run.state);
    this.tell({ kind, view });
  }

  private heard(): void {
    this.heardAt = Date.now();
    this.tell({ kind: "alive" });
  }

  private reopen(why: Silence): void {
    this.source?.close();
    this.source = null;
    this.tell({ kind: "silent", since: this.heardAt, why });
    clearTimeout(this.reopening);
    const pause = PAUSES_MS[Math.min(this.attempt, PAUSES_MS.length - 1)] ?? 5_000;
    this.attempt += 1;
    this.reopening = setTimeout(() => { if (this.wanted) this.open(); }, pause);
  }

  private async watch(): Promise<void> {
    if (this.source === null || this.asking || Date.now() - (this.heardAt ?? 0) < SILENCE_MS) return;
    this.asking = true;
    try {
      const response = await fetch("/api/health", { cache: "no-store", signal: AbortSignal.timeout(HEALTH_MS) });
      if (!response.ok) throw new Error();
      if (this.source === null) return;
      if (this.running && Date.now() - this.streamHeardAt > DEAD_STREAM_MS) this.reopen("silent");
      else if (this.source.readyState === EventSource.OPEN) this.heard();
    } catch {
      if (this.source !== null) this.reopen("no-answer");
    } finally {
      this.asking = false;
    }
  }
}
