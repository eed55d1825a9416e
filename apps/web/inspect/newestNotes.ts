/** The newest of notes that come in batches of several sides: by time they may lie among each other. */
type Note = { readonly at: number; readonly number: number };

export class NewestNotes<Kind extends Note> {
  #sorted: readonly Kind[] = [];
  #fresh: Kind[] = [];
  readonly #most: number;

  /** @param most how many are kept */
  constructor(most: number) {
    this.#most = most;
  }

  add(note: Kind): void {
    this.#fresh.push(note);
    if (this.#fresh.length > this.#most) this.read();
  }

  /** Oldest first; the same array until there are more. Cost O(n log n) when there are, n those that are kept. */
  read(): readonly Kind[] {
    if (this.#fresh.length > 0) {
      this.#sorted = [...this.#sorted, ...this.#fresh]
        .sort((one, other) => one.at - other.at || one.number - other.number)
        .slice(-this.#most);
      this.#fresh = [];
    }
    return this.#sorted;
  }
}
