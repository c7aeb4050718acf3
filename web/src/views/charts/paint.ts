// The colours of a chart, read from the page's own, so that a theme is changed in one place.

import type { Hue } from "./spec";

export interface Paint { of(hue: Hue): string; ink: string; quiet: string; rule: string; panel: string; good: string; warn: string; bad: string }

/** Of the element's theme: the report's charts are light on any page. */
export function paint(from: Element = document.documentElement): Paint {
  const style = getComputedStyle(from);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    of: (hue) => read(`--${hue}`) || read("--quiet"),
    ink: read("--ink"), quiet: read("--quiet"), rule: read("--rule"), panel: read("--panel"), good: read("--good"), warn: read("--warn"), bad: read("--bad"),
  };
}

/** The same colour, let through. */
export function faded(colour: string, alpha: number): string {
  const hex = /^#([0-9a-f]{6})$/i.exec(colour)?.[1];
  if (!hex) return colour;
  const part = (i: number) => parseInt(hex.slice(i, i + 2), 16);
  return `rgba(${part(0)}, ${part(2)}, ${part(4)}, ${alpha})`;
}
