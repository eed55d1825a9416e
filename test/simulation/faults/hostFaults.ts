/** Faults of the host as a process. */
import type { SeededRandom } from "../world/seededRandom.ts";
import { faultKind } from "./faultKind.ts";

type Down = { readonly downMs: number };
const down = (random: SeededRandom): Down => ({ downMs: random.between(50, 4000) });
const lastsMs = ({ downMs }: Down): number => downMs;

export const hostFaults = [
  /** it dies, and comes back with a new epoch and the old disk */
  faultKind({
    type: "restart",
    weight: 1,
    draw: down,
    lastsMs,
    strike: ({ restartHost }, { downMs }) => restartHost(downMs, "crash"),
  }),
  /** it leaves in good order, and comes back with a new epoch and the old disk */
  faultKind({
    type: "relaunch",
    weight: 1,
    draw: down,
    lastsMs,
    strike: ({ restartHost }, { downMs }) => restartHost(downMs, "inOrder"),
  }),
] as const;
