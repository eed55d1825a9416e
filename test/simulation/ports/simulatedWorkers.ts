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
import { describe } from "../world/trace.ts";
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
    const name = `${parts.owner.name}/thread.${spawned++}`;
    const realm = new Realm(name, parts.owner.random.fork(name));
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
      const how = bench.howItStarts();
      if (how === "exits") return this.end("it could not be started");
      if (how === "hangs") return this.hang(() => undefined);
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
    const { world, owner } = this.parts;
    const sent = world.trace?.sent(owner.name);
    this.lastOrderMs = Math.max(this.lastOrderMs + shortestMs, world.now + this.delay(orderMs));
    const arrive = (): void => {
      if (sent) world.trace?.call(sent, this.realm.name, orderName(copy), describe(copy));
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
    const sent = { from: this.realm.name, sentMs: world.now };
    const exit = (): void => {
      bench.dismiss(this);
      world.trace?.arrive(sent, owner.name, "exited", detail);
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

  /** It says what no worker says, as soon as it can speak. */
  babble(): void {
    if (!this.realm.isAlive) return;
    this.outbox.push({ type: "worker/babble" });
    if (!this.isWorking) this.send();
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
      bench.atEndOfWork(this);
      if (this.isHung || !this.realm.isAlive) return;
      this.isWorking = false;
      this.send();
      this.goOn();
    };
    world.schedule(lastsMs, this.label("step"), finish, this.realm);
  }

  /** What was posted leaves for the owner. */
  private send(): void {
    for (const message of this.outbox.splice(0)) this.dispatch(message);
  }

  private dispatch(message: unknown): void {
    const { world, owner, nameOf } = this.parts;
    this.lastNewsMs = Math.max(this.lastNewsMs + shortestMs, world.now + this.delay(newsMs));
    const name = nameOf(message);
    const label = this.label(name);
    const sent = { from: this.realm.name, sentMs: world.now };
    const deliver = (): void => {
      world.trace?.arrive(sent, owner.name, name, describe(message));
      this.emit({ type: "message", message });
    };
    world.schedule(this.lastNewsMs - world.now, label, deliver, owner);
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

/** `job/start render` */
function orderName(order: unknown): string {
  const { type, task } = order as { readonly type: string; readonly task?: { type: string } };
  return task ? `${type} ${task.type}` : type;
}
