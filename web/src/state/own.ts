// A record's own entry. What stands in an address may be any text, `__proto__` too: an inherited key is no entry.

export function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
