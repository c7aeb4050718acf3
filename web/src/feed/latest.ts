// Which question about a thing was the last: an answer that comes after a newer question was asked is not taken.

/** Things whose last question is known. Of older ones no answer is still to come. */
const MOST = 256;

export class Latest {
  private readonly turns = new Map<string, number>();
  private turn = 0;

  get size(): number {
    return this.turns.size;
  }

  /** Asks anew; what comes back tells whether this is still the last question. */
  ask(what: string): () => boolean {
    const turn = this.turn += 1;
    // Put in anew, so that the first one is the one not asked for longest.
    this.turns.delete(what);
    this.turns.set(what, turn);
    for (const oldest of this.turns.keys()) {
      if (this.turns.size <= MOST) break;
      this.turns.delete(oldest);
    }
    return () => this.turns.get(what) === turn;
  }
}
