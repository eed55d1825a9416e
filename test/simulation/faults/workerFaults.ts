/** Faults of the threads that render and measure. */
import { defaultSlotConfig } from "#engine/actors/workerPool.ts";
import type { Pick, Work } from "../ports/workerBench.ts";
import { simulatedEngineConfig } from "../simulatedConfig.ts";
import type { SeededRandom } from "../world/seededRandom.ts";
import { faultKind, instant } from "./faultKind.ts";

/** ms after which a job is tried again at the latest: the page worker asks anew after growing pauses */
const retryMs = 4000;
const slowFactor = 20;
const { readyMs } = defaultSlotConfig;
const { silenceMs } = simulatedEngineConfig;

const works: readonly Work[] = ["render", "measure"];
type Victim = { readonly pick: Pick };
const victim = (random: SeededRandom): Victim => ({
  pick: random.chance(0.4) ? random.next() : { amid: random.pick(works), skip: random.below(6) },
});

const crashed = "exit code 1";

export const workerFaults = [
  /** one of them is gone from one moment to the next */
  faultKind({
    type: "workerCrash",
    weight: 1,
    draw: victim,
    lastsMs: instant,
    strike: ({ bench, disturb }, { pick }) =>
      bench.harm(pick, (worker) => {
        disturb(0);
        worker.end(crashed);
      }),
  }),
  /** one of them says nothing any more, and does not end either */
  faultKind({
    type: "workerHang",
    weight: 1,
    draw: victim,
    lastsMs: instant,
    strike: ({ bench, disturb }, { pick }) =>
      bench.harm(pick, (worker) =>
        worker.hang((awaited) => disturb(awaited === "starting" ? readyMs : silenceMs)),
      ),
  }),
  /** one of them says what no worker says */
  faultKind({
    type: "workerBabble",
    weight: 1,
    draw: victim,
    lastsMs: instant,
    strike: ({ bench, disturb }, { pick }) =>
      bench.harm(pick, (worker) => {
        disturb(0);
        worker.babble();
      }),
  }),
  /** one of them takes much longer for everything */
  faultKind({
    type: "workerSlow",
    weight: 1,
    draw: (random) => ({ pick: random.next(), forMs: random.between(500, 10_000) }),
    lastsMs: ({ forMs }) => forMs,
    strike: ({ bench }, { pick, forMs }) =>
      bench.harm(pick, (worker) => worker.slowDown(slowFactor, forMs)),
  }),
  /** the machine has much else to do: all of them take longer for everything */
  faultKind({
    type: "machineBusy",
    weight: 1,
    draw: (random) => ({ factor: random.between(4, 20), forMs: random.between(1000, 12_000) }),
    // what was begun last takes as long, or is given up
    lastsMs: ({ forMs }) => forMs + silenceMs,
    strike: ({ bench }, { factor, forMs }) => {
      for (const worker of bench.living) worker.slowDown(factor, forMs);
    },
  }),
  /** one segment, or one source, takes all memory of whoever renders or measures it */
  faultKind({
    type: "workerMemory",
    weight: 1,
    draw: (random) => ({ work: random.pick(works), times: 1 + random.below(5) }),
    lastsMs: instant,
    strike: ({ bench, disturb }, { work, times }) =>
      bench.poisonNext(work, times, () => disturb(retryMs)),
  }),
  /** one of them is gone, and the next ones exit instead of starting */
  faultKind({
    type: "workerStartFails",
    weight: 1,
    draw: (random) => ({ pick: random.next(), times: 1 + random.below(6) }),
    lastsMs: instant,
    strike: ({ bench, disturb }, { pick, times }) => {
      bench.failStarts(times, false, () => disturb(retryMs));
      bench.harm(pick, (worker) => worker.end(crashed));
    },
  }),
  /** one of them is gone, and the next one never says that it is there */
  faultKind({
    type: "workerStartHangs",
    weight: 1,
    draw: (random) => ({ pick: random.next() }),
    lastsMs: instant,
    strike: ({ bench, disturb }, { pick }) => {
      bench.failStarts(1, true, () => disturb(readyMs));
      bench.harm(pick, (worker) => worker.end(crashed));
    },
  }),
] as const;
