/** Faults of the index of the host's disk: the files are as they were. */
import type { SeededRandom } from "../world/seededRandom.ts";
import { indexFailed } from "../ports/simulatedIndex.ts";
import { faultKind, type Levers } from "./faultKind.ts";

type Absence = { readonly downMs: number };
const absence = (random: SeededRandom): Absence => ({ downMs: random.between(50, 4000) });
const absenceMs = ({ downMs }: Absence): number => downMs;

export const indexFaults = [
  /** the host dies, and somebody deletes its index before it comes back */
  faultKind({
    type: "indexLost",
    weight: 0.5,
    draw: absence,
    lastsMs: absenceMs,
    strike: ({ index, restartHost }: Levers, { downMs }) => {
      restartHost(downMs, "crash");
      index.lose();
    },
  }),
  /** the host dies, and comes back with the index that it had found when it began */
  faultKind({
    type: "indexStale",
    weight: 0.5,
    draw: absence,
    lastsMs: absenceMs,
    strike: ({ index, restartHost }: Levers, { downMs }) => {
      restartHost(downMs, "crash");
      index.fallBack();
    },
  }),
  /** the host dies, and somebody empties its cache folder before it comes back, but for the index */
  faultKind({
    type: "indexOfNothing",
    weight: 1,
    draw: absence,
    lastsMs: absenceMs,
    strike: ({ medium, restartHost }: Levers, { downMs }) => {
      restartHost(downMs, "crash");
      medium.wipe();
    },
  }),
  /** the index can neither be opened nor written for a while, and the host begins anew in the midst of it */
  faultKind({
    type: "indexFails",
    weight: 0.5,
    draw: (random) => ({ downMs: random.between(50, 1000), forMs: random.between(2000, 10_000) }),
    lastsMs: ({ downMs, forMs }) => downMs + forMs,
    strike: ({ index, world, restartHost }: Levers, { downMs, forMs }) => {
      index.openFault = indexFailed;
      index.writeFault = indexFailed;
      restartHost(downMs, "inOrder");
      world.schedule(downMs + forMs, "index.sound", () => {
        index.openFault = null;
        index.writeFault = null;
      });
    },
  }),
] as const;
