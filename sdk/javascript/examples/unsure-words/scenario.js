// How steady an engine is in what it says: the same question several times, and how early the answers part.
//
// The host measures times; whether two answers say the same is for whoever reads them.

import { choice, integer, main, mini, number, report, scenario, text } from "dualbench";

export const { describe, run } = scenario({
  name: "unsure-words",
  version: "1.0.0",
  description: "The same question several times: after how many words do the answers part, and does the speed differ?",
  targets: [main, mini],
  params: {
    engine: choice(main, [main, mini]),
    answers: integer(6, { min: 2, max: 100, help: "Answers to the same question." }),
    temperature: number(0.8, { min: 0, max: 2, help: "0 should make all answers one." }),
    question: text("Name a river, and say one thing of it.", { help: "What the engine is asked." }),
  },
  run({ engine, answers, temperature, question }) {
    const target = engine === "main" ? main : mini;
    const told = [];
    report.phase("asking");
    for (let done = 0; done < answers; done++) {
      report.progress(done, answers);
      // The same seed each time would hide what is looked for.
      const seed = Math.floor(Math.random() * 2 ** 32);
      const exchange = target.start({ prompt: question, atMost: 80, temperature, seed });
      for (const _chunk of exchange);
      told.push(exchange.text.split(/\s+/).filter(Boolean));
      exchange.close();
    }
    const [first, ...others] = told;
    const shared = others.map((words) => commonStart(first, words));
    report.metric("shared_words_mean", shared.reduce((sum, n) => sum + n, 0) / shared.length, "words");
    report.metric("distinct_answers", new Set(told.map((words) => words.join(" "))).size, "answers");
    if (temperature === 0 && shared.some((n, at) => n < others[at].length)) {
      report.warn("answers differ at temperature 0: the engine's arithmetic is not repeatable");
    }
    report.progress(answers, answers);
  },
});

function commonStart(one, other) {
  const parted = one.findIndex((word, at) => word !== other[at]);
  return parted < 0 ? one.length : parted;
}
