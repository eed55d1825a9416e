/** Faults of the disk that holds the host's cache. */
import { fault } from "#engine/protocol/faults.ts";
import { faultKind, instant } from "./faultKind.ts";

export const diskFaults = [
  /** one file changes by a bit */
  faultKind({
    type: "rot",
    weight: 1,
    draw: (random) => ({ pick: random.next() }),
    lastsMs: instant,
    strike: ({ medium }, { pick }) => void medium.rot(pick),
  }),
  /** every write fails for a while */
  faultKind({
    type: "diskFull",
    weight: 1,
    draw: (random) => ({ forMs: random.between(500, 10_000) }),
    lastsMs: ({ forMs }) => forMs,
    strike: ({ medium, world }, { forMs }) => {
      medium.writeFault = fault("disk-full", "no space is left");
      world.schedule(forMs, "disk.roomy", () => {
        medium.writeFault = null;
      });
    },
  }),
] as const;
