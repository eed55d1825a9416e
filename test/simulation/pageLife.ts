/** One life of a page, from its loading to its end: the production page and page worker over simulated
 *  ports, the ear that listens and the model of the listener. */
import { claimTab } from "#engine/actors/page/claimTab.ts";
import type { Page } from "#engine/actors/pageApi.ts";
import type { PageWorker } from "#engine/actors/pageWorkerApi.ts";
import type { WindowBounds } from "#engine/machines/windowBudget.ts";
import { fault } from "#engine/protocol/faults.ts";
import type { PageReport } from "#engine/protocol/pageMessages.ts";
import type { SavedPlayback } from "#engine/protocol/savedPlayback.ts";
import type { Machine } from "./hostRun.ts";
import type { Docket } from "./judge/docket.ts";
import { Ear } from "./judge/ear.ts";
import { mixerDues } from "./judge/mixerDues.ts";
import { creditDues } from "./judge/creditDues.ts";
import { onceOnly } from "./judge/onceOnly.ts";
import { supplyDues } from "./judge/supplyDues.ts";
import { Listener } from "./judge/listener.ts";
import { messageChannel, PortCloakroom, type ChannelDelay } from "./ports/messageChannel.ts";
import { simulatedMemoryGauge, type SimulatedMemory } from "./ports/simulatedMemory.ts";
import { simulatedOutput, type OutputHandle, type Platform } from "./ports/simulatedOutput.ts";
import { tracedOutput } from "./ports/tracedPorts.ts";
import { simulatedRate } from "./ports/tracks.ts";
import { virtualClock } from "./ports/virtualClock.ts";
import { pageWorkerConfigIn } from "./simulatedConfig.ts";
import type { Realm } from "./world/realm.ts";

const mixerDelay: ChannelDelay = { minMs: 0.05, maxMs: 3 };
const workerDelay: ChannelDelay = {
  minMs: 0.05,
  maxMs: 8,
  stall: { chance: 0.02, maxMs: 120 },
};

/** What outlives the pages of a player. */
type Surroundings = {
  readonly platform: Platform;
  readonly memory: SimulatedMemory;
  readonly saved: SavedPlayback | null;
};

/** Whose page it is: the player's number, and which of his pages, from 0. */
export type Owner = { readonly number: number; readonly life: number };

export class PageLife {
  /** the name under which it says hello: every page has its own */
  readonly identity: string;
  readonly page: Page;
  readonly worker: PageWorker;
  readonly pageRealm: Realm;
  readonly audioRealm: Realm;
  readonly workerRealm: Realm;
  readonly listener = new Listener();
  readonly ear: Ear;
  /** the context that is open, or was last */
  device: OutputHandle | null = null;
  /** what its page worker was told of the window */
  readonly window: WindowBounds;
  readonly deviceGib: number | null;
  /** ms when it began to load */
  readonly startedMs: number;
  /** of the host, as the page worker told it last */
  epoch: unknown = null;

  constructor(
    machine: Machine,
    { number, life }: Owner,
    { platform, memory, saved }: Surroundings,
  ) {
    const { world, docket, network, library, plants, inspect } = machine;
    const pageRealm = world.realm(`page${number}`, life);
    const audioRealm = world.realm(`page${number}.audio`, life);
    const workerRealm = world.realm(`worker${number}`, life);
    const cloakroom = new PortCloakroom();
    const realms = [pageRealm, workerRealm] as const;
    const [toWorker, toPage] = messageChannel(world, `page${number}.worker`, realms, workerDelay);
    const config = pageWorkerConfigIn(machine.climate);
    this.window = config;
    this.deviceGib = machine.climate.deviceGib ?? null;
    this.startedMs = world.now;
    const suffix = life === 0 ? "" : `.${life}`;
    this.identity = `player${number}${life === 0 ? "" : `-${life}`}`;
    this.pageRealm = pageRealm;
    this.audioRealm = audioRealm;
    this.workerRealm = workerRealm;
    this.ear = new Ear(`player ${number}`, world, docket, this.listener, library, platform);
    this.ear.disturbedMs = world.now;
    this.worker = machine.rootsOf(`worker.${number}${suffix}`).createPageWorker(
      {
        clock: plants.clock(virtualClock(world, workerRealm)),
        random: { uniform: () => workerRealm.random.uniform() },
        connect: onceOnly(
          creditDues(network.connector(workerRealm), docket, workerRealm.name),
          this.ear,
          docket,
          memory,
        ),
        memory: simulatedMemoryGauge(world, workerRealm, memory),
        page: toPage,
        openMixer: (ticket) => plants.feed(cloakroom.collect(ticket)),
        inspect: world.trace?.inspect(workerRealm.name, inspect) ?? inspect,
      },
      config,
    );
    const openOutput = simulatedOutput(
      {
        world,
        page: pageRealm,
        audio: audioRealm,
        worker: workerRealm,
        cloakroom,
        buildMixer: plants.buildMixer,
        ear: mixerDues(supplyDues(this.ear, this.identity, docket), this.identity, docket),
        portDelay: mixerDelay,
        platform,
      },
      (device) => {
        this.device = device;
      },
    );
    const page = machine.rootsOf(`page.${number}${suffix}`).createPage(
      {
        clock: plants.clock(virtualClock(world, pageRealm)),
        random: { uniform: () => pageRealm.random.uniform() },
        openOutput: tracedOutput(world, pageRealm.name, `context${number}`, openOutput),
        worker: {
          ...toWorker,
          listen: (emit) => toWorker.listen((told) => emit(this.note(told, docket))),
        },
        readTracks: (_request, emit) => {
          const event = world.schedule(
            pageRealm.random.between(2, 40),
            `${pageRealm.name}.tracks`,
            () => {
              if (network.isUp) emit({ type: "tracks", list: library.list() });
              else emit({ type: "failed", fault: fault("link-lost", "the host is not there") });
            },
            pageRealm,
          );
          return () => world.cancel(event);
        },
        inspect: world.trace?.inspect(pageRealm.name, inspect) ?? inspect,
      },
      {
        url: "ws://simulated/ws",
        player: this.identity,
        token: machine.access.token,
        deviceMemory: this.deviceGib,
        defaultRate: simulatedRate,
        saved,
      },
    );
    const { claims } = machine;
    const clock = virtualClock(world, pageRealm);
    this.page = claims ? claimTab(page, { clock, openTabClaim: claims.open(pageRealm) }) : page;
  }

  private note(told: unknown, docket: Docket): unknown {
    const report = told as PageReport;
    if (report.type === "link/state") this.epoch = report.epoch;
    // nothing that a player says is ever damaged on its way
    else if (report.type === "page/fault" && report.fault.code === "protocol-violation")
      docket.accuse("protocol", `${this.identity}: ${report.fault.detail}`);
    return told;
  }

  get realms(): readonly Realm[] {
    return [this.pageRealm, this.audioRealm, this.workerRealm];
  }

  /** Everything of it is gone from one moment to the next. */
  die(): void {
    for (const realm of this.realms) realm.die();
  }
}
