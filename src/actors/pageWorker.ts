/** Page worker's root: link, preloader and window cache. It owns the socket and the mixer's feed,
 *  because workers are not throttled in hidden tabs and do not stall with the page.
 *
 *  Flow: page/intend → preloader → demand → slices → window → mixer → lane/committed → page.
 *  `update` runs after whatever changed: measure, feed, trim, ask. All of it is idempotent. */
import { createActor, type ActorRefFrom } from "xstate";
import type { HostMessage } from "../protocol/hostMessages.ts";
import { mixerReportSchema, type MixerFeed, type MixerReport } from "../protocol/mixerMessages.ts";
import { pageCommandSchema, type PageCommand, type PageReport } from "../protocol/pageMessages.ts";
import type { Slice } from "../protocol/slice.ts";
import { linkState } from "../machines/link.machine.ts";
import {
  preloaderMachine,
  type Intention,
  type Succession,
} from "../machines/preloader.machine.ts";
import { WindowCache } from "../machines/windowCache.ts";
import { portWire } from "../streams/portWire.ts";
import type { Wire } from "../streams/wire.ts";
import type { PageWorker, PageWorkerConfig, PageWorkerPorts } from "./pageWorkerApi.ts";
import { appointment } from "./pageWorker/appointment.ts";
import { Demander } from "./pageWorker/demander.ts";
import { Failures } from "./pageWorker/failures.ts";
import { feedTransfer, LaneFeeder } from "./pageWorker/laneFeeder.ts";
import { Lanes } from "./pageWorker/lanes.ts";
import { laneNeeds } from "./pageWorker/laneNeeds.ts";
import { LinkActor } from "./pageWorker/linkActor.ts";
import { StandbyActor } from "./pageWorker/standbyActor.ts";
import { Supply } from "./pageWorker/supply.ts";
import { WindowActor } from "./pageWorker/windowActor.ts";
import type { WindowKeeper } from "./pageWorker/windowKeeper.ts";
import { watchActors } from "./watchActors.ts";

/** Starts the root. It lives until `page/leave` arrives or `stop` is called; then its timers,
 *  socket and actors are gone. */
export function createPageWorker(ports: PageWorkerPorts, config: PageWorkerConfig): PageWorker {
  return new PageWorkerRoot(ports, config);
}

class PageWorkerRoot implements PageWorker {
  private readonly ports: PageWorkerPorts;
  private readonly config: PageWorkerConfig;
  private readonly page: Wire<PageCommand, PageReport>;
  private readonly window = new WindowCache();
  private readonly supply = new Supply();
  private readonly keeper: WindowKeeper;
  private readonly standby: StandbyActor;
  private readonly feeder: LaneFeeder;
  private readonly link: LinkActor;
  private readonly demander: Demander;
  private readonly preloader: ActorRefFrom<typeof preloaderMachine>;
  private readonly failures: Failures;
  private readonly lanes: Lanes;
  private readonly windowCache: WindowActor;
  private readonly endings: (() => void)[] = [];
  private isStarved = false;
  private closeMixer: () => void = () => {};
  private playing = false;
  private matchLoudness = true;
  private measured = "";
  /** as the host said in its welcome */
  private segmentSeconds = 10;
  /** the lane whose end was said to be near */
  private nearing: number | null = null;

  constructor(ports: PageWorkerPorts, config: PageWorkerConfig) {
    this.ports = ports;
    this.config = config;
    this.page = portWire<PageCommand, PageReport>(ports.page, pageCommandSchema);
    this.windowCache = new WindowActor(this.window, ports, config, () => this.update());
    this.keeper = this.windowCache.keeper;
    this.standby = new StandbyActor(this.window, ports, config);
    this.feeder = new LaneFeeder(this.window, config.mixerSeconds);
    const surroundings = { clock: ports.clock, inspect: ports.inspect };
    this.preloader = createActor(
      preloaderMachine.provide({
        actions: {
          tellSupply: ({ context }) => {
            if (context.measurement)
              this.page.send({ type: "supply/state", ...context.measurement });
          },
          openAndCommitLane: ({ context }) => this.openLane(context.intention!),
          openSuccessor: ({ context }) => this.openLane(context.successor!),
          askAgain: () => this.askAgain(),
        },
      }),
      { id: "worker/preloader", ...surroundings },
    );
    this.lanes = new Lanes(this.preloader, this.supply, this.feeder);
    this.failures = new Failures(this.preloader, this.supply, this.page.send);
    this.link = new LinkActor(ports, config, {
      onMessage: (message) => this.hearHost(message),
      onSlice: (slice) => this.takeSlice(slice),
      onLive: () => this.askAgain(),
      inventory: () => this.keeper.holdings(),
    });
    this.demander = new Demander(this.link, this.window, () => this.keeper.holdings());
    this.preloader.start();
    const commands = this.page.in$.subscribe((command) => this.hearPage(command));
    this.endings.push(() => commands.unsubscribe());
    this.tellLink();
    this.watch();
  }

  stop(): void {
    for (const end of this.endings.splice(0)) end();
    this.closeMixer();
    this.link.stop();
    this.preloader.stop();
    this.windowCache.stop();
    this.standby.stop();
  }

  private watch(): void {
    const actors = [this.link.ref, this.preloader, this.windowCache.ref, this.standby.ref];
    this.endings.push(
      watchActors(actors, (states) => {
        this.page.send({ type: "worker/actors", actors: states });
      }),
    );
    let told = "";
    const told$ = this.link.ref.subscribe((snapshot) => {
      const text = `${linkState(snapshot.value)} ${snapshot.context.epoch}`;
      if (text === told) return;
      told = text;
      this.tellLink();
      this.update();
    });
    this.endings.push(() => told$.unsubscribe());
    let wasSettling = false;
    // its subscriptions end with it
    this.preloader.subscribe(() => {
      const hasSettled = wasSettling && !this.lanes.isSettling;
      wasSettling = this.lanes.isSettling;
      if (hasSettled) this.update();
    });
  }

  private tellLink(): void {
    const { value, context } = this.link.ref.getSnapshot();
    const rttMs = this.link.roundTripMs;
    this.page.send({ type: "link/state", state: linkState(value), epoch: context.epoch, rttMs });
  }

  private hearPage(command: PageCommand): void {
    switch (command.type) {
      case "page/open":
        this.windowCache.tellDevice(command.deviceMemory);
        return this.link.openAt(command);
      case "page/mixer":
        return this.attachMixer(command.port);
      case "page/intend":
        this.measured = "";
        // what follows is revoked: should this fail, what sounds is near its end anew
        this.nearing = null;
        this.supply.forgetFailure(command.track);
        this.preloader.send({ type: "intention.raise", intention: command });
        break;
      case "page/succeed":
        this.preloader.send(appointment(command));
        break;
      case "page/transport":
        this.playing = command.playing;
        this.standby.tell(command.playing);
        break;
      case "page/matchLoudness":
        this.matchLoudness = command.on;
        this.tuneGains();
        break;
      case "page/following":
        this.demander.next = command.track; // said with the next demand: the intention is on its way
        return;
      case "page/leave":
        return this.stop();
    }
    this.update();
  }

  private attachMixer(handed: unknown): void {
    this.closeMixer();
    const port = this.ports.openMixer(handed);
    const wire = portWire<MixerReport, MixerFeed>(port, mixerReportSchema, feedTransfer);
    const reports = wire.in$.subscribe((report) => this.hearMixer(report));
    this.closeMixer = () => {
      reports.unsubscribe();
      port.close();
    };
    this.lanes.mixer = null;
    this.isStarved = false;
    this.feeder.attach(wire.send);
    this.preloader.send({ type: "mixer.attached" });
  }

  private hearMixer(report: MixerReport): void {
    if (report.type === "lane/ended") return;
    const { generation, frame } = report;
    const { mixer } = this.lanes;
    const stands = mixer?.generation === generation && mixer.frame === frame;
    this.lanes.mixer = { generation, frame };
    this.isStarved = report.type === "mixer/state" && report.starved;
    if (this.isStarved) this.failures.noticeLoss(generation);
    if (report.type === "lane/committed") {
      this.feeder.settle(report.generation);
      this.preloader.send({ type: "lane.committed", generation: report.generation });
    } else if (stands && !this.keeper.owesReport) return; // paused: all is as it was
    this.update();
  }

  private hearHost(message: HostMessage): void {
    switch (message.type) {
      case "rendition":
        this.supply.learn(message);
        this.page.send(message);
        this.tuneGains();
        this.failures.notice(message);
        if (this.isStarved) this.failures.noticeLoss(this.lanes.mixer?.generation ?? null);
        break;
      case "fault":
        this.page.send({ type: "page/fault", generation: null, fault: message.fault });
        if (message.fault.retryable) this.preloader.send({ type: "answer.failed" });
        break;
      case "library/changed":
        this.page.send(message);
        break;
      case "welcome":
        this.segmentSeconds = message.limits.intervalSeconds;
        break;
      case "cache/state": {
        const { segmentSeconds } = this;
        const { key, segments } = message;
        this.page.send({ type: "cache/told", key, segmentSeconds, segments });
        break;
      }
      case "pong":
        break;
    }
    this.update();
  }

  private takeSlice(slice: Slice): void {
    this.keeper.take(slice);
    this.preloader.send({ type: "slice.arrived" });
    this.update();
  }

  private update(): void {
    this.measure();
    this.feed();
    this.trim();
    this.ask();
  }

  private measure(): void {
    const { intention } = this.preloader.getSnapshot().context;
    if (!intention) return;
    if (!this.lanes.isPreparing) return this.failures.noticeOutdated(this.feeder);
    const need = this.neededFrames(intention.rate);
    const { isLive } = this.link;
    const at = this.lanes.position(intention);
    const measurement = this.supply.measure(intention, at, need, this.window, isLive);
    const { phase, waitsFor, progress } = measurement;
    const text = `${intention.generation} ${phase} ${waitsFor} ${progress?.toFixed(2)}`;
    if (text === this.measured) return;
    this.measured = text;
    const rendition = this.supply.of(intention.track, intention.variant, intention.rate);
    if (rendition?.status === "failed") return this.failures.notice(rendition);
    this.preloader.send({ type: "supply.measured", measurement });
  }

  /** As many as sound until what was lost on the line has come after all. */
  private neededFrames(rate: number): number {
    const { preparedSeconds: least, preparedSecondsMax: most } = this.config;
    const seconds = Math.min(most, Math.max(least, this.link.recoveryMs / 1000));
    return Math.round(seconds * rate);
  }

  /** At its end the track goes over into the next one: that has to be there by then, and the rest of this
   *  one in the mixer. */
  private nearEnd(): void {
    const rest = this.lanes.restOfHeard();
    const { heard, successor } = this.preloader.getSnapshot().context;
    if (rest === null || !heard) return;
    const { generation, rate } = heard;
    if (rest > this.config.aheadSeconds * rate) return;
    if (this.nearing !== generation) {
      this.nearing = generation;
      this.page.send({ type: "supply/nearing", generation });
    }
    if (!successor) return;
    const need = this.neededFrames(rate);
    const { isLive } = this.link;
    const { phase } = this.supply.measure(successor, 0, need, this.window, isLive);
    if (phase === "prepared" && this.feeder.isWhole(generation))
      this.preloader.send({ type: "succession.prepared", generation: successor.generation });
  }

  private openLane(intention: Intention | Succession): void {
    const rendition = this.supply.ready(intention);
    if (!rendition) throw new Error("a lane was prepared without a rendition");
    const { generation, rate, alignTo, standsIn } = intention;
    const { key, channels } = rendition;
    const start = this.lanes.position(intention);
    const gain = this.gainOf(intention);
    const { after, crossfade } =
      "after" in intention ? intention : ({ after: null, crossfade: 0 } as const);
    const opening = { generation, key, rate, channels, start, alignTo, standsIn, gain };
    this.feeder.open({ ...opening, after, crossfade });
    if (rendition.exact) this.feeder.setEnd(generation, rendition.frames);
    this.feeder.fill(generation, start);
    this.feeder.commit(generation);
  }

  private gainOf(intention: Intention): number {
    return this.matchLoudness ? this.supply.matchGain(intention) : 1;
  }

  private tuneGains(): void {
    for (const intention of this.lanes.all())
      this.feeder.setGain(intention.generation, this.gainOf(intention));
  }

  private feed(): void {
    const { successor } = this.preloader.getSnapshot().context;
    // all of a crossfade has to be in the mixer before it begins
    const crossfade = successor ? successor.crossfade * 2 : 0;
    for (const intention of this.lanes.all()) {
      const rendition = this.supply.ready(intention);
      if (rendition?.exact) this.feeder.setEnd(intention.generation, rendition.frames);
      this.feeder.fill(intention.generation, this.lanes.position(intention), crossfade);
    }
    this.nearEnd();
  }

  /** Keeps what surrounds the lanes, and says what is held. */
  private trim(): void {
    const report = this.windowCache.keep(this.lanes.places(), this.ports.clock.now());
    if (report) this.page.send(report);
  }

  private askAgain(): void {
    this.demander.forget();
    this.update();
  }

  private ask(): void {
    const needs = laneNeeds(this.lanes, this.supply, this.keeper, this.standby);
    this.demander.ask(this.lanes.surroundings()[0], needs, this.playing);
  }
}
