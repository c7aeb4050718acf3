// The scenario that every language has; see sdk/PARITY.md.

import {
  Arguments, Cache, Ending, Exchange, Level, Manifest, Message, Param, Problem, Request, Spacing, Stage, Target, Until,
  Workload, count, dataNames, endingWord, info, log, mark, measure, metric, phase, problem, progress, readData, seed, threshold,
  tryReadData, voidRun, waitAny,
} from "./dualbench";

let chunks: u32 = 0, tokens: u32 = 0, characters: u32 = 0, counted: u32 = 0;

export function describe(): Manifest {
  return new Manifest("parity", "1.0.0", "The same in every language: what comes of it must be equal.")
    .uses(Target.Main)
    .uses(Target.Mini)
    .param(Param.integer("exchanges", 3).range(0, 1000).help("Exchanges, one after the other."))
    .param(Param.integer("prompt_tokens", 64).unit("tokens").range(1, 4096).help("Length of a calibrated prompt."))
    .param(Param.integer("output_tokens", 16).unit("tokens").range(1, 4096).help("Length of an answer."))
    .param(Param.number("temperature", 0.5).range(0, 2).help("Temperature of the two answers at once."))
    .param(Param.flag("pair", true).help("Whether two answers are asked for at once."))
    .param(Param.engine("engine", "main").help("The engine that is asked alone."))
    .param(Param.text("fail", "").help("Words to fail with, such as: tschüß ✓"));
}

export function run(args: Arguments): string | null {
  const fail = args.text("fail");
  if (fail.length) return fail;
  const exchanges = args.count("exchanges");
  if (!exchanges) {
    voidRun("nothing was asked for");
    return null;
  }
  let wrong = threshold("main.e2e_ms.min > 0");
  if (wrong !== null) return wrong;
  wrong = threshold("fast ✓");
  if (wrong === null) return "a threshold of nonsense was taken";
  log(Level.Debug, wrong);

  alone(args, exchanges);
  if (args.flag("pair")) pair(args);
  const why = ends();
  if (why !== null) return why;
  load_(args);
  staged(args);
  const refused = said(exchanges);
  if (refused !== null) return refused;
  metric("chunks", chunks, "chunks");
  metric("tokens", tokens, "tokens");
  metric("characters", characters, "characters");
  metric("counted", counted, "counted");
  metric("seed", seed(), "seed");
  return null;
}

function alone(args: Arguments, exchanges: u32): void {
  const engine = args.target("engine");
  phase("warm-up");
  const warmUp = calibrated(args, Cache.Cold).asWarmUp().start(engine);
  drain(warmUp);
  warmUp.drop();
  phase("alone");
  let text = "";
  for (let done: u32 = 0; done < exchanges; done++) {
    progress(done, exchanges);
    const exchange = calibrated(args, Cache.Warm).start(engine);
    drain(exchange);
    text = exchange.text();
    exchange.drop();
  }
  log(Level.Info, text);
  progress(exchanges, exchanges);
}

function pair(args: Arguments): void {
  phase("pair");
  const request = Request.messages([
    Message.system("Answer briefly ✓"), Message.user("Grüße!"), Message.assistant("Ja?"),
  ]).atMost(args.count("output_tokens")).temperature(<f32>args.number("temperature")).seed(seed());
  const open = [request.start(Target.Main), request.start(Target.Mini)];
  while (open.length) {
    const ready = waitAny(open);
    for (let at = ready.length - 1; at >= 0; at--) {
      const index = ready[at], exchange = open[index];
      if (took(exchange)) continue;
      end(exchange);
      exchange.drop();
      open.splice(index, 1);
    }
  }
}

function ends(): string | null {
  phase("ends");
  const request = Request.text("Count to a thousand.").atMost(1000).asWarmUp();
  const exchange = request.start(Target.Mini);
  exchange.next();
  exchange.cancel();
  log(Level.Debug, endingWord(exchange.finish().ending));
  exchange.drop();
  if (request.tryStart(Target.Pipeline) !== null) return "the pipeline was not refused";
  if (problem().kind != Problem.NOT_ALLOWED) return problem().words;
  log(Level.Warn, problem().words);
  const main = info(Target.Main), model = main.model;
  log(Level.Info, main.dialect);
  log(Level.Info, model === null ? "none" : model);
  return null;
}

function load_(args: Arguments): void {
  phase("load");
  const closed = Workload.closed(Target.Mini, calibrated(args, Cache.Cold), 2).warmUp(1);
  let outcome = measure([closed], Until.repetitions(4))[0];
  metric("measured", outcome.complete + outcome.failed, "exchanges");
  const hello = Request.text("Hello.").atMost(args.count("output_tokens"));
  outcome = measure([Workload.open(Target.Main, hello, 50, Spacing.Constant, 4)], Until.seconds(0.2))[0];
  metric("open_known", outcome.ttftMs.median.known ? 1 : 0, "flag");
}

function staged(args: Arguments): void {
  const most = args.count("output_tokens");
  const requests = [Request.text("One.").atMost(most), Request.text("Two ✓").atMost(most)];
  const stages = [Stage.to(60, 0.1), Stage.to(30, 0), Stage.to(30, 0.1)];
  const workload = Workload.staged(Target.Mini, requests, 20, stages, Spacing.Constant, 4).warmUp(1);
  const outcome = measure([workload], Until.endOf(stages))[0];
  metric("staged_known", outcome.ttftMs.median.known ? 1 : 0, "flag");
}

function said(exchanges: u32): string | null {
  mark("measured ✓");
  count("done", exchanges);
  count("done", 0.5);
  const names = dataNames();
  for (let i = 0; i < names.length; i++) metric("data", readData(names[i]).length, names[i]);
  if (tryReadData("../none") !== null) return "a path was taken";
  log(Level.Debug, problem().words);
  return null;
}

function calibrated(args: Arguments, cache: Cache): Request {
  return Request.calibrated(args.count("prompt_tokens"), cache).exactly(args.count("output_tokens"));
}

function drain(exchange: Exchange): void {
  while (took(exchange)) {}
  end(exchange);
}

/** Whether there was a chunk. */
function took(exchange: Exchange): bool {
  const chunk = exchange.next();
  if (chunk === null) return false;
  chunks++;
  if (chunk.hasTokens) tokens += chunk.tokens;
  // A pair of surrogates is one character.
  for (let i = 0; i < chunk.text.length; i++) characters += u32((chunk.text.charCodeAt(i) & 0xfc00) != 0xdc00);
  return true;
}

function end(exchange: Exchange): void {
  const ending = exchange.finish().ending;
  counted += u32(ending == Ending.Complete || ending == Ending.Length);
}
