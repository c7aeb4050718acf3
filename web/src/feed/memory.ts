// What the browser keeps between visits: preferences and the values last sent of each form. Without a store nothing is lost but that.

const PREFIX = "dualbench.";

export function recall(key: string): unknown {
  try {
    const text = localStorage.getItem(PREFIX + key);
    return text === null ? null : (JSON.parse(text) as unknown);
  } catch {
    return null;
  }
}

export function keep(key: string, value: unknown): void {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // A browser that keeps nothing, or has no room: the page works all the same.
  }
}
