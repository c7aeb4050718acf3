// The palette as the page has it: nine runs or series must be told apart, on either paper.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const css = readFileSync(new URL("../src/style/tokens.css", import.meta.url), "utf8");
const blocks = { light: /:root,\s*\.light \{([^}]*)\}/.exec(css)?.[1] ?? "", dark: /:root\[data-theme="dark"\] \{([^}]*)\}/.exec(css)?.[1] ?? "" };
const channels = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));

/** OKLab: distances in it are those that an eye sees. */
function lab(hex) {
  const [r, g, b] = channels(hex);
  const [l, m, s] = [0.4122 * r + 0.5363 * g + 0.0514 * b, 0.2119 * r + 0.6807 * g + 0.1074 * b, 0.0883 * r + 0.2817 * g + 0.63 * b].map(Math.cbrt);
  return [0.2105 * l + 0.7936 * m - 0.0041 * s, 1.978 * l - 2.4286 * m + 0.4506 * s, 0.0259 * l + 0.7828 * m - 0.8087 * s];
}
const light = (hex) => { const [r, g, b] = channels(hex); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
const contrast = (a, b) => { const [x = 0, y = 0] = [light(a), light(b)].sort((one, other) => other - one); return (x + 0.05) / (y + 0.05); };

test.each(["light", "dark"])("nine hues are told apart and seen on %s paper", (scheme) => {
  const of = (name) => new RegExp(`--${name}: (#[0-9a-f]{6})`).exec(blocks[scheme])?.[1] ?? "";
  const hues = Array.from({ length: 9 }, (_, i) => of(`s${i}`));
  hues.forEach((hue, i) => {
    expect(contrast(hue, of("panel")), hue).toBeGreaterThan(3);
    for (const other of hues.slice(0, i)) expect(Math.hypot(...lab(hue).map((c, k) => c - (lab(other)[k] ?? 0))), `${hue} ${other}`).toBeGreaterThan(0.09);
  });
});

test("both papers have the same names of colours", () => {
  const names = (block) => [...block.matchAll(/(--[\w-]+): #/g)].map(([, name]) => name);
  expect(names(blocks.dark)).toEqual(names(blocks.light));
});
