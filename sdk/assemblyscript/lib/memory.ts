// Strings and places of the canonical ABI.

/** Tells the host that strings are in UTF-16 on this side. */
export function dualbench_utf16(): void {}

/** A place for what the host hands over; where that is nothing, there is none that would have to be freed. */
export function cabi_realloc(old: usize, oldSize: usize, align: usize, size: usize): usize {
  if (!size) return align;
  return old ? heap.realloc(old, size) : heap.alloc(size);
}

/** Where the host writes what a call gives: the largest has 168 bytes. */
export const place: usize = heap.alloc(256);

/** Where a string lies, for as long as it is referred to. */
export function at(text: string): usize {
  return changetype<usize>(text);
}

/** Takes over a string that the host handed over. */
export function take(record: usize): string {
  const from = load<usize>(record), length = load<i32>(record, 4);
  if (!length) return "";
  const text = String.UTF16.decodeUnsafe(from, <usize>length << 1);
  heap.free(from);
  return text;
}

/** Reads a string that stays the host's. */
export function read(record: usize): string {
  const length = load<i32>(record, 4);
  return length ? String.UTF16.decodeUnsafe(load<usize>(record), <usize>length << 1) : "";
}

/** Gives up a string that the host handed over. */
export function freeText(record: usize): void {
  if (load<i32>(record, 4)) heap.free(load<usize>(record));
}

/** Writes where a string lies; the string must be kept elsewhere. */
export function put(record: usize, text: string): void {
  store<usize>(record, at(text));
  store<i32>(record, text.length, 4);
}

/** A place of zeros. */
export function zeros(size: usize): usize {
  const made = heap.alloc(size);
  memory.fill(made, 0, size);
  return made;
}

/** Strings that the host reads after a call of its own has returned. */
const kept: string[] = [];

export function keep(record: usize, text: string): void {
  kept.push(text);
  put(record, text);
}
