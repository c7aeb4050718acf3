// A misspelt name is refused, and the known ones are told.

export function only(known, what, given) {
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown) throw new TypeError(`${what} has no \`${unknown}\`; known are ${known.join(", ")}`);
  return given;
}

export function oneOf(known, what, given) {
  if (!known.includes(given)) throw new TypeError(`${what} \`${given}\` is none of ${known.join(", ")}`);
  return given;
}
