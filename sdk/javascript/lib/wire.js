// From the contract's values to those of this language: what is missing is undefined, never null.

export function asAnswered(record) {
  const answer = {};
  for (const [key, value] of Object.entries(record)) answer[key] = clean(value);
  return answer;
}

function clean(value) {
  if (value === null) return undefined;
  if (Array.isArray(value)) return value.map(clean);
  return typeof value === "object" ? asAnswered(value) : value;
}
