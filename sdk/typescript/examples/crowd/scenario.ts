// A crowd in conversation: scripted users, each with a talk of its own that grows from round to round.

import { assistant, integer, mini, report, scenario, user as says, users } from "dualbench";
import type { Message } from "dualbench";

const QUESTIONS = ["What is a tide?", "What makes it?", "How high is the highest?", "And where is there none?"];

// An instance of its own for each user: what it remembers is there in its next round.
const talk: Message[] = [];

export const { describe, run, user } = scenario({
  name: "crowd-in-talk",
  description: "Conversations that grow, as many at the same time as there are users.",
  targets: [mini],
  params: {
    talkers: integer(4, { min: 1, max: 64, help: "Users at the same time." }),
    turns: integer(3, { min: 1, max: 100, help: "Questions that each of them asks." }),
  },
  run({ talkers, turns }) {
    report.phase("talking");
    users(talkers, { repetitions: turns });
    report.mark("all have talked");
  },
  user({ turns }, index) {
    const turn = talk.length / 2;
    const question = QUESTIONS[turn % QUESTIONS.length] ?? "";
    talk.push(says(`${question} I am number ${index}.`));
    const exchange = mini.start({ prompt: talk, atMost: 32 });
    const { promptTokens } = exchange.finish();
    talk.push(assistant(exchange.text));
    exchange.close();
    report.count("turns");
    // What is not known is absent, never 0.
    if (turn + 1 === turns && promptTokens !== undefined) report.metric("last_prompt", promptTokens, "tokens");
  },
});
