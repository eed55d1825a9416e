/** Simulation: runs one scenario with the production roots of both sides under one virtual clock, and
 *  says what, if anything, must not have happened. */
import { Docket, type Violation } from "./judge/docket.ts";
import {
  inspectAgreement,
  inspectBooks,
  inspectDisk,
  inspectHost,
  inspectMemory,
  inspectPlayer,
  inspectSockets,
} from "./judge/inspection.ts";
import { lastsMs, strike } from "./faults/faultKinds.ts";
import type { Levers } from "./faults/faultKind.ts";
import { HostRun, type Machine } from "./hostRun.ts";
import type { Coverage } from "./hunt/coverage.ts";
import { inspectIdleness } from "./judge/idleness.ts";
import { WorkBudget } from "./judge/workBudget.ts";
import { noPlants, type Plants } from "./plants.ts";
import { PlayerRun } from "./playerRun.ts";
import { Network } from "./ports/network.ts";
import { DiskMedium } from "./ports/simulatedDisk.ts";
import { IndexMedium } from "./ports/simulatedIndex.ts";
import { SimulatedLibrary } from "./ports/simulatedLibrary.ts";
import { SimulatedMemory } from "./ports/simulatedMemory.ts";
import { SimulatedTabClaims } from "./ports/simulatedTabClaims.ts";
import { WorkerBench } from "./ports/workerBench.ts";
import { shippedRoots, type RootsOf } from "./roots.ts";
import { players, type Fault, type Moment, type Scenario } from "./scenario.ts";
import { simulatedEngineConfig, simulatedToken } from "./simulatedConfig.ts";
import { withSealedGlobals } from "./world/sealedGlobals.ts";
import { describe, traceLine, type TraceEntry } from "./world/trace.ts";
import { World } from "./world/world.ts";

export type Outcome = {
  readonly seed: number;
  readonly violation: Violation | null;
  readonly events: number;
  /** identity of the interleaving */
  readonly hash: number;
  readonly virtualMs: number;
  /** frames that were heard and found right, of all players */
  readonly heardFrames: number;
  /** faults that struck, by kind */
  readonly struck: Readonly<Record<string, number>>;
  /** what happened, as lines of a log */
  readonly trace: readonly string[] | null;
  /** what happened, for who wants to draw it */
  readonly entries: readonly TraceEntry[] | null;
  /** what `/inspect` opens, where the run was traced */
  readonly inspected: string | null;
};

export type RunOptions = {
  readonly plants?: Plants;
  readonly traced?: boolean;
  readonly coverage?: Coverage;
  /** virtual ms after which the run is broken off, with nothing left to judge */
  readonly untilMs?: number;
  readonly rootsOf?: RootsOf;
};

/** ms that every run lasts at least */
const storyMs = 60_000;
/** ms of calm after the last command or fault: liveness has ten seconds */
const calmMs = 15_000;
const inspectEveryMs = 100;
/** ms after the end within which everything has to be gone; seven times that until all tracks were analysed for nobody */
const goodbyeMs = 10_000;
/** events of one run, beyond which it is a livelock */
const eventsMax = 400_000;

/** Runs a scenario to its end, or to the first violation. Synchronous; the same scenario and plants
 *  always give the same outcome. */
export function runScenario(scenario: Scenario, options: RunOptions = {}): Outcome {
  const simulation = new Simulation(scenario, options);
  return withSealedGlobals(
    () => simulation.run(),
    ({ what, cause }) => {
      if (cause === null) simulation.docket.accuse("escape", what);
      else simulation.docket.accuse("crash", cause instanceof Error ? cause.stack! : String(cause));
    },
  );
}

/** One run; `players` and `docket` are for tests that look further than the outcome. */
export class Simulation {
  readonly docket: Docket;
  private readonly scenario: Scenario;
  private readonly world: World;
  private readonly machine: Machine;
  private readonly work: WorkBudget;
  readonly players: PlayerRun[] = [];
  private runs = 0;
  private host: HostRun | null = null;
  private readonly levers: Levers;
  /** ms when the last fault was, or will be, over */
  private disturbedMs = 0;
  private lastMs = 0;
  private readonly struck: Record<string, number> = {};
  private isOver = false;
  private readonly untilMs: number;

  constructor(scenario: Scenario, options: RunOptions) {
    const { plants = noPlants, traced = false, coverage, rootsOf = () => shippedRoots } = options;
    this.scenario = scenario;
    this.untilMs = options.untilMs ?? Number.POSITIVE_INFINITY;
    this.world = new World(scenario.seed, traced);
    this.docket = new Docket(this.world);
    this.work = new WorkBudget(this.world, this.docket, scenario.climate);
    const network = new Network(this.world, { latencyMs: [0.3, 25], bytesPerMs: 400 });
    network.tamper = plants.tamper;
    this.machine = {
      world: this.world,
      docket: this.docket,
      network,
      medium: new DiskMedium(),
      index: new IndexMedium(),
      memory: new SimulatedMemory(this.world),
      library: new SimulatedLibrary(scenario.climate?.isTagged),
      keys: new Map(),
      mishaps: { renders: 0 },
      access: { token: simulatedToken },
      bench: new WorkerBench(this.docket, simulatedEngineConfig.slots),
      plants,
      climate: scenario.climate ?? {},
      claims: scenario.climate?.areTabs ? new SimulatedTabClaims(this.world) : null,
      keepsPlayback: scenario.faults.some(({ type }) => type === "reloadKept"),
      isUnharmed: () => Object.keys(this.struck).length === 0,
      inspect: coverage?.watch,
      rootsOf,
    };
    this.levers = this.leversOf(this.machine);
  }

  run(): Outcome {
    try {
      this.startHost();
      for (let number = 0; number < players; number++)
        this.players.push(new PlayerRun(this.machine, number));
      this.plan();
      this.inspectRepeatedly();
      const { untilMs } = this;
      this.runUntil(() => Math.min(untilMs, Math.max(storyMs, this.lastMs + calmMs)));
      if (this.world.now < untilMs) this.sayGoodbye();
    } catch (cause) {
      this.docket.accuse("crash", cause instanceof Error ? (cause.stack ?? "") : String(cause));
    }
    const { world, docket, scenario } = this;
    return {
      seed: scenario.seed,
      violation: docket.first,
      events: world.events,
      hash: world.hash,
      virtualMs: world.now,
      heardFrames: this.players.reduce((sum, player) => sum + player.heardFrames, 0),
      struck: this.struck,
      trace: world.trace?.entries.map(traceLine) ?? null,
      entries: world.trace?.entries ?? null,
      inspected: world.trace?.inspected.text() ?? null,
    };
  }

  private startHost(): void {
    this.host = new HostRun(this.machine, ++this.runs);
  }

  private plan(): void {
    const { scanMs = 0 } = this.machine.climate;
    if (scanMs > 0) this.scan(scanMs);
    for (const { player, deed, ...moment } of this.scenario.commands)
      this.at(moment, `command.${deed.type}`, () =>
        this.players[player]!.whenAwake(() => {
          this.touch(0);
          this.players[player]!.command(deed);
          if (this.machine.claims) this.silenceOthers(this.players[player]!);
        }),
      );
    for (const blow of this.scenario.faults)
      this.at(blow, `fault.${blow.type}`, () => this.strike(blow));
  }

  /** Of two tabs the one sounds in which sound was wanted last. */
  private silenceOthers(tab: PlayerRun): void {
    const { isPlaying, wishSinceMs } = tab.listener;
    if (!isPlaying || wishSinceMs < this.world.now) return;
    for (const other of this.players) if (other !== tab) other.listener.silence(this.world.now);
  }

  /** The host looks at its folders for the first time: they are listed when it is done. */
  private scan(forMs: number): void {
    const { library } = this.machine;
    library.isScanned = false;
    this.disturb(forMs);
    this.world.schedule(forMs, "library.scanned", () => library.scanned());
  }

  private at({ atMs, after }: Moment, label: string, act: () => void): void {
    const actInTime = (): void => {
      if (!this.isOver) act();
    };
    const begin = (): void => void this.world.schedule(atMs, label, actInTime);
    if (!after) return begin();
    const { label: cause, nth, fromMs } = after;
    if (fromMs === undefined) return this.world.after(cause, nth, begin);
    this.world.schedule(fromMs, "hook", () => this.world.after(cause, nth, begin));
  }

  /** Calm begins anew `forMs` from now. */
  private touch(forMs: number): void {
    this.lastMs = Math.max(this.lastMs, this.world.now + forMs);
  }

  private strike(blow: Fault): void {
    this.struck[blow.type] = (this.struck[blow.type] ?? 0) + 1;
    const { type, atMs: _at, after: _after, ...details } = blow;
    this.world.trace?.mark("fault", type, describe(details));
    const forMs = lastsMs(blow);
    if (forMs !== null) this.disturb(forMs);
    strike(blow, this.levers);
  }

  /** Until `forMs` from now nobody can have mended what goes wrong; calm begins after it. */
  private disturb(forMs: number): void {
    this.touch(forMs);
    this.disturbedMs = Math.max(this.disturbedMs, this.world.now + forMs);
    for (const { ear } of this.players) ear.disturbedMs = this.disturbedMs;
  }

  private leversOf(machine: Machine): Levers {
    const { world, network, medium, index, memory, library, mishaps, access, bench } = machine;
    const host = (): HostRun | null => this.host;
    return {
      world,
      network,
      medium,
      index,
      memory,
      library,
      mishaps,
      access,
      bench,
      players: this.players,
      get host() {
        return host();
      },
      disturb: (forMs) => this.disturb(forMs),
      restartHost: (downMs, manner) => this.restartHost(downMs, manner),
    };
  }

  private restartHost(downMs: number, manner: "crash" | "inOrder"): void {
    const { host } = this;
    if (!host) return;
    this.host = null;
    const down = (): void => {
      host.crash();
      this.world.schedule(downMs, "host.start", () => this.startHost());
    };
    if (manner === "crash") down();
    else host.stop(down);
  }

  /** What only the passing of time can violate. */
  private inspectRepeatedly(): void {
    if (this.isOver) return;
    const { world, docket, host, disturbedMs, players, machine } = this;
    for (const player of players) {
      this.inspectPlayer(player);
      if (host) inspectAgreement(world, docket, player, host.host, disturbedMs);
    }
    host?.survey.inspect(players, disturbedMs);
    const calm = { disturbedMs, ...machine.climate };
    if (host) inspectIdleness(world, docket, host.host, players, calm);
    this.world.schedule(inspectEveryMs, "inspection", () => this.inspectRepeatedly());
  }

  /** After every event: what it may have violated. */
  private inspect(): void {
    const { docket, machine, host } = this;
    const { label, realm } = this.world.last!;
    this.work.spend(label);
    if (realm === null || this.isOver) return;
    if (realm === host?.realm) {
      inspectHost(docket, host.host.figures(), machine.climate);
      inspectMemory(this.world, docket, host, machine);
      inspectBooks(docket, host.host);
      inspectDisk(docket, machine.medium);
      inspectSockets(docket, machine.network.hostBacklogs());
      return;
    }
    for (const player of this.players) if (realm === player.pageRealm) this.inspectPlayer(player);
  }

  private inspectPlayer(player: PlayerRun): void {
    // what it shows is frozen, or nobody sees it
    if (!player.isThere || player.pageRealm.isBlocked(this.world.now - 100)) return;
    inspectPlayer(this.world, this.docket, player, this.disturbedMs);
  }

  private runUntil(untilMs: () => number): void {
    const { docket, world } = this;
    while (!docket.first) {
      if (!world.step(untilMs())) return;
      this.inspect();
      if (world.events > eventsMax) docket.accuse("livelock", "too many events");
    }
  }

  /** Both pages are closed, then the host: nothing of them may be left. */
  private sayGoodbye(): void {
    if (this.docket.first) return;
    const { docket, machine, players: all } = this;
    this.isOver = true;
    machine.bench.disarm();
    machine.library.lateEnds.length = 0;
    for (const player of all) player.leave();
    this.runFor(machine.climate.isSurveyed ? 7 * goodbyeMs : goodbyeMs);
    for (const { name, isThere, pageRealm, workerRealm } of all) {
      if (!isThere) continue; // what a dead process had set is gone with it
      if (pageRealm.timers > 0) docket.accuse("leak", `${name}: ${pageRealm.timers} page timers`);
      if (workerRealm.timers > 0)
        docket.accuse("leak", `${name}: ${workerRealm.timers} worker timers`);
    }
    if (machine.network.live().length > 0) docket.accuse("leak", "connections of closed pages");
    const { host } = this;
    if (!host || docket.first) return;
    const figures = host.host.figures();
    if (figures.sessions > 0) docket.accuse("leak", `${figures.sessions} sessions left`);
    if (figures.running > 0) docket.accuse("leak", `${figures.running} renders left`);
    if (figures.openTracks > 0) docket.accuse("leak", `${figures.openTracks} tracks left open`);
    const workers = host.engine.figures();
    if (workers.idle < simulatedEngineConfig.slots + 1)
      docket.accuse("slots", `not every worker is back, and idle: ${JSON.stringify(workers)}`);
    let stopped = false;
    host.stop(() => {
      stopped = true;
    });
    this.runFor(goodbyeMs);
    host.survey.end();
    if (!stopped) docket.accuse("leak", "the host never said that it had stopped");
    if (host.realm.timers > 0) docket.accuse("leak", `${host.realm.timers} timers of the host`);
    if (machine.bench.living.length > 0) docket.accuse("leak", "render workers live on");
  }

  private runFor(ms: number): void {
    const until = this.world.now + ms;
    this.runUntil(() => until);
  }
}
