// Hands the visitor a file that the page made.

/** Long enough for the slowest browser to take the file before its address is given back. */
const TAKEN_MS = 10_000;

export function download(name: string, type: string, content: string | Blob): void {
  const blob = typeof content === "string" ? new Blob([content], { type }) : content;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name.replace(/[^\w.-]+/g, "-");
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), TAKEN_MS);
}
