/** Page root: player, output and queue. It decides nothing itself; it joins the machines to the
 *  worker, the mixer and the library, and derives the view.
 *
 *  Commands go three ways at once: to the player (which merges intentions), to the mixer's control
 *  port (transport, volume, newest generation: never waits), and to the worker (which prepares). */
import { createActor, type ActorRefFrom, type AnyActorRef } from "xstate";
import type { Rendition } from "../protocol/hostMessages.ts";
import { secondsToFrames } from "../protocol/geometry.ts";
import type { TrackId } from "../protocol/limits.ts";
import { mixerReportSchema, type MixerControl } from "../protocol/mixerMessages.ts";
import { pageReportSchema, type PageCommand, type PageReport } from "../protocol/pageMessages.ts";
import { chosenOf, roundIntensity, type Preset } from "../protocol/variant.ts";
import type { OutputDevice, OutputReport } from "../ports/output.ts";
import { outputMachine } from "../machines/output.machine.ts";
import { playerMachine } from "../machines/player.machine.ts";
import { queueMachine } from "../machines/queue.machine.ts";
import { RenditionShelf } from "../machines/renditionShelf.ts";
import { portWire } from "../streams/portWire.ts";
import type { Wire } from "../streams/wire.ts";
import type { ActorLine, Page, PageConfig, PagePorts, PageView } from "./pageApi.ts";
import { Library } from "./page/library.ts";
import { Roster } from "./page/roster.ts";
import { CacheBook } from "./page/cacheBook.ts";
import { Hurry } from "./page/hurry.ts";
import { intendMessage, supplyEvent, type Intending } from "./page/intendMessage.ts";
import { IntentionTimes } from "./page/intentionTimes.ts";
import { outputEvent } from "./page/outputEvent.ts";
import { LiveValue } from "./page/liveValue.ts";
import { MixerEvents } from "./page/mixerEvents.ts";
import { settingsOf, type Settings } from "./page/settings.ts";
import { Succession } from "./page/succession.ts";
import { TrackLoader } from "./page/trackLoader.ts";
import { TransportTeller } from "./page/transportTeller.ts";
import { rateOf, viewOf, type WindowReport } from "./page/view.ts";

/** Starts the page root; `leave` ends every actor, timer and device of it. */
export function createPage(ports: PagePorts, config: PageConfig): Page {
  return new PageRoot(ports, config);
}

/** Previous goes to the beginning of the track when more than this has been heard. */
const restartSeconds = 3;

class PageRoot implements Page {
  private readonly ports: PagePorts;
  private readonly worker: Wire<PageReport, PageCommand>;
  private readonly player: ActorRefFrom<typeof playerMachine>;
  private readonly output: ActorRefFrom<typeof outputMachine>;
  private readonly queue: ActorRefFrom<typeof queueMachine>;
  readonly view: LiveValue<PageView>;
  readonly inspect: LiveValue<readonly ActorLine[]>;
  private readonly endings: (() => void)[] = [];
  private device: OutputDevice | null = null;
  private readonly library: Library;
  private readonly loader: TrackLoader;
  private readonly succession: Succession;
  private link = "idle";
  private readonly roster: Roster;
  private readonly renditions = new RenditionShelf();
  private readonly cacheBook = new CacheBook();
  private window: WindowReport | null = null;
  private progress: number | null = null;
  private readonly mixerEvents = new MixerEvents();
  private readonly settings: Settings;
  private note = "";
  private readonly hurry: Hurry;
  private readonly times: IntentionTimes;
  private readonly transport = new TransportTeller((playing, hold) => {
    this.control({ type: "mixer/transport", playing, hold });
    this.worker.send({ type: "page/transport", playing });
  });

  constructor(ports: PagePorts, config: PageConfig) {
    this.ports = ports;
    const { saved } = config;
    this.settings = settingsOf(saved ?? null);
    this.times = new IntentionTimes(ports.clock);
    this.hurry = new Hurry(ports.clock, (act) => this.times.click(act));
    const surroundings = { clock: ports.clock, inspect: ports.inspect };
    this.worker = portWire<PageReport, PageCommand>(ports.worker, pageReportSchema, (message) =>
      message.type === "page/mixer" ? [message.port] : [],
    );
    this.output = createActor(this.provideOutput(), { id: "page/output", ...surroundings });
    this.queue = createActor(
      queueMachine.provide({ actions: { load: ({ context }) => this.loader.load(context.place) } }),
      { id: "page/queue", ...surroundings },
    );
    this.player = createActor(this.providePlayer(), {
      id: "page/player",
      ...surroundings,
      input: chosenOf(this.settings.enhanced, saved?.enhance ?? true),
    });
    this.library = new Library(ports.readTracks, (report) => {
      if (report.type === "page/following") {
        this.worker.send(report);
        return this.succession.appoint();
      }
      if (report.type === "failed") this.note = report.fault.detail;
      else this.queue.send({ ...report, type: "tracks.listed" });
      this.loader.listed(config.defaultRate);
      this.changed();
    });
    const { player: playerActor, output, queue, library, hurry } = this;
    const isSounding = (): boolean => this.mixerEvents.sounding;
    const parts = { player: playerActor, output, queue, library, hurry, isSounding };
    this.loader = new TrackLoader(parts, saved ?? null);
    this.succession = new Succession({ ...parts, post: (message) => this.intend(message) });
    this.succession.setCrossfade(saved?.crossfadeSeconds ?? 0);
    this.view = new LiveValue(() => this.derive());
    this.roster = new Roster([this.player, this.output, this.queue]);
    this.inspect = this.roster.lines;
    const reports = this.worker.in$.subscribe((report) => this.hearWorker(report));
    this.endings.push(() => reports.unsubscribe());
    for (const actor of [this.output, this.queue, this.player]) actor.start();
    // these subscriptions end with their actors
    this.player.subscribe((snapshot) => this.transport.tell(snapshot));
    for (const actor of [this.output, this.queue, this.player] as const)
      (actor as AnyActorRef).subscribe(() => this.changed());
    const { url, token, player, deviceMemory } = config;
    this.worker.send({ type: "page/open", url, token, player, deviceMemory });
    if (!this.settings.matchLoudness) this.worker.send({ type: "page/matchLoudness", on: false });
    this.library.read();
  }

  play(): void {
    this.note = "";
    this.output.send({ type: "output.wake" });
    this.player.send({ type: "transport.play" });
    this.loader.playFirst();
  }
  pause(): void {
    this.player.send({ type: "transport.pause" });
  }
  choose(track: TrackId): void {
    this.note = "";
    const place = this.library.placeOf(track);
    if (place < 0) return this.say("That track is not in the list.");
    this.output.send({ type: "output.wake" });
    // the new intention first: what was paused must not be heard again before it
    this.queue.send({ type: "place.choose", place });
    this.player.send({ type: "transport.play" });
  }
  next(): void {
    this.queue.send({ type: "queue.next", place: this.library.playable(1) });
  }
  previous(): void {
    if (this.view.getSnapshot().positionSeconds > restartSeconds) this.seek(0);
    else this.queue.send({ type: "queue.previous", place: this.library.playable(-1) });
  }
  seek(seconds: number): void {
    if (!Number.isFinite(seconds)) return this.say("That is not a time.");
    const { durationSeconds, track } = this.view.getSnapshot();
    const at = Math.min(Math.max(0, seconds), durationSeconds > 0 ? durationSeconds : seconds);
    this.note = "";
    const rate = rateOf(this.player.getSnapshot().context.rate, track);
    const frame = secondsToFrames(at, rate);
    this.hurry.click(() => this.player.send({ type: "transport.seek", frame }));
  }
  setEnhance(enhance: boolean): void {
    this.note = "";
    const { chosen: variant, counterpart } = chosenOf(this.settings.enhanced, enhance);
    this.hurry.click(() => this.player.send({ type: "variant.choose", variant, counterpart }));
    this.changed();
  }
  setPreset(preset: Preset): void {
    this.settings.enhanced = { ...this.settings.enhanced, preset };
    this.setEnhance(this.view.getSnapshot().enhance);
  }
  setIntensity(percent: number): void {
    const intensity = roundIntensity(percent);
    if (intensity === undefined) return this.say("Intensity is a number from 0 to 100.");
    this.settings.enhanced = { ...this.settings.enhanced, intensity };
    this.setEnhance(this.view.getSnapshot().enhance);
  }
  setVolume(gain: number): void {
    if (!Number.isFinite(gain)) return this.say("Volume is a number from 0 to 100.");
    this.settings.volume = Math.min(1, Math.max(0, gain));
    this.control({ type: "mixer/volume", gain: this.settings.volume });
    this.changed();
  }
  setMatchLoudness(on: boolean): void {
    this.settings.matchLoudness = on;
    this.worker.send({ type: "page/matchLoudness", on });
    this.changed();
  }
  setCrossfade(seconds: number): void {
    if (!Number.isFinite(seconds)) return this.say("Crossfade is a number of seconds.");
    this.succession.setCrossfade(seconds);
    this.changed();
  }
  leave(): void {
    this.library.stop();
    this.worker.send({ type: "page/leave" });
    this.output.send({ type: "output.leave" });
    for (const end of this.endings.splice(0)) end();
    for (const actor of [this.player, this.queue, this.output]) actor.stop();
  }

  private provideOutput() {
    return outputMachine.provide({
      actions: {
        openDevice: ({ context }) => {
          this.device = this.ports.openOutput({ rate: context.rate }, (r) => this.hearOutput(r));
        },
        closeDevice: () => {
          this.device?.close();
          this.device = null;
        },
        resumeDevice: () => this.device?.resume(),
        tellCreated: ({ context }) => {
          const { player } = this;
          this.control({ type: "mixer/volume", gain: this.settings.volume });
          this.transport.forget();
          const countedAt = this.loader.countedAt();
          player.send({ type: "output.created", rate: context.rate, countedAt });
        },
      },
    });
  }

  private providePlayer() {
    return playerMachine.provide({
      actions: {
        postIntention: ({ context }) => {
          const message = intendMessage(context, this.hurry.isOn);
          if (!message) return;
          this.progress = null;
          this.times.intended(message, context.chosen);
          this.intend(message);
        },
        postSuccession: ({ context }) => this.succession.post(context),
        tellSuccession: ({ context }) => this.succession.follow(context),
        advance: ({ context }) => this.succession.advance(context),
        passOver: ({ context }) => this.succession.passOver(context),
      },
    });
  }

  /** What the mixer was given before, and has not begun, it never will. */
  private intend(message: Intending): void {
    this.control({ type: "mixer/intend", generation: message.generation });
    this.worker.send(message);
  }

  private control(message: MixerControl): void {
    this.device?.post(message);
  }

  private hearOutput(report: OutputReport): void {
    if (report.type === "mixer") {
      const told = mixerReportSchema.parse(report.message);
      this.times.hear(told);
      for (const event of this.mixerEvents.of(told)) this.player.send(event);
      return;
    }
    if (report.type === "created") {
      this.mixerEvents.reset();
      this.worker.send({ type: "page/mixer", port: report.feed });
    }
    this.output.send(outputEvent(report));
  }

  private hearWorker(report: PageReport): void {
    const { player } = this;
    switch (report.type) {
      case "link/state":
        // what has changed while the host was away was told to nobody
        if (report.state === "live" && this.link !== "live") this.library.read();
        if (report.state !== "live") this.cacheBook.forget();
        this.link = report.state;
        break;
      case "supply/state":
        this.progress = report.progress;
        player.send(supplyEvent(report));
        break;
      case "supply/nearing":
        return this.succession.approach(report.generation);
      case "rendition":
        this.learn(report);
        break;
      case "window/state":
        this.window = report;
        break;
      case "cache/told":
        this.cacheBook.hear(report);
        break;
      case "page/fault":
        this.fail(report);
        break;
      case "library/changed":
        this.library.read();
        break;
      case "worker/actors":
        return this.roster.hear(report.actors);
    }
    this.changed();
  }

  private fail({ generation, fault }: Extract<PageReport, { type: "page/fault" }>): void {
    if (generation !== null) {
      this.times.failed(generation);
      this.player.send({ type: "intention.failed", generation, fault });
    } else if (!fault.retryable) this.note = fault.detail;
  }

  private learn(rendition: Rendition): void {
    this.renditions.learn(rendition);
    const { awaited, rate } = this.player.getSnapshot().context;
    const { track, variant } = rendition;
    if (variant === awaited && rendition.status === "pending") this.progress = rendition.progress;
    if (rendition.status === "ready" && rendition.rate === rate)
      this.player.send({ type: "rendition.readied", track, variant });
  }

  private say(note: string): void {
    this.note = note;
    this.changed();
  }

  private changed(): void {
    this.view.changed();
    this.inspect.changed();
  }

  private derive(): PageView {
    return viewOf({
      player: this.player.getSnapshot(),
      output: this.output.getSnapshot(),
      link: this.link,
      tracks: this.library.tracks,
      entryOf: (track) => this.library.entryOf(track),
      scanning: this.library.scanning,
      listed: this.library.listed,
      ...this.settings,
      crossfadeSeconds: this.succession.crossfadeSeconds,
      intentions: this.times.list,
      window: this.window,
      cacheBook: this.cacheBook,
      progress: this.progress,
      renditions: this.renditions,
      note: this.note,
      sounding: this.mixerEvents.sounding,
    });
  }
}
