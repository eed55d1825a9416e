/** The worker slot port: workers that live in realms of their own and run a program, the production job
 *  loop in most cases. Orders and news are structured copies, in order, a little late. A worker looks at
 *  its orders between two jobs only, as a thread does: a cancel of the running one comes through the
 *  shared flag.
 *
 *    starting ─→ alive ─→ gone (terminated or crashed; says nothing new) ─→ exit reported */
import type { Emit } from "#engine/ports/port.ts";
import type { SpawnWorker, WorkerReport } from "#engine/ports/workerSlot.ts";
import { Realm } from "../world/realm.ts";
import type { SeededRandom } from "../world/seededRandom.ts";
import type { World } from "../world/world.ts";
import { structuredCopy } from "./structuredCopy.ts";
import type { WorkerBench } from "./workerBench.ts";

export type WorkerProgram = {
  /** @throws whatever ends the worker */
  readonly take: (message: unknown) => void;
  /** Does a little of what there is to do. @returns false when there is nothing */
  readonly step: () => boolean;
  /** names the render under way; null when there is none, or nobody wants it any more */
  readonly rendering: () => string | null;
};

/** How a program speaks, and says how long it works. */
export type WorkerSelf = {
  readonly realm: Realm;
  readonly post: (message: unknown, transfer?: readonly ArrayBuffer[]) => void;
  /** ms that the step being taken occupies the worker; what it posts leaves after that. 0: at once */
  takesMs: number;
};

/** What the owner waits for in vain: that it starts, or a word of it. */
export type HangBegins = (awaited: "starting" | "silent") => void;

export type WorkerParts = {
  readonly world: World;
  /** who spawns */
  readonly owner: Realm;
  readonly bench: WorkerBench;
  readonly load: (self: WorkerSelf) => WorkerProgram;
  /** names a message's arrival at the owner */
  readonly nameOf: (message: unknown) => string;
};

const startMs = [30, 300] as const;
const orderMs = [0.05, 5] as const;
const newsMs = [0.02, 3] as const;
/** until the owner hears that a worker is gone */
const exitMs = [0.5, 100] as const;
/** now and then a thread, or the owner, is busy with something else */
const stall = { chance: 0.02, maxMs: 40 };
/** ms between two arrivals at one end, so that no tie can change their order */
const shortestMs = 1e-6;

/** @param load called once in every worker that starts */
export function simulatedWorkers(parts: WorkerParts): SpawnWorker {
  const random = parts.owner.random.fork("workers");
  let spawned = 0;
  return (emit) => {
    const realm = new Realm(
      `${parts.owner.name}.render`,
      parts.owner.random.fork(`worker ${spawned++}`),
    );
    const worker = new SimulatedWorker(parts, realm, random, emit);
    parts.bench.admit(worker);
    return {
      post: (message, transfer) => worker.order(message, transfer),
      terminate: () => worker.terminate(),
    };
  };
}

export class SimulatedWorker {
  readonly realm: Realm;
  private readonly parts: WorkerParts;
  private readonly random: SeededRandom;
  private readonly emit: Emit<WorkerReport>;
  private readonly self: WorkerSelf;
  private readonly inbox: unknown[] = [];
  private readonly outbox: unknown[] = [];
  private program: WorkerProgram | null = null;
  private isWorking = false;
  private isHung = false;
  private hasExited = false;
  private slowness = { factor: 1, untilMs: 0 };
  private lastOrderMs = 0;
  private lastNewsMs = 0;
  /** called when an order reaches a worker that hangs */
  private whenAwaited: HangBegins = () => undefined;

  constructor(parts: WorkerParts, realm: Realm, random: SeededRandom, emit: Emit<WorkerReport>) {
    this.parts = parts;
    this.realm = realm;
    this.random = random;
    this.emit = emit;
    const { outbox } = this;
    this.self = {
      realm,
      takesMs: 0,
      post: (message, transfer) => void outbox.push(structuredCopy(message, transfer)),
    };
    const { world, bench } = parts;
    const start = (): void => {
      if (bench.failsToStart()) return this.end("it could not be started");
      this.program = parts.load(this.self);
      this.goOn();
    };
    world.schedule(random.between(...startMs), this.label("started"), start, realm);
    this.lastNewsMs = world.now;
  }

  /** neither terminated nor crashed */
  get isAlive(): boolean {
    return this.realm.isAlive;
  }

  get isBusy(): boolean {
    return this.isWorking && !this.isHung;
  }

  get rendering(): string | null {
    return this.program?.rendering() ?? null;
  }

  order(message: unknown, transfer?: readonly ArrayBuffer[]): void {
    const copy = structuredCopy(message, transfer);
    if (!this.realm.isAlive) return;
    const { world } = this.parts;
    this.lastOrderMs = Math.max(this.lastOrderMs + shortestMs, world.now + this.delay(orderMs));
    const arrive = (): void => {
      this.inbox.push(copy);
      if (this.isHung) this.whenAwaited("silent");
      else this.goOn();
    };
    world.schedule(this.lastOrderMs - world.now, this.label("order"), arrive, this.realm);
  }

  terminate(): void {
    if (this.realm.isAlive) this.end("exit code 1");
  }

  /** It is gone in the middle of what it does; the owner hears of it a little later. */
  end(detail: string): void {
    if (!this.realm.isAlive) return;
    const { world, owner, bench } = this.parts;
    this.realm.die();
    const at = Math.max(this.lastNewsMs + shortestMs, world.now + this.random.between(...exitMs));
    const exit = (): void => {
      this.hasExited = true;
      bench.dismiss(this);
      this.emit({ type: "exited", detail });
    };
    world.schedule(at - world.now, this.label("exited"), exit, owner);
  }

  /** It says nothing any more, and does nothing. @param whenAwaited called when that begins to matter */
  hang(whenAwaited: HangBegins): void {
    if (this.isHung) return;
    this.isHung = true;
    this.whenAwaited = whenAwaited;
    if (!this.program) whenAwaited("starting");
    else if (this.isWorking) whenAwaited("silent");
  }

  slowDown(factor: number, forMs: number): void {
    this.slowness = { factor, untilMs: this.parts.world.now + forMs };
  }

  /** Works until something takes time, or nothing is left to do. */
  private goOn(): void {
    const { program, self } = this;
    try {
      while (program && !this.isWorking && !this.isHung && this.realm.isAlive) {
        self.takesMs = 0;
        if (program.step()) {
          if (self.takesMs > 0) this.work(self.takesMs);
          else this.send();
          continue;
        }
        if (this.inbox.length === 0) return;
        program.take(this.inbox.shift());
        this.send();
      }
    } catch (error) {
      this.parts.bench.hasThrown(error);
      this.end(String(error));
    }
  }

  private work(takesMs: number): void {
    const { world, bench } = this.parts;
    const { factor, untilMs } = this.slowness;
    const lastsMs = takesMs * (world.now < untilMs ? factor : 1);
    this.isWorking = true;
    const finish = (): void => {
      if (this.isHung) return;
      this.isWorking = false;
      const detail = bench.causeOfDeath(this);
      if (detail !== null) return this.end(detail);
      this.send();
      this.goOn();
    };
    world.schedule(lastsMs, this.label("step"), finish, this.realm);
  }

  /** What was posted leaves for the owner. */
  private send(): void {
    const { world, owner, nameOf } = this.parts;
    for (const message of this.outbox.splice(0)) {
      this.lastNewsMs = Math.max(this.lastNewsMs + shortestMs, world.now + this.delay(newsMs));
      const deliver = (): void => {
        if (!this.hasExited) this.emit({ type: "message", message });
      };
      const label = this.label(nameOf(message));
      world.schedule(this.lastNewsMs - world.now, label, deliver, owner);
    }
  }

  private delay([minMs, maxMs]: readonly [number, number]): number {
    const { random } = this;
    const stalled = random.chance(stall.chance) ? random.between(0, stall.maxMs) : 0;
    return random.between(minMs, maxMs) + stalled;
  }

  private label(kind: string): string {
    return `${this.parts.owner.name}.engine.${kind}`;
  }
}
