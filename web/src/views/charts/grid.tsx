// Several charts side by side, each with the state of its table and of its time axis.

import type { Commands, Ui } from "../../state/store";
import { readRange } from "../../state/zoom";
import { Plot } from "./plot";
import type { Spec } from "./spec";

export interface GridProps { specs: Spec[]; ui: Ui; commands: Commands; label: string; wide?: boolean }

export function Grid({ specs, ui, commands, label, wide }: GridProps) {
  return (
    <div class={wide ? "charts wide" : "charts"} role="group" aria-label={label}>
      {specs.map((spec) => (
        <Plot
          key={spec.id} spec={spec} open={ui[`table/${spec.id}`] === true} toggle={(open) => commands.ui(`table/${spec.id}`, open)}
          zoom={spec.time === undefined ? null : readRange(ui[`zoom/${spec.time}`])} setZoom={(kept) => commands.ui(`zoom/${spec.time}`, kept)}
        />
      ))}
    </div>
  );
}
