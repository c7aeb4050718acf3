import * as abi from "./abi";
import { Maybe, unknown } from "./maybe";

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
