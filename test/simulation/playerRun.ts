/** One player: the production page and page worker over simulated ports, and the ear that listens. */
import type { Page } from "#engine/actors/pageApi.ts";
import type { PageWorker } from "#engine/actors/pageWorkerApi.ts";
import { fault } from "#engine/protocol/faults.ts";
import { Ear } from "./judge/ear.ts";
import { Listener } from "./judge/listener.ts";
import type { Machine } from "./hostRun.ts";
import { messageChannel, PortCloakroom, type ChannelDelay } from "./ports/messageChannel.ts";
import { simulatedOutput, type OutputHandle } from "./ports/simulatedOutput.ts";
import { simulatedRate, trackList } from "./ports/tracks.ts";
import { tracedOutput } from "./ports/tracedPorts.ts";
import { virtualClock } from "./ports/virtualClock.ts";
import type { Deed } from "./scenario.ts";
import { simulatedPageWorkerConfig } from "./simulatedConfig.ts";
import type { Realm } from "./world/realm.ts";
import { describe } from "./world/trace.ts";
import type { World } from "./world/world.ts";

const mixerDelay: ChannelDelay = { minMs: 0.05, maxMs: 3 };
const workerDelay: ChannelDelay = {
  minMs: 0.05,
  maxMs: 8,
  stall: { chance: 0.02, maxMs: 120 },
};

export class PlayerRun {
  readonly name: string;
  /** the name under which it says hello */
  readonly identity: string;
  readonly page: Page;
  readonly worker: PageWorker;
  readonly pageRealm: Realm;
  readonly workerRealm: Realm;
  readonly listener = new Listener();
  readonly ear: Ear;
  private device: OutputHandle | null = null;
  private readonly world: World;

  /** @param number 0 or 1: names the player in labels and violations */
  constructor(machine: Machine, number: number) {
    const { world, docket, network, plants, inspect } = machine;
    const pageRealm = world.realm(`page${number}`);
    const workerRealm = world.realm(`worker${number}`);
    const cloakroom = new PortCloakroom();
    const realms = [pageRealm, workerRealm] as const;
    const [toWorker, toPage] = messageChannel(world, `page${number}.worker`, realms, workerDelay);
    this.name = `player ${number}`;
    this.identity = `player${number}`;
    this.world = world;
    this.pageRealm = pageRealm;
    this.workerRealm = workerRealm;
    this.ear = new Ear(this.name, world, docket, this.listener);
    this.worker = machine.rootsOf(`worker.${number}`).createPageWorker(
      {
        clock: plants.clock(virtualClock(world, workerRealm)),
        random: { uniform: () => workerRealm.random.uniform() },
        connect: network.connector(workerRealm),
        page: toPage,
        openMixer: (ticket) => plants.feed(cloakroom.collect(ticket)),
        inspect: world.trace?.inspect(workerRealm.name, inspect) ?? inspect,
      },
      simulatedPageWorkerConfig,
    );
    const openOutput = simulatedOutput(
      {
        world,
        page: pageRealm,
        worker: workerRealm,
        cloakroom,
        buildMixer: plants.buildMixer,
        ear: this.ear,
        portDelay: mixerDelay,
      },
      (device) => {
        this.device = device;
      },
    );
    this.page = machine.rootsOf(`page.${number}`).createPage(
      {
        clock: plants.clock(virtualClock(world, pageRealm)),
        random: { uniform: () => pageRealm.random.uniform() },
        openOutput: tracedOutput(world, pageRealm.name, `context${number}`, openOutput),
        worker: toWorker,
        readTracks: (_request, emit) => {
          const event = world.schedule(
            pageRealm.random.between(2, 40),
            `${pageRealm.name}.tracks`,
            () => {
              if (network.isUp) emit({ type: "tracks", list: trackList() });
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
        deviceMemory: null,
        defaultRate: simulatedRate,
      },
    );
  }

  /** Gives a command, to the page and to the model of the listener alike. */
  command(deed: Deed): void {
    const { page, listener, ear } = this;
    const view = page.view.getSnapshot();
    const shown = { track: view.track?.id ?? null, rate: ear.rate || simulatedRate };
    ear.follow(shown.track);
    listener.command(deed, this.world.now, shown, view.transport === "ended");
    this.world.trace?.mark("command", deed.type, describe(deed), this.pageRealm.name);
    switch (deed.type) {
      case "choose":
        return page.choose(deed.track);
      case "play":
        return page.play();
      case "pause":
        return page.pause();
      case "next":
        return page.next();
      case "seek":
        return page.seek(deed.seconds);
      case "enhance":
        return page.setEnhance(deed.on);
      case "preset":
        return page.setPreset(deed.preset);
      case "intensity":
        return page.setIntensity(deed.percent);
    }
  }

  /** The system takes the audio device away for a while. */
  interrupt(forMs: number): void {
    this.device?.setState("interrupted");
    this.world.schedule(
      forMs,
      `${this.pageRealm.name}.output.returned`,
      () => this.device?.setState("running"),
      this.pageRealm,
    );
  }

  /** The browser closes the context, or its device disappears. */
  closeOutput(): void {
    this.device?.setState("closed");
  }

  /** The context goes on saying that it runs, and does not. */
  freezeOutput(): void {
    this.device?.freeze();
  }

  /** The page is closed in good order. */
  leave(): void {
    this.page.leave();
  }
}
