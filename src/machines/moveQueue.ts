/** Line of moves of one cache tier: first come, first served, but never two at once on one segment.
 *  Plain and deterministic. */
import type { MoveKind } from "./deskOrders.ts";
import type { SegmentId } from "./segmentId.ts";

export type Move = { readonly kind: MoveKind; readonly id: SegmentId };

export class MoveQueue {
  readonly #waiting: Move[] = [];
  readonly #running = new Set<SegmentId>();

  add(kind: MoveKind, id: SegmentId): void {
    this.#waiting.push({ kind, id });
  }

  /** Takes the next move that may run beside those that do. Reads overtake what nobody waits for.
   *  Cost O(moves waiting). @returns undefined when `parallel` run already or none may */
  next(parallel: number): Move | undefined {
    if (this.#running.size >= parallel) return undefined;
    const blocked = new Set(this.#running);
    let best = -1;
    for (const [at, move] of this.#waiting.entries()) {
      if (!blocked.has(move.id) && (best < 0 || move.kind === "read")) {
        best = at;
        if (move.kind === "read") break;
      }
      blocked.add(move.id);
    }
    if (best < 0) return undefined;
    const [move] = this.#waiting.splice(best, 1);
    this.#running.add(move!.id);
    return move;
  }

  /** @throws RangeError when no move runs on this segment */
  end(id: SegmentId): void {
    if (!this.#running.delete(id)) throw new RangeError(`no move runs on ${id}`);
  }

  get running(): number {
    return this.#running.size;
  }

  get waiting(): number {
    return this.#waiting.length;
  }
}
