/** Worker bench: the workers of one host, what must hold for them together, and the levers that harm
 *  them. It outlives the runs of the host; its workers do not. */
import type { Docket } from "../judge/docket.ts";
import type { HangBegins, SimulatedWorker } from "./simulatedWorkers.ts";

const crashed = "exit code 1";
const outOfMemory =
  "Error [ERR_WORKER_OUT_OF_MEMORY]: Worker terminated due to reaching memory limit: JS heap out of memory";

export class WorkerBench {
  private readonly docket: Docket;
  /** renders that may run at a time; one worker more measures */
  private readonly slots: number;
  private workers: SimulatedWorker[] = [];
  /** harm that is yet to be done */
  private badStarts = { times: 0, hangs: false, whenStruck: nothing };
  private poison = { times: 0, job: null as string | null, whenStruck: nothing };

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

  /** One of them crashes; one that is at work, if any is. */
  crash(pick: number): void {
    this.victim(pick)?.end(crashed);
  }

  /** One of them says nothing any more. @param whenAwaited called as soon as somebody waits for it */
  hang(pick: number, whenAwaited: HangBegins): void {
    this.victim(pick)?.hang(whenAwaited);
  }

  /** One of them says what no worker says. */
  babble(pick: number): void {
    this.victim(pick)?.babble();
  }

  /** One of them takes `factor` times as long for what it begins within the next `forMs`. */
  slowDown(pick: number, factor: number, forMs: number): void {
    this.victim(pick)?.slowDown(factor, forMs);
  }

  /** The next workers exit, or hang, instead of starting. @param whenStruck called every time */
  failStarts(times: number, hangs: boolean, whenStruck: () => void): void {
    this.badStarts = { times, hangs, whenStruck };
  }

  /** The next segment that is rendered takes all memory, `times` times: whoever works at it is gone.
   *  @param whenStruck called every time */
  poisonNext(times: number, whenStruck: () => void): void {
    this.poison = { times, job: null, whenStruck };
  }

  /** Asked by a worker that is about to start. */
  howItStarts(): "well" | "hangs" | "exits" {
    const { badStarts } = this;
    if (badStarts.times === 0) return "well";
    badStarts.times--;
    badStarts.whenStruck();
    return badStarts.hangs ? "hangs" : "exits";
  }

  /** Asked by a worker at the end of a piece of work. @returns what it dies of, or null */
  causeOfDeath({ rendering }: SimulatedWorker): string | null {
    const { poison } = this;
    if (poison.times === 0 || rendering === null) return null;
    poison.job ??= rendering;
    if (rendering !== poison.job) return null;
    poison.times--;
    poison.whenStruck();
    return outOfMemory;
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

function nothing(): void {}
