// How long a listener waits until a whole sentence can be read out: the host cannot know what a sentence is.

import { Arguments, Manifest, Message, Param, Request, Target, metric, phase, progress } from "./dualbench";

export function describe(): Manifest {
  return new Manifest("my-scenario", "0.1.0", "How soon the first whole sentence of an answer is there.")
    .uses(Target.Main)
    .uses(Target.Mini)
    .param(Param.engine("engine", "mini").help("The engine that is asked."))
    .param(Param.integer("answers", 12).range(1, 1000).help("Answers that are asked for, one after the other."))
    .param(Param.text("question", "What is a tide?").help("What the engine is asked."));
}

/** Null, or why the run failed. */
export function run(args: Arguments): string | null {
  const engine = args.target("engine"), answers = args.count("answers");
  const request = Request.messages([
    Message.system("Answer in three short sentences."),
    Message.user(args.text("question")),
  ]).atMost(120);

  phase("asking");
  for (let done: u32 = 0; done < answers; done++) {
    progress(done, answers);
    const ms = firstSentence(engine, request);
    if (ms >= 0) metric("first_sentence_ms", ms, "ms");
  }
  progress(answers, answers);
  return null;
}

/** Below zero where the answer ended without a full stop. */
function firstSentence(engine: Target, request: Request): f64 {
  const exchange = request.start(engine);
  let first: f64 = -1;
  for (let chunk = exchange.next(); chunk !== null; chunk = exchange.next()) {
    if (first < 0 && hasStop(chunk.text)) first = chunk.offsetMs;
  }
  exchange.drop();
  return first;
}

function hasStop(text: string): bool {
  return text.includes(".") || text.includes("!") || text.includes("?");
}
