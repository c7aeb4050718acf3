// What a crowd of readers costs each of them: scripted users, each of whom decides by the last answer how much to ask next.

import { integer, mini, report, scenario, users } from "dualbench";

// An instance of its own for each user: what it remembers is there in its next round.
let atMost = 16;

export const { describe, run, user } = scenario({
  name: "crowd-of-readers",
  description: "Users who read at their own pace, all at the same time.",
  targets: [mini],
  params: {
    readers: integer(4, { min: 1, max: 64, help: "Users at the same time." }),
    rounds: integer(3, { min: 1, max: 100, help: "Answers that each of them reads." }),
  },
  run({ readers, rounds }) {
    report.phase("reading");
    users(readers, { repetitions: rounds });
    report.mark("all have read");
  },
  user(_values, index) {
    const exchange = mini.start({ prompt: `Tell reader ${index} of the sea.`, atMost });
    for (const _chunk of exchange);
    const words = exchange.text.split(/\s+/).filter(Boolean).length;
    exchange.close();
    report.metric("words_read", words, "words");
    report.count("rounds");
    atMost = words > 12 ? 8 : 24;
  },
});
