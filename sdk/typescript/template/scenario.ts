// How even a stream reads: the longest pause within each answer, beside its usual one.

import { choice, integer, main, mini, report, scenario, text } from "dualbench";
import type { Exchange } from "dualbench";

export const { describe, run } = scenario({
  name: "my-scenario",
  version: "0.1.0",
  description: "How even a stream reads: the longest pause within an answer over its median pause.",
  targets: [main, mini],
  params: {
    engine: choice(mini, [main, mini]),
    answers: integer(5, { min: 1, max: 1000, help: "Answers that are asked for, one after the other." }),
    question: text("What is a tide?", { help: "What the engine is asked." }),
  },
  run({ engine, answers, question }) {
    const target = engine === "main" ? main : mini;
    report.phase("asking");
    for (let done = 0; done < answers; done++) {
      report.progress(done, answers);
      const unevenness = longestOverMedian(pauses(target.start({ prompt: question, atMost: 120 })));
      if (unevenness !== undefined) report.metric("longest_over_median_pause", unevenness, "ratio");
    }
    report.progress(answers, answers);
  },
});

function pauses(exchange: Exchange): number[] {
  const arrivals = Array.from(exchange, (chunk) => chunk.offsetMs);
  return arrivals.slice(1).map((at, index) => at - arrivals[index]!);
}

function longestOverMedian(pauses: number[]): number | undefined {
  const sorted = pauses.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  return median ? sorted.at(-1)! / median : undefined;
}
