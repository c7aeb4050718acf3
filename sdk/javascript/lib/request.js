// What is asked of an engine, and how long the answer may be.

import { oneOf, only } from "./known.js";

// Length of an answer where the request says nothing, in tokens; the engine's own stop comes first.
const DEFAULT_ANSWER_TOKENS = 256;
const KNOWN = ["prompt", "exactly", "atMost", "temperature", "seed", "warmUp"];

export const system = (content) => ({ role: "system", content });
export const user = (content) => ({ role: "user", content });
export const assistant = (content) => ({ role: "assistant", content });

export function calibrated(tokens, { cache = "cold" } = {}) {
  return { calibrated: { tokens, cache: oneOf(["cold", "warm"], "cache", cache) } };
}

// The request in the contract's terms.
export function asRequest(request) {
  const plain = typeof request === "string" || Array.isArray(request) || request?.calibrated ? { prompt: request } : request;
  only(KNOWN, "a request", plain ?? {});
  return {
    prompt: prompt(plain?.prompt),
    length: length(plain),
    temperature: plain.temperature,
    // componentize-qjs takes a u32 for an i32: the same bits are the same seed.
    seed: plain.seed === undefined ? undefined : plain.seed | 0,
    warmUp: plain.warmUp ?? false,
  };
}

export function isConversation(list) {
  return list.every((one) => one?.role !== undefined);
}

function prompt(given) {
  if (typeof given === "string") return { tag: "text", val: given };
  if (Array.isArray(given) && isConversation(given)) return { tag: "messages", val: given };
  if (given?.calibrated) return { tag: "calibrated", val: given.calibrated };
  throw new TypeError("`prompt` must be a text, a list of messages, or calibrated(TOKENS)");
}

function length({ exactly, atMost }) {
  if (exactly !== undefined && atMost !== undefined) throw new TypeError("`exactly` and `atMost` are both given; keep one");
  return exactly !== undefined ? { tag: "exact", val: exactly } : { tag: "at-most", val: atMost ?? DEFAULT_ANSWER_TOKENS };
}
