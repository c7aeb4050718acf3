// The scenario that every language has (sdk/PARITY.md).

import {
  Failed,
  HostError,
  assistant,
  calibrated,
  choice,
  closed,
  data,
  flag,
  integer,
  main,
  measure,
  mini,
  number,
  open,
  pipeline,
  report,
  scenario,
  staged,
  system,
  text,
  user,
  waitAny,
} from "dualbench";
import type { Exchange } from "dualbench";

interface Given {
  exchanges: number;
  prompt_tokens: number;
  output_tokens: number;
  temperature: number;
  engine: string;
}

const tally = { chunks: 0, tokens: 0, characters: 0, counted: 0 };

export const { describe, run } = scenario({
  name: "parity",
  version: "1.0.0",
  description: "The same in every language: what comes of it must be equal.",
  targets: [main, mini],
  params: {
    exchanges: integer(3, { min: 0, max: 1000, help: "Exchanges, one after the other." }),
    prompt_tokens: integer(64, { unit: "tokens", min: 1, max: 4096, help: "Length of a calibrated prompt." }),
    output_tokens: integer(16, { unit: "tokens", min: 1, max: 4096, help: "Length of an answer." }),
    temperature: number(0.5, { min: 0, max: 2, help: "Temperature of the two answers at once." }),
    pair: flag(true, { help: "Whether two answers are asked for at once." }),
    engine: choice(main, [main, mini], { help: "The engine that is asked alone." }),
    fail: text("", { help: "Words to fail with, such as: tschüß ✓" }),
  },
  run(given) {
    if (given.fail) throw new Failed(given.fail);
    if (given.exchanges === 0) return report.voidRun("nothing was asked for");
    thresholds();
    alone(given);
    if (given.pair) pair(given);
    ends();
    load(given);
    said(given.exchanges);
    for (const [name, value] of Object.entries(tally)) report.metric(name, value, name);
    report.metric("seed", report.seed(), "seed");
  },
});

function thresholds(): void {
  report.threshold("main.e2e_ms.min > 0");
  report.debug(refusal(() => report.threshold("fast ✓"), "invalid", "a threshold of nonsense was taken"));
}

function alone({ engine, exchanges, prompt_tokens, output_tokens }: Given): void {
  const target = engine === "main" ? main : mini;
  report.phase("warm-up");
  drain(target.start({ prompt: calibrated(prompt_tokens), exactly: output_tokens, warmUp: true }));
  report.phase("alone");
  let last = "";
  for (let done = 0; done < exchanges; done++) {
    report.progress(done, exchanges);
    last = drain(target.start({ prompt: calibrated(prompt_tokens, { cache: "warm" }), exactly: output_tokens }), true);
  }
  report.info(last);
  report.progress(exchanges, exchanges);
}

function pair({ output_tokens, temperature }: Given): void {
  report.phase("pair");
  const prompt = [system("Answer briefly ✓"), user("Grüße!"), assistant("Ja?")];
  const request = { prompt, atMost: output_tokens, temperature, seed: report.seed() };
  let going = [main.start(request), mini.start(request)];
  while (going.length > 0) {
    for (const exchange of waitAny(going).reverse()) {
      if (count(exchange)) continue;
      end(exchange);
      going = going.filter((one) => one !== exchange);
    }
  }
}

function ends(): void {
  report.phase("ends");
  const request = { prompt: "Count to a thousand.", atMost: 1000, warmUp: true };
  const exchange = mini.start(request);
  exchange.next();
  exchange.cancel();
  report.debug(exchange.finish().ending);
  exchange.close();
  report.warn(refusal(() => pipeline.start(request), "not-allowed", "the pipeline was not refused"));
  const { dialect, model } = main.info();
  report.info(dialect);
  report.info(model ?? "none");
}

function load({ prompt_tokens, output_tokens }: Given): void {
  report.phase("load");
  const exact = { prompt: calibrated(prompt_tokens), exactly: output_tokens };
  const two = measure(closed(mini, exact, { users: 2, warmUp: 1 }), { repetitions: 4 });
  report.metric("measured", two.complete + two.failed, "exchanges");
  const hello = { prompt: "Hello.", atMost: output_tokens };
  const many = measure(open(main, hello, { ratePerSecond: 50, spacing: "constant", maxOpen: 4 }), { seconds: 0.2 });
  report.metric("open_known", many.ttftMs.median === undefined ? 0 : 1, "flag");
  const inTurn = ["One.", "Two ✓"].map((prompt) => ({ prompt, atMost: output_tokens }));
  const stages = [
    { toPerSecond: 60, seconds: 0.1 },
    { toPerSecond: 30, seconds: 0 },
    { toPerSecond: 30, seconds: 0.1 },
  ];
  const arriving = { spacing: "constant", maxOpen: 4, warmUp: 1 } as const;
  const changing = measure(staged(mini, inTurn, { fromPerSecond: 20, stages, ...arriving }));
  report.metric("staged_known", changing.ttftMs.median === undefined ? 0 : 1, "flag");
}

function refusal(call: () => unknown, code: HostError["code"], otherwise: string): string {
  try {
    call();
  } catch (error) {
    if (error instanceof HostError && error.code === code) return error.message;
    throw error;
  }
  throw new Failed(otherwise);
}

function said(exchanges: number): void {
  report.mark("measured ✓");
  report.count("done", exchanges);
  report.count("done", 0.5);
  for (const name of data.names()) report.metric("data", data.bytes(name).length, name);
  report.debug(refusal(() => data.bytes("../none"), "invalid", "a path was taken"));
}

function drain(exchange: Exchange, wantsText = false): string {
  while (count(exchange));
  return end(exchange, wantsText);
}

// Whether there was one.
function count(exchange: Exchange): boolean {
  const chunk = exchange.next();
  if (!chunk) return false;
  tally.chunks++;
  tally.tokens += chunk.tokens ?? 0;
  tally.characters += [...chunk.text].length;
  return true;
}

function end(exchange: Exchange, wantsText = false): string {
  const { ending } = exchange.finish();
  if (ending === "complete" || ending === "length") tally.counted++;
  const text = wantsText ? exchange.text : "";
  exchange.close();
  return text;
}
