// What a demanded format costs: the same question in plain words, as a list and as JSON, on the same engine in turn.

import { choice, integer, main, mini, report, scenario, system, user } from "dualbench";
import type { Measures, Target } from "dualbench";

type Format = "plain" | "list" | "json";

const DEMANDS: Record<Format, string> = {
  plain: "Answer in one sentence.",
  list: "Answer as a list of three lines, each beginning with a dash.",
  json: 'Answer as JSON: {"answer": "…"}. Nothing else.',
};

interface Asked {
  format: Format;
  measures: Measures;
  fits: boolean;
}

export const { describe, run } = scenario({
  name: "format-tax",
  version: "1.0.0",
  description: "Tokens and time that a demanded format costs, and how often it is kept.",
  targets: [main, mini],
  params: {
    engine: choice(main, [main, mini]),
    rounds: integer(4, { min: 1, max: 200, help: "Rounds of one question in each format." }),
  },
  run({ engine, rounds }) {
    const target = engine === "main" ? main : mini;
    const formats = Object.keys(DEMANDS) as Format[];
    const all: Asked[] = [];
    for (let round = 0; round < rounds; round++) {
      // In turn, so that a drift of the engine meets every format alike.
      for (const format of formats) {
        report.phase(format);
        report.progress(all.length, rounds * formats.length);
        all.push(ask(target, format));
      }
    }
    for (const format of formats) tell(format, all.filter((asked) => asked.format === format));
  },
});

function ask(target: Target, format: Format): Asked {
  const prompt = [system(DEMANDS[format]), user("Why is the sky blue?")];
  const exchange = target.start({ prompt, atMost: 160 });
  const measures = exchange.finish();
  const fits = keeps(format, exchange.text.trim());
  exchange.close();
  return { format, measures, fits };
}

function keeps(format: Format, answer: string): boolean {
  if (format === "list") return answer.split("\n").every((line) => line.startsWith("-"));
  if (format === "plain") return !answer.includes("\n");
  try {
    return typeof (JSON.parse(answer) as { answer?: unknown }).answer === "string";
  } catch {
    return false;
  }
}

function tell(format: Format, asked: Asked[]): void {
  const known = asked.flatMap(({ measures }) => measures.outputTokens ?? []);
  if (known.length > 0) report.metric(`${format}_tokens_mean`, known.reduce((sum, n) => sum + n, 0) / known.length, "tokens");
  report.metric(`${format}_kept`, asked.filter(({ fits }) => fits).length / asked.length, "ratio");
}
