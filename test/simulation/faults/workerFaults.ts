/** Faults of the threads that render and measure. */
import { defaultSlotConfig } from "#engine/actors/workerPool.ts";
import { simulatedEngineConfig } from "../simulatedConfig.ts";
import type { SeededRandom } from "../world/seededRandom.ts";
import { faultKind, instant } from "./faultKind.ts";

/** ms after which a job is tried again at the latest: the page worker asks anew after growing pauses */
const retryMs = 4000;
const slowFactor = 20;

const someWorker = (random: SeededRandom): { readonly pick: number } => ({ pick: random.next() });

export const workerFaults = [
  /** one of them is gone from one moment to the next */
  faultKind({
    type: "workerCrash",
    weight: 1,
    draw: someWorker,
    lastsMs: instant,
    strike: ({ bench }, { pick }) => bench.crash(pick),
  }),
  /** one of them says nothing any more, and does not end either */
  faultKind({
    type: "workerHang",
    weight: 1,
    draw: someWorker,
    lastsMs: instant,
    strike: ({ bench, disturb }, { pick }) =>
      bench.hang(pick, (awaited) =>
        disturb(
          awaited === "starting" ? defaultSlotConfig.readyMs : simulatedEngineConfig.silenceMs,
        ),
      ),
  }),
  /** one of them says what no worker says */
  faultKind({
    type: "workerBabble",
    weight: 1,
    draw: someWorker,
    lastsMs: instant,
    strike: ({ bench }, { pick }) => bench.babble(pick),
  }),
  /** one of them takes much longer for everything */
  faultKind({
    type: "workerSlow",
    weight: 1,
    draw: (random) => ({ pick: random.next(), forMs: random.between(500, 10_000) }),
    lastsMs: ({ forMs }) => forMs,
    strike: ({ bench }, { pick, forMs }) => bench.slowDown(pick, slowFactor, forMs),
  }),
  /** one segment takes all memory of whoever renders it */
  faultKind({
    type: "workerMemory",
    weight: 1,
    draw: (random) => ({ times: 1 + random.below(5) }),
    lastsMs: instant,
    strike: ({ bench, disturb }, { times }) => bench.poisonNext(times, () => disturb(retryMs)),
  }),
  /** one of them is gone, and the next ones exit instead of starting */
  faultKind({
    type: "workerStartFails",
    weight: 1,
    draw: (random) => ({ pick: random.next(), times: 1 + random.below(6) }),
    lastsMs: instant,
    strike: ({ bench, disturb }, { pick, times }) => {
      bench.failStarts(times, false, () => disturb(retryMs));
      bench.crash(pick);
    },
  }),
  /** one of them is gone, and the next one never says that it is there */
  faultKind({
    type: "workerStartHangs",
    weight: 1,
    draw: someWorker,
    lastsMs: instant,
    strike: ({ bench, disturb }, { pick }) => {
      bench.failStarts(1, true, () => disturb(defaultSlotConfig.readyMs));
      bench.crash(pick);
    },
  }),
] as const;
