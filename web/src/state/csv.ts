// Rows as comma-separated values (RFC 4180). Missing is an empty field, never 0.

export type Cell = string | number | boolean | null | undefined;

export function csv(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return `${[head, ...rows].map((row) => row.map(field).join(",")).join("\r\n")}\r\n`;
}

function field(value: Cell): string {
  if (value === null || value === undefined) return "";
  const text = String(value);
  // A spreadsheet takes such a text for a formula; a quote before it keeps it a text.
  const safe = typeof value === "string" && /^[=+\-@\t]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
