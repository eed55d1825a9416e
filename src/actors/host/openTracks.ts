/** Open tracks: one processor per track that somebody uses, and what its users see of it. */
import type { SegmentLoudness } from "../../audio/segmentLoudness.ts";
import { renditionOf, type HeldRenditions } from "../../machines/renditionOf.ts";
import type { SegmentId } from "../../machines/segmentId.ts";
import { trackProcessorMachine } from "../../machines/trackProcessor.machine.ts";
import type { TrackEvent } from "../../machines/trackEvents.ts";
import type { TrackParts } from "../../machines/trackOrders.ts";
import { VariantBook } from "../../machines/variantBook.ts";
import type { SourceId } from "../../ports/decoder.ts";
import { fault, type Fault } from "../../protocol/faults.ts";
import type { Rendition } from "../../protocol/hostMessages.ts";
import type { TrackId } from "../../protocol/limits.ts";
import type { VariantName } from "../../protocol/variant.ts";
import type { HostConfig, HostPorts } from "../hostApi.ts";
import { AlbumAhead } from "./albumAhead.ts";
import { AlbumEditions } from "./albumEditions.ts";
import { AlbumFacts } from "./albumFacts.ts";
import type { Children } from "./children.ts";
import {
  contextOf,
  isForSurvey,
  isUsed,
  specOf,
  standingOf,
  type Follower,
  type OpenTrack,
  type SpareListener,
  type Surveyed,
  type Taking,
  type TrackListener,
} from "./openTrack.ts";
import { givesWay, PreparationTurns } from "./preparationTurns.ts";
import { RenderedLoudness } from "./renderedLoudness.ts";
import { nothingDecoded, type RenderSpecs } from "./renderSpecs.ts";
import { SurveyedSource } from "./surveyedSource.ts";
import { trackJobs } from "./trackJobs.ts";

const recheckMs = 2000;

export class OpenTracks {
  readonly #ports: HostPorts;
  readonly #config: HostConfig;
  readonly #children: Children;
  readonly #specs: RenderSpecs;
  readonly #sourceChanged: () => void;
  readonly #open = new Map<TrackId, OpenTrack>();
  /** every processor that lives, the expired ones that are still held among them */
  readonly #alive = new Set<OpenTrack>();
  readonly #parts = new Map<number, TrackParts>();
  readonly #machine: ReturnType<typeof trackProcessorMachine>;
  readonly facts: AlbumFacts;
  readonly #editions: AlbumEditions;
  readonly #ahead: AlbumAhead;
  readonly #loudness: RenderedLoudness;
  #serial = 0;
  readonly turns = new PreparationTurns(this.#alive);
  readonly damaged = { facts: 0, pcm: 0 };

  /** @param sourceChanged called when more of a source is decoded, or no more will be */
  constructor(
    ports: HostPorts,
    config: HostConfig,
    children: Children,
    specs: RenderSpecs,
    sourceChanged: () => void,
  ) {
    this.#ports = ports;
    this.#config = config;
    this.#children = children;
    this.#specs = specs;
    this.#sourceChanged = sourceChanged;
    this.#machine = trackProcessorMachine(config.trackIdleMs, (serial) => this.#parts.get(serial)!);
    const { disk, catalogue } = ports;
    this.facts = new AlbumFacts(disk, catalogue, () => this.damaged.facts++);
    this.#editions = new AlbumEditions({
      geometry: config.geometry,
      facts: this.facts,
      open: this.#open,
      alive: this.#alive,
      hold: (track, listener) => this.#holdBeside(track, listener),
    });
    this.#ahead = new AlbumAhead({
      facts: this.facts,
      catalogue,
      clock: ports.clock,
      alive: this.#alive,
      restMs: config.warming.spreadMs,
      take: (track, listener) => {
        const taken = this.takeSpare(track, listener);
        return taken && ("code" in taken ? taken : taken.release);
      },
    });
    this.#loudness = new RenderedLoudness(config.geometry, specs, this.#alive);
    specs.findSource = (sourceId) => this.#findSource(sourceId);
  }

  /** Takes a track, opening it when it is not. A processor that failed is not taken again.
   *  @param held what the taker holds of it, if it may have come back */
  take(track: TrackId, listener: TrackListener, held?: HeldRenditions): Taking | Fault {
    const open = this.#take(track, listener, held);
    if ("code" in open) return open;
    this.turns.makeWay();
    return this.#taking(open, listener);
  }

  #take(
    track: TrackId,
    listener: TrackListener,
    held?: HeldRenditions,
    isSurvey = false,
  ): OpenTrack | Fault {
    if (!this.#ports.catalogue.find(track))
      return fault("track-unknown", "There is no such track.");
    let open = this.#open.get(track);
    if (!open || contextOf(open).fault !== null) open = this.#begin(track);
    if (!isSurvey) open.surveyed.keep();
    if (!isUsed(open)) open.held = held ?? null;
    this.#editions.renew(open);
    // in this order: the listener is not called before this returns
    open.actor.send({ type: "track.take" });
    open.listeners.add(listener);
    return open;
  }

  /** Takes a track for somebody who will hear it when another has ended. It waits behind what is meant: while it is
   *  being prepared it has to be given back for that.
   *  @returns null when it would have to be opened while others wait for decoder or analysis */
  takeFollowing(track: TrackId, listener: Follower, held: HeldRenditions): Taking | Fault | null {
    const open = this.#open.get(track);
    if (this.turns.urgency() === 2 && (!open || givesWay(open))) return null;
    const taken = this.#take(track, listener, held);
    if ("code" in taken) return taken;
    taken.followers.add(listener);
    this.turns.makeWay();
    return this.#taking(taken, listener);
  }

  /** Takes a track for somebody who does not wait for it.
   *  @returns null when it would have to be opened while others wait for decoder or analysis, or will hear what they get */
  takeSpare(track: TrackId, listener: SpareListener): Taking | Fault | null {
    const open = this.#open.get(track);
    if (!open && this.turns.urgency() > 0) return null;
    // what cannot be had is left as it is: who wants to hear it has it tried again
    if (open && contextOf(open).fault !== null) return contextOf(open).fault;
    const taken = this.#take(track, listener);
    if ("code" in taken) return taken;
    taken.spares.add(listener);
    return this.#taking(taken, listener);
  }

  /** Takes a track for its fingerprint alone. @returns null: somebody waits for decoder or analysis */
  survey(track: TrackId, listener: SpareListener): Surveyed | Fault | null {
    const open = this.#open.get(track);
    if (this.turns.urgency() > 0) return null;
    const failed = open && contextOf(open).fault;
    if (failed) return failed;
    const taken = this.#take(track, listener, undefined, true);
    if ("code" in taken) return taken;
    taken.spares.add(listener);
    taken.surveyor = listener;
    const { release } = this.#taking(taken, listener);
    return {
      standing: () => standingOf(taken),
      release: () => {
        if (taken.surveyor === listener) taken.surveyor = null;
        release();
        if (taken.surveyed.isSpare && this.#alive.has(taken))
          taken.actor.send({ type: "track.discard" });
      },
    };
  }

  /** A track that somebody hears the neighbour of. One that cannot be had is left as it is. */
  #holdBeside(track: TrackId, listener: TrackListener): (() => void) | Fault {
    const open = this.#open.get(track);
    const failed = open && contextOf(open).fault;
    if (failed) return failed;
    const taken = this.#take(track, listener);
    if ("code" in taken) return taken;
    taken.neighbours.add(listener);
    return this.#taking(taken, listener).release;
  }

  #findSource(sourceId: SourceId): ReturnType<RenderSpecs["findSource"]> {
    for (const open of this.#alive) {
      const { source, decoded, total, fault: failed } = contextOf(open);
      if (source?.sourceId === sourceId && failed === null) return { source, decoded, total };
    }
    return undefined;
  }

  /** Looks at every open track's file after the library changed. */
  recheckAll(): void {
    for (const open of this.#open.values()) this.#recheck(open, 0);
  }

  /** A segment has been made, and is so loud. */
  measured(id: SegmentId, loudness: SegmentLoudness): void {
    this.#loudness.measured(id, loudness);
  }

  /** The decoded audio of a source is gone: tracks that play it are opened anew. */
  lose(sourceId: SourceId, why: Fault): void {
    this.damaged.pcm++;
    for (const open of [...this.#open.values()])
      if (contextOf(open).source?.sourceId === sourceId)
        open.actor.send({ type: "source.changed", why });
  }

  /** Ends every track, used or not. */
  closeAll(): void {
    this.#ahead.end();
    for (const open of this.#alive) this.#close(open);
  }

  get size(): number {
    return this.#alive.size;
  }

  #begin(track: TrackId): OpenTrack {
    const serial = this.#serial++;
    const id = `track.${track}.${serial}`;
    const book = new VariantBook(this.#config.goals);
    const made: { open?: OpenTrack } = {};
    const { decode, spareSources } = this.#ports;
    const surveyed = new SurveyedSource(decode, spareSources, () => isForSurvey(made.open!));
    const jobs = trackJobs(
      { ...this.#ports, decode: surveyed.decode },
      this.#config.geometry,
      track,
      book,
      this.facts,
      (info) => this.#editions.begin(made.open!, info),
      (event) => made.open!.actor.send(event),
      (kind) => this.damaged[kind]++,
    );
    this.#parts.set(serial, { book, orders: { ...jobs, close: () => this.#close(made.open!) } });
    const actor = this.#children.begin(id, this.#machine);
    // the next processor of the same content decodes it anew, over what this one has left behind
    const facts = () => (contextOf(open).fault === null ? contextOf(open) : nothingDecoded);
    const checkedAtMs = this.#ports.clock.now();
    const listeners = new Set<TrackListener>();
    const spares = new Set<SpareListener>();
    const followers = new Set<Follower>();
    const neighbours = new Set<TrackListener>();
    const awaits = (sourceId: SourceId) =>
      [book.edition?.before, book.edition?.after].some((each) => each?.sourceId === sourceId);
    const users = { listeners, spares, followers, neighbours };
    const kept = { checkedAtMs, held: null, surveyor: null, surveyed };
    const open: OpenTrack = { id, track, actor, book, jobs, ...users, ...kept, facts, awaits };
    made.open = open;
    this.#open.set(track, open);
    this.#alive.add(open);
    actor.send({ type: "track.open", track, serial });
    actor.subscribe((snapshot) => {
      if (snapshot.matches({ life: "expired" })) this.#expire(open, snapshot.context.fault!);
      else for (const listener of [...open.listeners]) listener.changed();
      this.#editions.follow(open);
      this.#ahead.follow(open);
      this.#sourceChanged();
      this.turns.look();
    });
    return open;
  }

  #taking(open: OpenTrack, listener: TrackListener): Taking {
    const asked: VariantName[] = [];
    const [spare, follower] = [listener as SpareListener, listener as Follower];
    // while it is given back others hear of that, and may give it back, too: then it is closed
    const tell = (event: TrackEvent) => {
      if (this.#alive.has(open)) open.actor.send(event);
    };
    const leave = (variant: VariantName) => {
      const at = asked.indexOf(variant);
      if (at < 0) throw new RangeError(`not asked for: ${variant}`);
      asked.splice(at, 1);
      tell({ type: "variant.leave", variant });
    };
    return {
      ask: (variant) => {
        asked.push(variant);
        open.actor.send({ type: "variant.ask", variant });
        if (!open.spares.has(spare)) this.turns.makeWay();
      },
      leave,
      rendition: (variant, rate) => this.#rendition(open, variant, rate),
      ownRate: () => contextOf(open).source?.rate ?? null,
      promote: () => {
        if (open.followers.delete(follower)) this.turns.makeWay();
      },
      recheck: () => this.#recheck(open, recheckMs),
      release: () => {
        if (!open.listeners.delete(listener)) return;
        for (const variant of [...asked]) leave(variant);
        const isNeighbour = open.neighbours.delete(listener);
        const followed = open.followers.delete(follower);
        tell({ type: "track.release" });
        if (open.spares.delete(spare) || followed) {
          // nobody waited for it: it is not finished for its own sake
          if (open.listeners.size === 0) tell({ type: "track.giveWay" });
          // a neighbour may be given back while it tells of a change: nobody is to be sent away from it then
        } else if (!isNeighbour) this.turns.makeWay();
        if (open.listeners.size === 0 && this.#open.get(open.track) !== open) this.#close(open);
      },
    };
  }

  #rendition(open: OpenTrack, variant: VariantName, rate: number): Rendition {
    const context = contextOf(open);
    const { geometry } = this.#config;
    const rendition = renditionOf(context, open.book, geometry, variant, rate);
    if (rendition.status === "ready" && this.#alive.has(open))
      this.#specs.add(specOf(open, geometry, rendition.key, variant, rate), open);
    return rendition;
  }

  #recheck(open: OpenTrack, olderThanMs: number): void {
    const now = this.#ports.clock.now();
    const { signature, fault: failed } = contextOf(open);
    if (signature === null || failed !== null || now - open.checkedAtMs < olderThanMs) return;
    open.checkedAtMs = now;
    open.jobs.recheck(signature);
  }

  #expire(open: OpenTrack, why: Fault): void {
    if (this.#open.get(open.track) !== open) return;
    this.#open.delete(open.track);
    this.#specs.removeOwner(open);
    const listeners = [...open.listeners];
    for (const listener of listeners) listener.expired(why);
    if (open.listeners.size === 0) this.#close(open);
  }

  #close(open: OpenTrack): void {
    if (!this.#alive.delete(open)) return;
    if (this.#open.get(open.track) === open) this.#open.delete(open.track);
    open.jobs.cancelAll();
    open.surveyed.end([...this.#alive].map((each) => contextOf(each).source?.pcmPath));
    this.#editions.end(open);
    this.#specs.removeOwner(open);
    this.#children.end(open.id);
    this.#ahead.look();
    this.#sourceChanged();
    this.turns.look();
  }
}
