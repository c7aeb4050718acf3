// The parameters of a scenario: what a person may set before a run.

import { only } from "./known.js";

const KNOWN = ["help", "unit", "min", "max"];

export const integer = (value, about) => param({ tag: "integer", val: value }, about);
export const number = (value, about) => param({ tag: "number", val: value }, about);
export const flag = (value, about) => param({ tag: "flag", val: value }, about);
export const text = (value, about) => param({ tag: "text", val: value }, about);

export function choice(value, choices, about) {
  return { ...param({ tag: "text", val: String(value) }, about), choices: choices.map(String) };
}

function param(standard, about = {}) {
  return { default: standard, choices: [], help: "", ...only(KNOWN, "a parameter", about) };
}

// In the contract's terms: a list, in the order in which they were written.
export function asParams(params) {
  return Object.entries(params).map(([name, { help, default: standard, unit, min, max, choices }]) => {
    return { name, help, default: standard, unit, min, max, choices };
  });
}

// What a run was given, by name.
export function asArguments(list) {
  return Object.fromEntries(Array.from(list, ([name, value]) => [name, value.val]));
}
