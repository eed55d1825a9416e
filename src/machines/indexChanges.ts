/** Index changes: what has happened to files on disk since the index was written last. One change per file,
 *  in the order of the latest. Plain, deterministic. */
import type { IndexChange } from "../ports/diskIndex.ts";

/** files with changes; one more is forgotten, and the index is behind */
const changesMax = 100_000;

export class IndexChanges {
  readonly #changes = new Map<string, IndexChange>();

  note(change: IndexChange): void {
    const { id } = change;
    const known = this.#changes.get(id);
    if (!known && this.#changes.size >= changesMax) return;
    this.#changes.delete(id);
    // what is used before it stands in the index has to be put there all the same
    const isUseOfNew = change.type === "use" && known?.type === "put";
    this.#changes.set(id, isUseOfNew ? known : change);
  }

  /** The oldest changes, at most `count`; they are none of its own any more. */
  take(count: number): readonly IndexChange[] {
    const taken: IndexChange[] = [];
    for (const [id, change] of this.#changes) {
      if (taken.length >= count) break;
      taken.push(change);
      this.#changes.delete(id);
    }
    return taken;
  }

  get size(): number {
    return this.#changes.size;
  }
}
