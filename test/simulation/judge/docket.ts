/** Docket: the first violation of a run. Recorded, never thrown: an exception inside a port would be
 *  caught, or turned into something else, by the code under judgement. */
import type { World } from "../world/world.ts";

export type Violation = {
  /** short stable name; two runs fail alike when it is the same */
  readonly invariant: string;
  readonly detail: string;
  readonly atMs: number;
};

export class Docket {
  first: Violation | null = null;
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  accuse(invariant: string, detail: string): void {
    if (this.first) return;
    this.first = { invariant, detail, atMs: this.world.now };
    this.world.trace?.mark("violation", invariant, detail);
  }
}
