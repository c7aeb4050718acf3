// Entry of the shared worker: hands each port to the tabs.

import { Tabs, type Said } from "./worker";

interface Connected extends Event { readonly ports: readonly MessagePort[] }

const tabs = new Tabs();

globalThis.addEventListener("connect", (event) => {
  for (const port of (event as Connected).ports) {
    const say = tabs.add((told) => port.postMessage(told));
    port.addEventListener("message", (message: MessageEvent<Said>) => say(message.data));
    // A tab that crashed says nothing; where browsers tell of it, this does.
    port.addEventListener("close", () => say("gone"));
    port.start();
  }
});
