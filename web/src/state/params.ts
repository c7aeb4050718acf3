// What a scenario's parameters accept: text from the form in, a typed value or a problem out. Problems are codes: the views word them.

import type { Param } from "./wire";

export type Value = string | number | boolean;
export type Draft = Record<string, string>;
export type Trouble = { code: "number" | "whole" } | { code: "least" | "most"; limit: number; unit: string | null } | { code: "choice"; choices: string[] };
export type Checked = { value: Value } | { problem: Trouble };

/** The text a field starts with. Flags are "true" or "false". */
export function startText(param: Param): string {
  if (param.default === null || param.default === undefined) return param.type === "flag" ? "false" : param.choices[0] ?? "";
  return String(param.default);
}

/** One field. The daemon checks again; this only answers sooner. */
export function check(param: Param, text: string): Checked {
  const trimmed = text.trim();
  if (param.choices.length > 0 && !param.choices.includes(trimmed)) return { problem: { code: "choice", choices: param.choices } };
  switch (param.type) {
    case "flag": return { value: trimmed === "true" };
    case "text": return { value: text };
    case "integer":
    case "number": return checkNumber(param, trimmed);
  }
}

function checkNumber(param: Param, text: string): Checked {
  const whole = param.type === "integer";
  const pattern = whole ? /^[+-]?\d+$/ : /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
  if (text === "") return { problem: { code: "number" } };
  if (!pattern.test(text)) return { problem: { code: whole ? "whole" : "number" } };
  const value = Number(text);
  if (param.min !== null && value < param.min) return { problem: { code: "least", limit: param.min, unit: param.unit } };
  if (param.max !== null && value > param.max) return { problem: { code: "most", limit: param.max, unit: param.unit } };
  return { value };
}

/** All fields at once: the values to send, and the problem of each field that has one. */
export function checkAll(params: Param[], draft: Draft): { values: Record<string, Value>; problems: Record<string, Trouble> } {
  const values: Record<string, Value> = {};
  const problems: Record<string, Trouble> = {};
  for (const param of params) {
    const checked = check(param, draft[param.name] ?? startText(param));
    if ("problem" in checked) problems[param.name] = checked.problem;
    else values[param.name] = checked.value;
  }
  return { values, problems };
}

/** What differs from the scenario's own values. */
export function changed(params: Param[], draft: Draft): string[] {
  return params.filter((param) => draft[param.name] !== undefined && draft[param.name] !== startText(param)).map((param) => param.name);
}

/** Thresholds as they are typed: one a line. */
export function linesOf(text: string): string[] {
  return text.split("\n").map((line) => line.trim()).filter(Boolean);
}

/** Drafts that an earlier visit kept, as far as they are what they should be. */
export function readForm(kept: unknown): { drafts: Record<string, Draft>; thresholds: Record<string, string> } {
  const { drafts, thresholds } = isRecord(kept) ? kept : {};
  return {
    drafts: Object.fromEntries(Object.entries(isRecord(drafts) ? drafts : {}).map(([name, draft]) => [name, texts(draft)])),
    thresholds: texts(thresholds),
  };
}

function texts(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(isRecord(value) ? value : {}).filter((pair): pair is [string, string] => typeof pair[1] === "string"));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
