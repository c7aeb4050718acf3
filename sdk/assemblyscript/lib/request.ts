// What is asked of an engine.

import * as abi from "./abi";
import { Exchange } from "./exchange";
import { place, put, zeros } from "./memory";
import { orEnd, refused } from "./problem";

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
