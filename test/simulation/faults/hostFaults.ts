/** Faults of the host as a process. */
import type { SeededRandom } from "../world/seededRandom.ts";
import { faultKind, unheard } from "./faultKind.ts";

type Down = { readonly downMs: number };
const down = (random: SeededRandom): Down => ({ downMs: random.between(50, 4000) });
/** ms that a page takes to load */
const reloadMs = 300;
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
  /** it leaves in good order just when one of its workers had to be told to end */
  faultKind({
    type: "relaunchIll",
    weight: 1,
    draw: (random) => ({ ...down(random), pick: random.next(), afterMs: random.between(0, 30) }),
    lastsMs: ({ downMs, afterMs }) => downMs + afterMs,
    strike: ({ bench, world, restartHost }, { downMs, pick, afterMs }) => {
      bench.harm(pick, (worker) => worker.babble());
      world.schedule(afterMs, "host.leaves", () => restartHost(downMs, "inOrder"));
    },
  }),
  /** it comes back and wants another token; the listeners read that they have to load the page anew, and do
   *  @property forMs until they do */
  faultKind({
    type: "tokenChanges",
    weight: 1,
    draw: (random) => ({ ...down(random), forMs: random.between(500, 12_000) }),
    lastsMs: ({ downMs, forMs }) => downMs + forMs + reloadMs,
    strike: ({ access, world, players, restartHost }, { downMs, forMs }) => {
      access.token += "+";
      restartHost(downMs, "crash");
      world.schedule(downMs + forMs, "pages.reload", () => {
        for (const player of players) player.vanish(true, reloadMs);
      });
    },
  }),
  /** the process does not get to run for a while, and its timers are late at once */
  faultKind({
    type: "stallHost",
    weight: 1,
    draw: (random) => ({ forMs: random.between(100, 12_000) }),
    lastsMs: ({ forMs }) => forMs,
    strike: ({ host, world }, { forMs }) => host?.realm.block(world.now, forMs),
  }),
  /** others take the memory of its machine for a while: it keeps less, and the music goes on */
  faultKind({
    type: "memoryPressure",
    weight: 2,
    draw: (random) => ({
      level: random.pick(["tight", "critical"] as const),
      forMs: random.between(500, 30_000),
    }),
    lastsMs: unheard,
    strike: ({ memory }, { level, forMs }) => memory.press(level, forMs),
  }),
  /** somebody sets the wall clock */
  faultKind({
    type: "wallJump",
    weight: 1,
    draw: (random) => ({ byMs: Math.round(random.between(-200, 200)) * 3_600_000 }),
    lastsMs: unheard,
    strike: ({ world }, { byMs }) => {
      world.wallSkewMs += byMs;
    },
  }),
] as const;
