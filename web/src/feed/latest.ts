// Which question about a thing was the last: an answer that comes after a newer question was asked is not taken.

export class Latest {
  private readonly turns = new Map<string, number>();

  /** Asks anew; what comes back tells whether this is still the last question. */
  ask(what: string): () => boolean {
    const turn = (this.turns.get(what) ?? 0) + 1;
    this.turns.set(what, turn);
    return () => this.turns.get(what) === turn;
  }
}
