import * as abi from "./abi";
import { Stage } from "./stage";

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
