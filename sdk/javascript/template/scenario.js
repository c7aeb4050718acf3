// How long a reader waits until there is a line to read.

import { choice, integer, main, mini, report, scenario, system, text, user } from "dualbench";

export const { describe, run } = scenario({
  name: "my-scenario",
  version: "0.1.0",
  description: "How soon the first line of an answer is there.",
  targets: [main, mini],
  params: {
    engine: choice(mini, [main, mini]),
    answers: integer(5, { min: 1, max: 1000, help: "Answers that are asked for, one after the other." }),
    question: text("What is a tide?", { help: "What the engine is asked." }),
  },
  run({ engine, answers, question }) {
    const target = engine === "main" ? main : mini;
    const prompt = [system("Answer in three short lines."), user(question)];
    report.phase("asking");
    for (let done = 0; done < answers; done++) {
      report.progress(done, answers);
      const waited = firstLineMs(target.start({ prompt, atMost: 120 }));
      if (waited !== undefined) report.metric("first_line_ms", waited, "ms");
    }
    report.progress(answers, answers);
  },
});

// `undefined` where the answer has one line only.
function firstLineMs(exchange) {
  let first;
  for (const chunk of exchange) {
    if (chunk.text.includes("\n")) first ??= chunk.offsetMs;
  }
  return first;
}
