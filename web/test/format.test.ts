import { expect, test } from "vitest";
import { bytes, figure, shortHash, span, withUnit, words } from "../src/views/format";

test("a missing value is a dash and never zero", () => {
  for (const missing of [null, undefined, NaN, Infinity]) {
    expect(figure(missing)).toBe("–");
    expect(withUnit(missing, "ms")).toBe("–");
    expect(bytes(missing)).toBe("–");
    expect(span(missing)).toBe("–");
  }
  expect(shortHash(null)).toBe("–");
});

test("zero is a value", () => {
  expect(figure(0)).toBe("0");
  expect(bytes(0)).toBe("0\u00a0B");
});

test.each([
  [0.4217, "0.422"], [4.217, "4.22"], [58.13, "58.1"], [151.24, "151.2"], [1051.24, "1\u202f051"], [1234567, "1\u202f234\u202f567"], [-3.5, "−3.50"],
])("%s keeps about three significant figures: %s", (value, text) => {
  expect(figure(value)).toBe(text);
});

test("a value that rounds to zero has no sign", () => {
  expect(figure(-0.0001, 1)).toBe("0.0");
});

test("thousands are grouped before the decimal point only", () => {
  expect(figure(1234.56789, 4)).toBe("1\u202f234.5679");
});

test.each([
  [840, "840\u00a0ms"], [999.6, "1.0\u00a0s"], [12_340, "12.3\u00a0s"], [59_960, "1\u00a0min 00\u00a0s"], [125_000, "2\u00a0min 05\u00a0s"],
  [3_599_900, "1\u00a0h 00\u00a0min"], [3_725_000, "1\u00a0h 02\u00a0min"],
])("a span of %s ms reads %s", (ms, text) => {
  expect(span(ms)).toBe(text);
});

test("memory is told in binary units", () => {
  expect(bytes(11.6 * 1024 ** 3)).toBe("11.60\u00a0GiB");
  expect(bytes(512)).toBe("512\u00a0B");
});

test("a code becomes words", () => {
  expect(words("foreign_gpu_load")).toBe("foreign gpu load");
});
