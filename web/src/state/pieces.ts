// Lines in pieces that one request holds: the daemon takes a body of 1 MiB.

const PIECE_BYTES = 700 * 1024;

/** In their order, each piece under the bound once it is JSON; a line that is larger alone makes a piece alone. */
export function* pieces(lines: readonly string[], most = PIECE_BYTES): Generator<string[]> {
  let piece: string[] = [];
  let size = 0;
  for (const line of lines) {
    const bytes = new TextEncoder().encode(JSON.stringify(line)).length + 1;
    if (piece.length > 0 && size + bytes > most) {
      yield piece;
      piece = [];
      size = 0;
    }
    piece.push(line);
    size += bytes;
  }
  if (piece.length > 0) yield piece;
}
