// Wires the page: state in the middle, the feed writes it, the views draw it.

import { render } from "preact";
import { commands } from "./feed/commands";
import { Feed } from "./feed/feed";
import { Store } from "./state/store";
import { Cockpit } from "./views/cockpit";

const root = document.getElementById("cockpit");
if (root) {
  const store: Store = new Store((state) => render(<Cockpit state={state} commands={wired} />, root));
  const feed = new Feed(store);
  const wired = commands(store, feed);
  document.addEventListener("visibilitychange", () => store.schedule());
  store.schedule();
  feed.start();
}
