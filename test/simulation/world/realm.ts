/** Realm: one thing that can die as a whole (a run of the host, a page, a page worker).
 *  Whatever was scheduled for it is dropped once it is dead. */
import type { SeededRandom } from "./seededRandom.ts";

/** ms between two events that were held up, so that no tie can change their order */
const shortestMs = 1e-6;

export class Realm {
  readonly name: string;
  readonly random: SeededRandom;
  isAlive = true;
  /** timers set and neither fired nor cleared */
  timers = 0;
  /** ms between the moments at which timers may fire, as in a hidden tab; null: at any */
  timerGridMs: number | null = null;
  /** nothing of it runs before this, ms */
  blockedUntil = 0;
  private lastTurn = 0;

  constructor(name: string, random: SeededRandom) {
    this.name = name;
    this.random = random;
  }

  /** Whether it does not get to run at a moment. */
  isBlocked(atMs: number): boolean {
    return atMs < this.blockedUntil;
  }

  /** It does not get to run for a while: what is due meanwhile happens late, all at once, in order. */
  block(nowMs: number, forMs: number): void {
    this.blockedUntil = Math.max(this.blockedUntil, nowMs + forMs);
  }

  /** ms at which the next event that was held up runs; events keep the order in which they ask. */
  nextTurn(): number {
    this.lastTurn = Math.max(this.lastTurn + shortestMs, this.blockedUntil);
    return this.lastTurn;
  }

  /** The process ends, in the middle of whatever it did. */
  die(): void {
    this.isAlive = false;
  }
}
