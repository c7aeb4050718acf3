// What a conversation costs as it grows: every turn sends all that was said before, so the prompt gets longer by a question and
// an answer each time. An engine with a prompt cache answers the tenth turn about as soon as the second; one without reads
// everything again. Told for each turn: the first token, how long the prompt was, and how much of it came from the cache.

import {
  Arguments, Level, Manifest, Maybe, Message, Param, Request, Target, log, metric, phase, progress, endingWord, Ending,
} from "./dualbench";

const QUESTIONS = [
  "I have a sack of flour and no yeast. What can I bake?",
  "Which of these keeps longest?",
  "How hot should the oven be?",
  "And if I only have a pan?",
  "What would you serve with it?",
  "How much of everything for six people?",
  "One of them eats no wheat. What now?",
  "Write the list for the market, please.",
];

export function describe(): Manifest {
  return new Manifest("chat-turns", "1.0.0", "How the first token of each turn of a growing conversation moves.")
    .uses(Target.Main)
    .uses(Target.Mini)
    .param(Param.engine("engine", "mini").help("The engine that is talked to."))
    .param(Param.integer("conversations", 3).range(1, 100).help("Conversations, one after the other."))
    .param(Param.integer("turns", 5).range(2, QUESTIONS.length).help("Questions of each conversation."))
    .param(Param.integer("answer_tokens", 48).unit("tokens").range(8, 1024).help("The longest answer."));
}

export function run(args: Arguments): string | null {
  const turns = args.count("turns"), conversations = args.count("conversations");
  const first = new Sum(), later = new Sum();
  for (let n: u32 = 0; n < conversations; n++) {
    progress(n, conversations);
    // A word of its own keeps one conversation from meeting the last one's cache.
    const said = [Message.system("You are cook number " + n.toString() + ". Answer in two sentences.")];
    for (let turn: u32 = 0; turn < turns; turn++) {
      phase("turn " + (turn + 1).toString());
      said.push(Message.user(QUESTIONS[turn]));
      const exchange = Request.messages(said).atMost(args.count("answer_tokens")).start(args.target("engine"));
      const measures = exchange.finish();
      said.push(Message.assistant(exchange.text()));
      exchange.drop();
      if (measures.ending != Ending.Complete && measures.ending != Ending.Length) {
        return "turn " + (turn + 1).toString() + " is " + endingWord(measures.ending) + ": " + measures.detail;
      }
      (turn ? later : first).add(measures.ttftMs);
      if (n == 0) tell(turn + 1, measures.promptTokens, measures.cachedPromptTokens);
    }
  }
  progress(conversations, conversations);
  if (first.count && later.count) metric("later_turns_over_first", later.mean() / first.mean(), "ratio");
  return null;
}

function tell(turn: u32, prompt: Maybe, cached: Maybe): void {
  const words = (m: Maybe): string => (m.known ? u32(m.value).toString() : "unknown");
  log(Level.Info, "turn " + turn.toString() + ": prompt tokens " + words(prompt) + ", from the cache " + words(cached));
}

class Sum {
  count: u32 = 0;
  total: f64 = 0;
  add(value: Maybe): void {
    if (!value.known) return;
    this.count++;
    this.total += value.value;
  }
  mean(): f64 { return this.total / this.count; }
}
