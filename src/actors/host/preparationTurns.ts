/** Preparation turns: who has decoder, analysis and measurement of the host. They belong to those who wait for them, then
 *  to those who will hear what they get when something else has ended, and to nobody else's disadvantage to
 *  those who only would like to have it ready. Who has to give way gives back what he took. */
import { isBeingPrepared } from "../../machines/trackContext.ts";
import {
  contextOf,
  isBusy,
  isMeant,
  urgencyOf,
  type OpenTrack,
  type Urgency,
} from "./openTrack.ts";

export class PreparationTurns {
  readonly #alive: ReadonlySet<OpenTrack>;
  /** who wants to hear when nobody waits any more */
  readonly #turnedAway = new Set<() => void>();

  /** @param alive every track that is open */
  constructor(alive: ReadonlySet<OpenTrack>) {
    this.#alive = alive;
  }

  /** How urgently somebody needs them now. */
  urgency(): Urgency {
    let most: Urgency = 0;
    for (const open of this.#alive) {
      const own = urgencyOf(open);
      if (own > most) most = own;
    }
    return most;
  }

  /** What is less urgent than the most urgent, and is not ready yet, is given up for it. */
  makeWay(): void {
    const most = this.urgency();
    if (most === 0) return;
    for (const open of [...this.#alive]) {
      if (isMeant(open) || open.neighbours.size > 0) continue;
      if (open.followers.size > 0 && most < 2) continue;
      if (isBusy(open)) for (const spare of [...open.spares]) spare.gaveWay();
      if (givesWay(open)) for (const follower of [...open.followers]) follower.gaveWay();
      if (open.listeners.size === 0 && this.#alive.has(open))
        open.actor.send({ type: "track.giveWay" });
    }
  }

  /** Calls once when nobody waits for them. @returns what forgets it */
  whenEased(eased: () => void): () => void {
    this.#turnedAway.add(eased);
    return () => void this.#turnedAway.delete(eased);
  }

  /** A track has changed. */
  look(): void {
    if (this.#turnedAway.size === 0 || this.urgency() === 2) return;
    const all = [...this.#turnedAway];
    this.#turnedAway.clear();
    for (const eased of all) eased();
  }
}

/** Whether who will hear it later has to give it back for what is meant: only a track that is not ready yet. */
export function givesWay(open: OpenTrack): boolean {
  if (isMeant(open) || open.neighbours.size > 0) return false;
  return isBeingPrepared(contextOf(open));
}
