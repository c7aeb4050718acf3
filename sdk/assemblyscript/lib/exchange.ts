// Streams that go on at the host, and what comes of them.

import * as abi from "./abi";
import { maybe, maybeCount } from "./maybe";
import { Measures } from "./measures";
import { place, take, zeros } from "./memory";
import { giveUp, note } from "./problem";

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
