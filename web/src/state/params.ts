// What a scenario's parameters accept: text from the form in, a typed value or a sentence out.

import type { Param } from "./wire";

export type Value = string | number | boolean;
export type Draft = Record<string, string>;
export type Checked = { value: Value } | { problem: string };

/** The text a field starts with. Flags are "true" or "false". */
export function startText(param: Param): string {
  if (param.default === null) return param.type === "flag" ? "false" : param.choices?.[0] ?? "";
  return String(param.default);
}

/** One field. The daemon checks again; this only answers sooner. */
export function check(param: Param, text: string): Checked {
  const trimmed = text.trim();
  if (param.choices && param.choices.length > 0) {
    if (!param.choices.includes(trimmed)) return { problem: `choose one of ${param.choices.join(", ")}` };
  }
  switch (param.type) {
    case "flag": return { value: trimmed === "true" };
    case "text": return { value: text };
    case "integer":
    case "number": return checkNumber(param, trimmed);
  }
}

function checkNumber(param: Param, text: string): Checked {
  if (text === "") return { problem: "a number is needed here" };
  const pattern = param.type === "integer" ? /^[+-]?\d+$/ : /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
  if (!pattern.test(text)) {
    return { problem: param.type === "integer" ? "a whole number is needed here" : "a number is needed here" };
  }
  const value = Number(text);
  const unit = param.unit ? ` ${param.unit}` : "";
  if (param.min !== null && value < param.min) return { problem: `at least ${param.min}${unit}` };
  if (param.max !== null && value > param.max) return { problem: `at most ${param.max}${unit}` };
  return { value };
}

/** All fields at once: the values to send, and the problem of each field that has one. */
export function checkAll(params: Param[], draft: Draft): { values: Record<string, Value>; problems: Record<string, string> } {
  const values: Record<string, Value> = {};
  const problems: Record<string, string> = {};
  for (const param of params) {
    const checked = check(param, draft[param.name] ?? startText(param));
    if ("problem" in checked) problems[param.name] = checked.problem;
    else values[param.name] = checked.value;
  }
  return { values, problems };
}

/** `1 – 4096 tokens`, `at least 1`, or nothing. */
export function rangeText(param: Param): string {
  const unit = param.unit ? ` ${param.unit}` : "";
  if (param.min !== null && param.max !== null) return `${param.min} – ${param.max}${unit}`;
  if (param.min !== null) return `at least ${param.min}${unit}`;
  if (param.max !== null) return `at most ${param.max}${unit}`;
  return param.unit ?? "";
}
