// One stream for all tabs where the browser has shared workers, one a tab where it has none.

import type { Told } from "./live";
import { Tabs, type Said } from "./worker";

declare const LIVE_WORKER: string;

export function listen(take: (told: Told) => void): void {
  const say = typeof SharedWorker === "function" ? shared(take) : new Tabs().add(take);
  const look = () => say(document.hidden ? "hidden" : "seen");
  document.addEventListener("visibilitychange", look);
  window.addEventListener("pagehide", () => say("gone"));
  // A page that comes back from the browser's memory is a tab again.
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  look();
}

function shared(take: (told: Told) => void): (said: Said) => void {
  const { port } = new SharedWorker(`/${LIVE_WORKER}`, { name: "dualbench" });
  port.addEventListener("message", (message: MessageEvent<Told>) => take(message.data));
  port.start();
  return (said) => port.postMessage(said);
}
