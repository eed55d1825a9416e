/** Worker bench: the workers of one host, what must hold for them together, and the levers that harm
 *  them. It outlives the runs of the host; its workers do not. */
import type { Docket } from "../judge/docket.ts";
import type { SimulatedWorker } from "./simulatedWorkers.ts";

const outOfMemory =
  "Error [ERR_WORKER_OUT_OF_MEMORY]: Worker terminated due to reaching memory limit: JS heap out of memory";

/** A number: one of them at once, one that is at work if any is. Else whoever next ends a piece of such work,
 *  after so many others; all that is no render is measuring. */
export type Pick = number | { readonly amid: Work; readonly skip: number };
export type Work = "render" | "measure";
type Harm = (worker: SimulatedWorker) => void;
/** @returns whether it has sprung for good */
type Trap = (worker: SimulatedWorker) => boolean;

export class WorkerBench {
  private readonly docket: Docket;
  /** renders that may run at a time; one worker more measures */
  private readonly slots: number;
  private workers: SimulatedWorker[] = [];
  /** harm that is yet to be done */
  private badStarts = { times: 0, hangs: false, whenStruck: nothing };
  private readonly traps = new Set<Trap>();

  constructor(docket: Docket, slots: number) {
    this.docket = docket;
    this.slots = slots;
  }

  /** Workers that are neither terminated nor crashed. */
  get living(): readonly SimulatedWorker[] {
    return this.workers.filter(({ isAlive }) => isAlive);
  }

  /** A worker was spawned. */
  admit(worker: SimulatedWorker): void {
    this.workers.push(worker);
    const { length } = this.living;
    if (length > this.slots + 1)
      this.docket.accuse("slots", `${length} workers live, ${this.slots + 1} may`);
  }

  /** The exit of a worker was reported. */
  dismiss(worker: SimulatedWorker): void {
    this.workers = this.workers.filter((one) => one !== worker);
  }

  /** A living worker is about to begin a render. @param job names key and segment */
  begins(job: string): void {
    const running = this.living.map(({ rendering }) => rendering).filter((one) => one !== null);
    if (running.includes(job)) this.docket.accuse("once", `two workers render ${job}`);
    if (running.length >= this.slots)
      this.docket.accuse("slots", `${running.length + 1} workers render at once`);
  }

  /** The process is gone, and its threads with it. */
  dieAll(): void {
    for (const { realm } of this.workers) realm.die();
    this.workers = [];
  }

  /** Harms one of them. */
  harm(pick: Pick, act: Harm): void {
    if (typeof pick === "number") {
      const worker = this.victim(pick);
      if (worker) act(worker);
      return;
    }
    let { skip } = pick;
    this.traps.add((worker) => {
      if (workOf(worker) !== pick.amid || skip-- > 0) return false;
      act(worker);
      return true;
    });
  }

  /** The next workers exit, or hang, instead of starting. @param whenStruck called every time */
  failStarts(times: number, hangs: boolean, whenStruck: () => void): void {
    this.badStarts = { times, hangs, whenStruck };
  }

  /** The next segment that is rendered, or the next source that is measured, takes all memory, `times`
   *  times: whoever works at it is gone. @param whenStruck called every time */
  poisonNext(work: Work, times: number, whenStruck: () => void): void {
    let left = times;
    let job: string | null = null;
    this.traps.add((worker) => {
      const { rendering } = worker;
      if (work === "render") job ??= rendering;
      if (workOf(worker) !== work || rendering !== job) return false;
      whenStruck();
      worker.end(outOfMemory);
      return --left === 0;
    });
  }

  /** What has not been done by now will not be done. */
  disarm(): void {
    this.traps.clear();
    this.badStarts.times = 0;
  }

  /** Asked by a worker that is about to start. */
  howItStarts(): "well" | "hangs" | "exits" {
    const { badStarts } = this;
    if (badStarts.times === 0) return "well";
    badStarts.times--;
    badStarts.whenStruck();
    return badStarts.hangs ? "hangs" : "exits";
  }

  /** A living worker has done a piece of work, and has not said so yet. */
  atEndOfWork(worker: SimulatedWorker): void {
    for (const trap of this.traps) {
      if (!worker.isAlive) return;
      if (trap(worker)) this.traps.delete(trap);
    }
  }

  /** A worker threw: nothing that a scenario can do makes the job loop throw. */
  hasThrown(error: unknown): void {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.docket.accuse("crash", `in a worker: ${detail}`);
  }

  private victim(pick: number): SimulatedWorker | undefined {
    const { living } = this;
    const busy = living.filter(({ isBusy }) => isBusy);
    const candidates = busy.length > 0 ? busy : living;
    return candidates[pick % Math.max(1, candidates.length)];
  }
}

function workOf({ rendering }: SimulatedWorker): Work {
  return rendering === null ? "measure" : "render";
}

function nothing(): void {}
