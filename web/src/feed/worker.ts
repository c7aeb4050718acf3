// The worker that all tabs of a browser share: one stream, told to every tab. A tab that comes makes it begin again, so
// that everybody starts from the same snapshot.

import { LiveStream, type Told } from "./live";

/** What a tab says: that it is looked at, that it is not, that it goes. */
export type Said = "seen" | "hidden" | "gone";

interface Tab { post(told: Told): void; seen: boolean }

/** Which tabs there are, and whether anybody looks. Apart from the browser's worker, for its test. */
export class Tabs {
  private readonly tabs = new Set<Tab>();
  private readonly stream = new LiveStream((told) => { for (const tab of this.tabs) if (tab.seen) tab.post(told); });

  add(post: (told: Told) => void): (said: Said) => void {
    const tab: Tab = { post, seen: false };
    this.tabs.add(tab);
    return (said) => {
      if (said === "gone") this.tabs.delete(tab);
      tab.seen = said === "seen";
      if (said === "seen") this.stream.open();
      else if (![...this.tabs].some((other) => other.seen)) this.stream.close();
    };
  }
}
