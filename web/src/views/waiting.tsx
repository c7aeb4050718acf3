// What stands where something is not read yet, or could not be.

import type { Loaded } from "../state/store";
import { t } from "../text/texts";

export function Waiting({ of }: { of: Loaded<unknown> }) {
  if (of.state === "loading") return <p class="quiet">{t.system.reading}</p>;
  return of.state === "failed" ? <p class="problem">{of.why}</p> : null;
}
