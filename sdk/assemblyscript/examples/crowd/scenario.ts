// What a crowd of readers costs each of them: scripted users, each of whom decides by the last answer how much to ask next.

import { Arguments, Manifest, Param, Request, Target, Until, count, mark, metric, phase, users } from "./dualbench";

export function describe(): Manifest {
  return new Manifest("crowd-of-readers", "0.1.0", "Users who read at their own pace, all at the same time.")
    .uses(Target.Mini)
    .param(Param.integer("readers", 4).range(1, 64).help("Users at the same time."))
    .param(Param.integer("rounds", 3).range(1, 100).help("Answers that each of them reads."));
}

export function run(args: Arguments): string | null {
  phase("reading");
  users(args.count("readers"), Until.repetitions(args.count("rounds")));
  mark("all have read");
  return null;
}

// An instance of its own for each user: what it remembers is there in its next round.
let tokens: u32 = 16;

export function user(_args: Arguments, index: u32): string | null {
  const exchange = Request.text("Tell reader " + index.toString() + " of the sea.").atMost(tokens).start(Target.Mini);
  let words = 0;
  for (let chunk = exchange.next(); chunk !== null; chunk = exchange.next()) words += chunk.text.split(" ").length;
  exchange.drop();
  metric("words_read", words, "words");
  count("rounds", 1);
  tokens = words > 12 ? 8 : 24;
  return null;
}
