// A record that does not grow without end: what was put in last stays, what was put in first goes.

export function put<T>(record: Readonly<Record<string, T>>, key: string, value: T, most: number): Record<string, T> {
  const { [key]: _before, ...others } = record;
  return Object.fromEntries([...Object.entries(others), [key, value] as const].slice(-most));
}
