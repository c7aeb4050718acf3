// Write a dualbench scenario in AssemblyScript: `describe` and `run` in scenario.ts, with the words of this file.
//
// A scenario decides what is asked of the engines. The host sends, stamps, computes and stores: nothing here can change a
// number, and a slow scenario never slows a stream. What each measure means is in docs/measures.md.
//
// AssemblyScript has no exceptions. A call that the host refuses ends the run at once, with the host's words in its log. Where
// you would rather go on, use the call that begins with `try`: it gives null, and `problem()` says why.

import * as abi from "./abi";
import { at, freeText, place, put, read, take, zeros } from "./memory";

export { Target, Role, Cache, Spacing, ChunkKind, Ending, Level } from "./abi";

// -- what is asked

export class Message {
  constructor(public role: abi.Role, public content: string) {}
  /** What the engine is told of its part. */
  static system(content: string): Message { return new Message(abi.Role.System, content); }
  /** What a person says. */
  static user(content: string): Message { return new Message(abi.Role.User, content); }
  /** What the engine has answered before. */
  static assistant(content: string): Message { return new Message(abi.Role.Assistant, content); }
}

/** What is asked of an engine, and how long the answer may be: `Request.calibrated(64).exactly(16)`. */
export class Request {
  private text: string = "";
  private messages: Message[] = [];
  private promptTokens: u32 = 0;
  private warmCache: abi.Cache = abi.Cache.Cold;
  private lengthTag: u8 = abi.Length.AT_MOST;
  private length: u32 = 256;
  private hasTemperature: bool = false;
  private heat: f32 = 0;
  private hasSeed: bool = false;
  private dice: u32 = 0;
  private warmUp: bool = false;

  private constructor(private prompt: u8) {}

  /** A prompt of exactly this many of the engine's own tokens, made by the host before the clock starts. */
  static calibrated(tokens: u32, cache: abi.Cache = abi.Cache.Cold): Request {
    const made = new Request(abi.Prompt.CALIBRATED);
    made.promptTokens = tokens;
    made.warmCache = cache;
    return made;
  }
  /** Raw text: continued as it is where the dialect can, sent as one user message elsewhere. */
  static text(text: string): Request {
    const made = new Request(abi.Prompt.TEXT);
    made.text = text;
    return made;
  }
  /** A conversation so far; later changes of the array are not seen. */
  static messages(messages: Message[]): Request {
    const made = new Request(abi.Prompt.MESSAGES);
    made.messages = messages.slice(0);
    return made;
  }

  /** The answer has exactly this many tokens where the engine can be told to go on; elsewhere as `atMost`. */
  exactly(tokens: u32): Request { this.lengthTag = abi.Length.EXACT; this.length = tokens; return this; }
  /** The engine's own stop, and this many tokens at most. Without a length: 256. */
  atMost(tokens: u32): Request { this.lengthTag = abi.Length.AT_MOST; this.length = tokens; return this; }
  /** The engine's own default where not set. */
  temperature(value: f32): Request { this.hasTemperature = true; this.heat = value; return this; }
  /** Seed of the engine's sampling; derived from the run's seed where not set. */
  seed(value: u32): Request { this.hasSeed = true; this.dice = value; return this; }
  /** A warm-up exchange is stored, but enters no statistic. */
  asWarmUp(warmUp: bool = true): Request { this.warmUp = warmUp; return this; }

  /** Sends it and returns before the first token; blocks only to make a calibrated prompt. */
  start(target: abi.Target): Exchange {
    return orEnd<Exchange>(this.tryStart(target));
  }

  /** The same, or null where the host refuses it. */
  tryStart(target: abi.Target): Exchange | null {
    const words = zeros(abi.Prompt.SIZE);
    this.writePrompt(words);
    abi.start(target, this.prompt, load<usize>(words, 4), load<usize>(words, 8), this.lengthTag, this.length,
      this.hasTemperature, this.heat, this.hasSeed, this.dice, this.warmUp, place);
    freePrompt(words, this.prompt);
    heap.free(words);
    if (load<u8>(place)) return refused<Exchange>(place + 4);
    return new Exchange(load<i32>(place, 4));
  }

  private writePrompt(words: usize): void {
    store<u8>(words, this.prompt);
    if (this.prompt == abi.Prompt.TEXT) {
      put(words + abi.Prompt.payload, this.text);
    } else if (this.prompt == abi.Prompt.CALIBRATED) {
      store<u32>(words + abi.Prompt.payload, this.promptTokens);
      store<u32>(words + abi.Prompt.payload, this.warmCache, 4);
    } else {
      const list = zeros(<usize>this.messages.length * abi.Message.SIZE);
      for (let i = 0; i < this.messages.length; i++) {
        const record = list + <usize>i * abi.Message.SIZE;
        store<u8>(record + abi.Message.role, <u8>this.messages[i].role);
        put(record + abi.Message.content, this.messages[i].content);
      }
      store<usize>(words + abi.Prompt.payload, list);
      store<i32>(words + abi.Prompt.payload, this.messages.length, 4);
    }
  }

  /** As part of a workload; `free` gives up what the record refers to. */
  write(record: usize): void {
    this.writePrompt(record + abi.Request.prompt);
    store<u8>(record + abi.Request.length, this.lengthTag);
    store<u32>(record + abi.Request.length + abi.Length.payload, this.length);
    store<u8>(record + abi.Request.temperature, this.hasTemperature);
    store<f32>(record + abi.Request.temperature_value, this.heat);
    store<u8>(record + abi.Request.seed, this.hasSeed);
    store<u32>(record + abi.Request.seed_value, this.dice);
    store<u8>(record + abi.Request.warmUp, this.warmUp);
  }

  free(record: usize): void {
    freePrompt(record + abi.Request.prompt, this.prompt);
  }
}

function freePrompt(words: usize, prompt: u8): void {
  if (prompt == abi.Prompt.MESSAGES) heap.free(load<usize>(words, abi.Prompt.payload));
}

// -- exchanges

/** One content-bearing event of a stream; not a token. */
export class Chunk {
  kind: abi.ChunkKind = abi.ChunkKind.Answer;
  text: string = "";
  /** Whether the engine says how many tokens. */
  hasTokens: bool = false;
  tokens: u32 = 0;
  /** Arrival after the request was sent, in ms. For decisions only; the record is the host's. */
  offsetMs: f64 = 0;
}

/** A number that may be missing; missing is never 0. */
export class Maybe {
  constructor(public known: bool, public value: f64) {}
}

/** The measures of one exchange. */
export class Measures {
  ending: abi.Ending = abi.Ending.Complete;
  /** What the engine or the socket said where the ending is a failure; else empty. */
  detail: string = "";
  ttftMs: Maybe = unknown;
  ttfoMs: Maybe = unknown;
  e2eMs: Maybe = unknown;
  generationMs: Maybe = unknown;
  tokensPerSecond: Maybe = unknown;
  tpotMs: Maybe = unknown;
  prefillTokensPerSecond: Maybe = unknown;
  promptTokens: Maybe = unknown;
  cachedPromptTokens: Maybe = unknown;
  outputTokens: Maybe = unknown;
  chunks: u32 = 0;
}

const unknown = new Maybe(false, 0);

function maybe(record: usize, option: usize, value: usize): Maybe {
  return load<u8>(record + option) ? new Maybe(true, load<f64>(record + value)) : unknown;
}
function maybeCount(record: usize, option: usize, value: usize): Maybe {
  return load<u8>(record + option) ? new Maybe(true, <f64>load<u32>(record + value)) : unknown;
}

/** One streamed request, owned by the host: it goes on whatever the scenario does. */
export class Exchange {
  constructor(public handle: i32) {}

  /** Blocks until the next chunk is here; null when the stream has ended. */
  next(): Chunk | null {
    abi.exchange_next(this.handle, place);
    if (load<u8>(place)) { note(place + 8); giveUp(); }
    if (!load<u8>(place, 8)) return null;
    const record = place + 16, chunk = new Chunk();
    chunk.kind = load<u8>(record + abi.Chunk.kind);
    chunk.text = take(record + abi.Chunk.text);
    chunk.hasTokens = load<bool>(record + abi.Chunk.tokens);
    if (chunk.hasTokens) chunk.tokens = load<u32>(record + abi.Chunk.tokens_value);
    chunk.offsetMs = load<f64>(record + abi.Chunk.offsetMs);
    return chunk;
  }

  /** Blocks until the stream has ended; gives its measures. */
  finish(): Measures {
    abi.exchange_finish(this.handle, place);
    if (load<u8>(place)) { note(place + 8); giveUp(); }
    const r = place + 8, m = new Measures();
    m.ending = load<u8>(r + abi.Measures.ending);
    if (load<u8>(r + abi.Measures.detail)) m.detail = take(r + abi.Measures.detail_value);
    m.ttftMs = maybe(r, abi.Measures.ttftMs, abi.Measures.ttftMs_value);
    m.ttfoMs = maybe(r, abi.Measures.ttfoMs, abi.Measures.ttfoMs_value);
    m.e2eMs = maybe(r, abi.Measures.e2eMs, abi.Measures.e2eMs_value);
    m.generationMs = maybe(r, abi.Measures.generationMs, abi.Measures.generationMs_value);
    m.tokensPerSecond = maybe(r, abi.Measures.tokensPerSecond, abi.Measures.tokensPerSecond_value);
    m.tpotMs = maybe(r, abi.Measures.tpotMs, abi.Measures.tpotMs_value);
    m.prefillTokensPerSecond = maybe(r, abi.Measures.prefillTokensPerSecond, abi.Measures.prefillTokensPerSecond_value);
    m.promptTokens = maybeCount(r, abi.Measures.promptTokens, abi.Measures.promptTokens_value);
    m.cachedPromptTokens = maybeCount(r, abi.Measures.cachedPromptTokens, abi.Measures.cachedPromptTokens_value);
    m.outputTokens = maybeCount(r, abi.Measures.outputTokens, abi.Measures.outputTokens_value);
    m.chunks = load<u32>(r + abi.Measures.chunks);
    return m;
  }

  /** The answer so far, without reasoning. */
  text(): string {
    abi.exchange_text(this.handle, place);
    return take(place);
  }

  /** Ends the stream and the engine's work on it. */
  cancel(): void { abi.exchange_cancel(this.handle); }

  /** Gives the handle back; a stream that has not ended is cancelled. */
  drop(): void { abi.exchange_drop(this.handle); }
}

/** Blocks until `next` on at least one would not block; gives their indexes, in order. */
export function waitAny(exchanges: Exchange[]): i32[] {
  const count = exchanges.length, list = zeros(<usize>count << 2);
  for (let i = 0; i < count; i++) store<i32>(list + (<usize>i << 2), exchanges[i].handle);
  abi.wait_any(list, count, place);
  heap.free(list);
  const from = load<usize>(place), found = load<i32>(place, 4), ready = new Array<i32>(found);
  for (let i = 0; i < found; i++) ready[i] = load<i32>(from + (<usize>i << 2));
  if (found) heap.free(from);
  return ready;
}

/** The contract's word: `complete`, `length`, … */
export function endingWord(ending: abi.Ending): string {
  const words = ["complete", "length", "cancelled", "stalled", "truncated", "refused", "broken", "malformed"];
  return words[ending];
}

// -- loads that the host drives: start times never depend on the scenario

/** A part of a load whose rate changes. */
export class Stage {
  private constructor(public perSecond: f64, public seconds: f64) {}
  /** From the rate before it to this one, in a straight line over so many seconds. To the same rate is a plateau, over 0
   *  seconds a jump, to 0 arrivals the way into a pause. */
  static to(perSecond: f64, seconds: f64): Stage { return new Stage(perSecond, seconds); }
}

/** One load on one target: `Workload.closed(Target.Mini, request, 4).warmUp(2)`. What is asked is one `Request`, or an array
 *  of them, sent in turn and again from the first one on. */
export class Workload {
  private warm: u32 = 0;
  private users: u32 = 0;
  private rate: f64 = 0;
  private stages: Stage[] = [];
  private spacing: abi.Spacing = abi.Spacing.Poisson;
  private most: u32 = 0;

  private constructor(private target: abi.Target, private requests: Request[], private pace: u8) {}

  /** This many users, each sending its next request when its last one has ended. */
  static closed<T>(target: abi.Target, requests: T, users: u32): Workload {
    const made = new Workload(target, inTurn(requests), abi.Pace.CLOSED);
    made.users = users;
    return made;
  }
  /** Arrivals at a rate; beyond `maxOpen` open exchanges they are shed: counted, never delayed. */
  static open<T>(target: abi.Target, requests: T, perSecond: f64, spacing: abi.Spacing = abi.Spacing.Poisson, maxOpen: u32 = 64): Workload {
    const made = new Workload(target, inTurn(requests), abi.Pace.OPEN);
    made.rate = perSecond;
    made.spacing = spacing;
    made.most = maxOpen;
    return made;
  }
  /** Arrivals at a rate that changes: it begins at `fromPerSecond` and runs through the stages; the last one's rate then stays.
   *  `Until.endOf(stages)` is when they have ended. */
  static staged<T>(
    target: abi.Target, requests: T, fromPerSecond: f64, stages: Stage[],
    spacing: abi.Spacing = abi.Spacing.Poisson, maxOpen: u32 = 64,
  ): Workload {
    const made = new Workload(target, inTurn(requests), abi.Pace.STAGED);
    made.rate = fromPerSecond;
    made.stages = stages.slice(0);
    made.spacing = spacing;
    made.most = maxOpen;
    return made;
  }
  /** Exchanges before the measured ones, under the same load. */
  warmUp(exchanges: u32): Workload { this.warm = exchanges; return this; }

  /** `free` gives up what the record refers to. */
  write(record: usize): void {
    store<u8>(record + abi.Load.target, <u8>this.target);
    const count = this.requests.length, asked = zeros(<usize>count * abi.Request.SIZE);
    for (let i = 0; i < count; i++) this.requests[i].write(asked + <usize>i * abi.Request.SIZE);
    store<usize>(record + abi.Load.requests, asked);
    store<i32>(record + abi.Load.requests, count, 4);
    this.writePace(record + abi.Load.pace);
    store<u32>(record + abi.Load.warmUp, this.warm);
  }

  private writePace(pace: usize): void {
    const value = pace + abi.Pace.payload;
    store<u8>(pace, this.pace);
    if (this.pace == abi.Pace.CLOSED) {
      store<u32>(value, this.users);
    } else if (this.pace == abi.Pace.OPEN) {
      store<f64>(value + abi.OpenLoop.ratePerSecond, this.rate);
      store<u8>(value + abi.OpenLoop.spacing, <u8>this.spacing);
      store<u32>(value + abi.OpenLoop.maxOpen, this.most);
    } else {
      const count = this.stages.length, list = zeros(<usize>count * abi.Stage.SIZE);
      for (let i = 0; i < count; i++) {
        const stage = list + <usize>i * abi.Stage.SIZE;
        store<f64>(stage + abi.Stage.seconds, this.stages[i].seconds);
        store<f64>(stage + abi.Stage.ratePerSecond, this.stages[i].perSecond);
      }
      store<f64>(value + abi.StagedLoop.fromPerSecond, this.rate);
      store<usize>(value + abi.StagedLoop.stages, list);
      store<i32>(value + abi.StagedLoop.stages, count, 4);
      store<u8>(value + abi.StagedLoop.spacing, <u8>this.spacing);
      store<u32>(value + abi.StagedLoop.maxOpen, this.most);
    }
  }

  free(record: usize): void {
    const asked = load<usize>(record + abi.Load.requests);
    for (let i = 0; i < this.requests.length; i++) this.requests[i].free(asked + <usize>i * abi.Request.SIZE);
    heap.free(asked);
    const value = record + abi.Load.pace + abi.Pace.payload;
    if (this.pace == abi.Pace.STAGED) heap.free(load<usize>(value + abi.StagedLoop.stages));
  }
}

/** One request, or an array of them; anything else does not compile. */
function inTurn<T>(requests: T): Request[] {
  if (isArrayLike<T>()) {
    const made = new Array<Request>();
    for (let i = 0; i < requests.length; i++) made.push(requests[i]);
    return made;
  } else {
    return [requests];
  }
}

/** How long a load lasts. */
export class Until {
  private constructor(public tag: u8, public bits: i64) {}
  /** This many measured exchanges for each workload; all go on until the slowest has them. */
  static repetitions(count: u32): Until { return new Until(abi.Until.REPETITIONS, <i64>count); }
  /** Exchanges that are open then are still finished and counted. */
  static seconds(seconds: f64): Until { return new Until(abi.Until.SECONDS, reinterpret<i64>(seconds)); }
  /** When the last of the stages ends. */
  static endOf(stages: Stage[]): Until {
    let seconds: f64 = 0;
    for (let i = 0; i < stages.length; i++) seconds += stages[i].seconds;
    return Until.seconds(seconds);
  }
}

/** A distribution in short; a percentile is also unknown below its sample floor. */
export class Digest {
  n: u32 = 0;
  min: Maybe = unknown;
  mean: Maybe = unknown;
  median: Maybe = unknown;
  max: Maybe = unknown;
  p50: Maybe = unknown;
  p90: Maybe = unknown;
  p95: Maybe = unknown;
  p99: Maybe = unknown;

  static at(r: usize): Digest {
    const d = new Digest();
    d.n = load<u32>(r + abi.Digest.n);
    d.min = maybe(r, abi.Digest.min, abi.Digest.min_value);
    d.mean = maybe(r, abi.Digest.mean, abi.Digest.mean_value);
    d.median = maybe(r, abi.Digest.median, abi.Digest.median_value);
    d.max = maybe(r, abi.Digest.max, abi.Digest.max_value);
    d.p50 = maybe(r, abi.Digest.p50, abi.Digest.p50_value);
    d.p90 = maybe(r, abi.Digest.p90, abi.Digest.p90_value);
    d.p95 = maybe(r, abi.Digest.p95, abi.Digest.p95_value);
    d.p99 = maybe(r, abi.Digest.p99, abi.Digest.p99_value);
    return d;
  }
}

/** What came of one workload; the measured exchanges only. */
export class Outcome {
  target: abi.Target;
  complete: u32;
  failed: u32;
  shed: u32;
  ttftMs: Digest;
  e2eMs: Digest;
  itlMs: Digest;
  tokensPerSecond: Digest;
  prefillTokensPerSecond: Digest;
  intentToFirstTokenMs: Digest;
  intentToAnswerMs: Digest;
  throughputTokensPerSecond: Maybe;

  constructor(r: usize) {
    this.target = load<u8>(r + abi.Outcome.target);
    this.complete = load<u32>(r + abi.Outcome.complete);
    this.failed = load<u32>(r + abi.Outcome.failed);
    this.shed = load<u32>(r + abi.Outcome.shed);
    this.ttftMs = Digest.at(r + abi.Outcome.ttftMs);
    this.e2eMs = Digest.at(r + abi.Outcome.e2eMs);
    this.itlMs = Digest.at(r + abi.Outcome.itlMs);
    this.tokensPerSecond = Digest.at(r + abi.Outcome.tokensPerSecond);
    this.prefillTokensPerSecond = Digest.at(r + abi.Outcome.prefillTokensPerSecond);
    this.intentToFirstTokenMs = Digest.at(r + abi.Outcome.intentToFirstTokenMs);
    this.intentToAnswerMs = Digest.at(r + abi.Outcome.intentToAnswerMs);
    this.throughputTokensPerSecond =
      maybe(r, abi.Outcome.throughputTokensPerSecond, abi.Outcome.throughputTokensPerSecond_value);
  }
}

/** Runs the workloads at the same time and blocks until all have ended; one outcome for each, in order. */
export function measure(workloads: Workload[], until: Until): Outcome[] {
  return orEnd<Outcome[]>(tryMeasure(workloads, until));
}

/** The same, or null where the host refuses it. */
export function tryMeasure(workloads: Workload[], until: Until): Outcome[] | null {
  const list = zeros(<usize>workloads.length * abi.Load.SIZE);
  for (let i = 0; i < workloads.length; i++) workloads[i].write(list + <usize>i * abi.Load.SIZE);
  abi.measure_loads(list, workloads.length, until.tag, until.bits, place);
  for (let i = 0; i < workloads.length; i++) workloads[i].free(list + <usize>i * abi.Load.SIZE);
  heap.free(list);
  if (load<u8>(place)) return refused<Outcome[]>(place + 4);
  const from = load<usize>(place, 4), count = load<i32>(place, 8), outcomes = new Array<Outcome>();
  for (let i = 0; i < count; i++) outcomes.push(new Outcome(from + <usize>i * abi.Outcome.SIZE));
  if (count) heap.free(from);
  return outcomes;
}

/** Makes so many scripted users, fresh instances of this module, and blocks until each has done its rounds, or so long. The
 * module is built of `dualbench/entry-users.ts`, and the scenario exports `user(args: Arguments, index: u32): string | null`. */
export function users(count: u32, until: Until): void {
  if (!tryUsers(count, until)) giveUp();
}

/** The same, or false where the host refuses it. */
export function tryUsers(count: u32, until: Until): bool {
  abi.users(<i32>count, until.tag, until.bits, place);
  const done = load<u8>(place) == 0;
  if (!done) note(place + 4);
  return done;
}

/** The files of the folder NAME.data beside the module, as they were when it was loaded, in order. */
export function dataNames(): string[] {
  abi.names(place);
  const from = load<usize>(place), count = load<i32>(place, 4), found = new Array<string>();
  for (let i = 0; i < count; i++) found.push(take(from + <usize>i * 8));
  if (count) heap.free(from);
  return found;
}

/** The bytes of one of them. */
export function readData(name: string): Uint8Array {
  return orEnd<Uint8Array>(tryReadData(name));
}

/** The same, or null where there is no file of that name. */
export function tryReadData(name: string): Uint8Array | null {
  abi.read(at(name), name.length, place);
  if (load<u8>(place)) {
    last = new Problem();
    last.words = take(place + 4);
    return null;
  }
  const from = load<usize>(place, 4), length = load<i32>(place, 8), found = new Uint8Array(length);
  if (length) {
    memory.copy(found.dataStart, from, length);
    heap.free(from);
  }
  return found;
}

/** What the engine told of itself when the run began. */
export class TargetInfo {
  /** Null where unknown. */
  model: string | null = null;
  dialect: string = "";
  contextTokens: Maybe = unknown;
  simulated: bool = false;
}

export function info(target: abi.Target): TargetInfo {
  return orEnd<TargetInfo>(tryInfo(target));
}

/** The same, or null where the host has no such target. */
export function tryInfo(target: abi.Target): TargetInfo | null {
  abi.info(target, place);
  if (load<u8>(place)) return refused<TargetInfo>(place + 4);
  const r = place + 4, found = new TargetInfo();
  if (load<u8>(r + abi.TargetInfo.model)) found.model = take(r + abi.TargetInfo.model_value);
  found.dialect = take(r + abi.TargetInfo.dialect);
  found.contextTokens = maybeCount(r, abi.TargetInfo.contextTokens, abi.TargetInfo.contextTokens_value);
  found.simulated = load<bool>(r + abi.TargetInfo.simulated);
  return found;
}

// -- what went wrong

/** Why a call was refused. */
export class Problem {
  /** One of `Problem.NOT_ALLOWED` and so on. */
  kind: u8 = abi.Error.INVALID;
  words: string = "no call was refused";

  static readonly NOT_CONFIGURED: u8 = abi.Error.NOT_CONFIGURED;
  static readonly NOT_ALLOWED: u8 = abi.Error.NOT_ALLOWED;
  static readonly INVALID: u8 = abi.Error.INVALID;
  static readonly LIMIT: u8 = abi.Error.LIMIT;
  static readonly CALIBRATION: u8 = abi.Error.CALIBRATION;
  static readonly STOPPING: u8 = abi.Error.STOPPING;
}

let last = new Problem();

/** Why the last `try…` gave null. */
export function problem(): Problem {
  return last;
}

function note(error: usize): void {
  last = new Problem();
  last.kind = load<u8>(error);
  last.words = last.kind == abi.Error.STOPPING ? "the run is being stopped" : take(error + abi.Error.payload);
}

function refused<T>(error: usize): T | null {
  note(error);
  return null;
}

function giveUp(): void {
  throw new Error(last.words);
}

function orEnd<T>(found: T | null): T {
  if (found === null) giveUp();
  return found!;
}

/** Where `throw` and failed assertions end: the words go to the run's log, and the run ends as a trap. */
export function abort(message: string | null, file: string | null, line: i32, column: i32): void {
  const words = message === null ? "abort" : message;
  const where = file === null ? "" : " (" + file + ":" + line.toString() + ":" + column.toString() + ")";
  log(abi.Level.Error, words + where);
  unreachable();
}

// -- what the run is told, and what it tells

/** A seed for everything random; recorded with the run, and given again to repeat it. */
export function seed(): u32 { return <u32>abi.seed(); }
/** Time since `run` was called. For decisions; no clock of record. */
export function elapsedMs(): f64 { return abi.elapsed_ms(); }
/** Names what is going on from here; exchanges are stored under it. */
export function phase(name: string): void { abi.phase(at(name), name.length); }
/** `total` 0 means unknown. */
export function progress(done: u32, total: u32): void { abi.progress(done, total); }
export function log(level: abi.Level, text: string): void { abi.log(level, at(text), text.length); }
/** A number of your own, stored under the scenario's name and never mixed with the host's measures. */
export function metric(name: string, value: f64, unit: string): void {
  abi.metric(at(name), name.length, value, at(unit), unit.length);
}
/** A mark on the timeline; the host stamps it. */
export function mark(name: string): void { abi.mark(at(name), name.length); }
/** Adds to a counter of that name; the run's record has its total. */
export function count(name: string, by: f64): void { abi.count(at(name), name.length, by); }
/** What the run must hold: `main.ttft_ms.p95 < 400`. Only before the first exchange. Null, or what is wrong with it. */
export function threshold(expression: string): string | null {
  abi.threshold(at(expression), expression.length, place);
  return load<u8>(place) ? take(place + 4) : null;
}
/** Declares the run void: its numbers are kept, but must not be trusted or compared. */
export function voidRun(reason: string): void { abi.void_run(at(reason), reason.length); }

// -- what the scenario says of itself

/** Strings of the manifest, which the host reads after `describe` has returned. */
const kept: string[] = [];

function keep(record: usize, text: string): void {
  kept.push(text);
  put(record, text);
}

/** A parameter; its type is that of its default. Its name: lower-case words joined by `_`. */
export class Param {
  private record: usize = zeros(abi.Param.SIZE);
  private choices: string[] = [];

  private constructor(name: string, tag: u8) {
    keep(this.record + abi.Param.name, name);
    store<u8>(this.record + abi.Param.default_, tag);
  }
  private get value(): usize { return this.record + abi.Param.default_ + abi.Value.payload; }

  static flag(name: string, value: bool): Param {
    const made = new Param(name, abi.Value.FLAG);
    store<u8>(made.value, value);
    return made;
  }
  static integer(name: string, value: i32): Param {
    const made = new Param(name, abi.Value.INTEGER);
    store<i32>(made.value, value);
    return made;
  }
  static number(name: string, value: f64): Param {
    const made = new Param(name, abi.Value.NUMBER);
    store<f64>(made.value, value);
    return made;
  }
  static text(name: string, value: string): Param {
    const made = new Param(name, abi.Value.TEXT);
    keep(made.value, value);
    return made;
  }
  /** `main` or `mini`, to be read with `Arguments.target`. */
  static engine(name: string, value: string): Param {
    return Param.text(name, value).choice("main").choice("mini");
  }

  /** One sentence for the person who fills in the form. */
  help(text: string): Param { keep(this.record + abi.Param.help, text); return this; }
  unit(text: string): Param {
    store<u8>(this.record + abi.Param.unit, 1);
    keep(this.record + abi.Param.unit_value, text);
    return this;
  }
  /** Both included (integer and number). */
  range(min: f64, max: f64): Param {
    store<u8>(this.record + abi.Param.min, 1);
    store<f64>(this.record + abi.Param.min_value, min);
    store<u8>(this.record + abi.Param.max, 1);
    store<f64>(this.record + abi.Param.max_value, max);
    return this;
  }
  /** Allows one more value (text). */
  choice(value: string): Param { this.choices.push(value); return this; }

  write(to: usize): void {
    const count = this.choices.length, list = zeros(<usize>count << 3);
    for (let i = 0; i < count; i++) keep(list + (<usize>i << 3), this.choices[i]);
    store<usize>(this.record + abi.Param.choices, list);
    store<i32>(this.record + abi.Param.choices, count, 4);
    memory.copy(to, this.record, abi.Param.SIZE);
  }
}

/** Name: lower-case words joined by `-`; description: what is measured, and what one learns from it. */
export class Manifest {
  private params: Param[] = [];
  private targets: abi.Target[] = [];

  constructor(private name: string, private version: string, private description: string) {}

  /** A target that the scenario may ask; any other is refused. */
  uses(target: abi.Target): Manifest { this.targets.push(target); return this; }
  /** Adds a parameter. The form shows them in this order. */
  param(param: Param): Manifest { this.params.push(param); return this; }

  write(to: usize): void {
    keep(to + abi.Manifest.name, this.name);
    keep(to + abi.Manifest.version, this.version);
    keep(to + abi.Manifest.description, this.description);
    const params = zeros(<usize>this.params.length * abi.Param.SIZE);
    for (let i = 0; i < this.params.length; i++) this.params[i].write(params + <usize>i * abi.Param.SIZE);
    store<usize>(to + abi.Manifest.params, params);
    store<i32>(to + abi.Manifest.params, this.params.length, 4);
    const targets = zeros(<usize>this.targets.length);
    for (let i = 0; i < this.targets.length; i++) store<u8>(targets + <usize>i, <u8>this.targets[i]);
    store<usize>(to + abi.Manifest.targets, targets);
    store<i32>(to + abi.Manifest.targets, this.targets.length, 4);
  }
}

/** The values of the parameters. A name that the manifest lacks, or another type, is a mistake in the scenario: it ends the
 *  run as a trap, with its words in the log. */
export class Arguments {
  constructor(private items: usize, private count_: i32) {}

  flag(name: string): bool { return load<bool>(this.value(name, abi.Value.FLAG)); }
  integer(name: string): i32 { return load<i32>(this.value(name, abi.Value.INTEGER)); }
  /** An integer that must not be negative: give the parameter such a range. */
  count(name: string): u32 {
    const found = this.integer(name);
    assert(found >= 0, "parameter `" + name + "` is negative: give it a range from 0 up");
    return <u32>found;
  }
  number(name: string): f64 { return load<f64>(this.value(name, abi.Value.NUMBER)); }
  text(name: string): string { return read(this.value(name, abi.Value.TEXT)); }
  /** Of a text with the choices main, mini, pipeline. */
  target(name: string): abi.Target {
    const text = this.text(name);
    if (text == "main") return abi.Target.Main;
    if (text == "mini") return abi.Target.Mini;
    assert(text == "pipeline", "parameter `" + name + "` names no target");
    return abi.Target.Pipeline;
  }

  /** Gives up what the host handed over for them. */
  free(): void {
    for (let i = 0; i < this.count_; i++) {
      const item = this.items + <usize>i * 24;
      freeText(item);
      if (load<u8>(item, 8) == abi.Value.TEXT) freeText(item + 8 + abi.Value.payload);
    }
    if (this.count_) heap.free(this.items);
  }

  /** An argument is a name and, at 8, a value: 24 bytes. */
  private value(name: string, tag: u8): usize {
    for (let i = 0; i < this.count_; i++) {
      const item = this.items + <usize>i * 24;
      if (read(item) != name) continue;
      assert(load<u8>(item, 8) == tag, "parameter `" + name + "` was asked for as another type than its default's");
      return item + 8 + abi.Value.payload;
    }
    throw new Error("parameter `" + name + "` is not in the manifest");
  }
}

let first: Arguments | null = null;

/** Every round of a scripted user brings the same arguments: those of the first stay. */
export function ofRound(items: usize, count: i32): Arguments {
  const given = new Arguments(items, count);
  if (first === null) first = given;
  else given.free();
  return first!;
}

// -- what entry.ts gives to the host

export function told(manifest: Manifest): usize {
  const made = zeros(abi.Manifest.SIZE);
  manifest.write(made);
  return made;
}

export function ended(why: string | null): usize {
  store<u8>(place, why !== null);
  if (why !== null) keep(place + 4, why);
  return place;
}
