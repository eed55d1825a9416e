/** Realm: one thing that can die as a whole (a run of the host, a page, a page worker).
 *  Whatever was scheduled for it is dropped once it is dead. */
import type { SeededRandom } from "./seededRandom.ts";

export class Realm {
  readonly name: string;
  readonly random: SeededRandom;
  isAlive = true;
  /** timers set and neither fired nor cleared */
  timers = 0;

  constructor(name: string, random: SeededRandom) {
    this.name = name;
    this.random = random;
  }

  /** The process ends, in the middle of whatever it did. */
  die(): void {
    this.isAlive = false;
  }
}
