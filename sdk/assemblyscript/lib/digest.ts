import * as abi from "./abi";
import { Maybe, maybe, unknown } from "./maybe";

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
