/** Warming: the shell of one session's warmer. It asks for what the listener will probably want, a few
 *  segments at a time and in no hurry, and holds on to nothing: a segment that was made is left to the
 *  tiers. It takes the track that follows like a session does, but gives way to everybody who waits.
 *
 *  It never asks for what is held, and for nothing twice until the listener plays, seeks or switches anew; what
 *  it keeps in memory and not on disk stays within the session's share of that memory. So it cannot evict
 *  and fetch in circles. */
import { parseSegmentId, segmentId, type SegmentId } from "../../machines/segmentId.ts";
import { warmerMachine, type WarmerEvent } from "../../machines/warmer.machine.ts";
import { warmPlan, type Warmth, type WarmTrack } from "../../machines/warmPlan.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Demand } from "../../protocol/clientMessages.ts";
import { frames, segmentRange } from "../../protocol/geometry.ts";
import type { ReadyRendition } from "../../protocol/hostMessages.ts";
import type { TrackId } from "../../protocol/limits.ts";
import type { VariantName } from "../../protocol/variant.ts";
import type { HostConfig } from "../hostApi.ts";
import type { TierIndex } from "./cacheNews.ts";
import type { Children } from "./children.ts";
import type { OpenTracks } from "./openTracks.ts";
import type { SegmentAccess, SegmentAccessAsk } from "./segmentAccess.ts";
import type { SegmentBytes } from "./segmentBytes.ts";
import { SpareTracks } from "./spareTracks.ts";

export type WarmingParts = {
  /** of the session: its asks take turns with those of others */
  readonly name: string;
  readonly clock: Clock;
  readonly config: HostConfig;
  readonly children: Children;
  readonly tracks: OpenTracks;
  readonly access: SegmentAccess;
  readonly bytes: SegmentBytes;
  readonly index: TierIndex;
  readonly isOnDisk: (id: SegmentId) => boolean;
  /** bytes of memory that this session may fill ahead of what it plays */
  readonly shareBytes: () => number;
};

type Asked = {
  readonly ask: SegmentAccessAsk;
  readonly isOriginal: boolean;
  readonly priority: Warmth["priority"];
};
type Warmed = { readonly track: TrackId; readonly bytes: number; readonly isOriginal: boolean };

/** asks at a time: one runs, one follows it, and the others may wait for their source */
const asksMax = 4;
/** what was listened to within this time is looked at again, and at most so many */
const recentMs = 60_000;
const recentMax = 4;
/** of what may be kept in memory: originals never go to disk, and are soon read again */
const originalsShare = 0.5;
/** ms until a segment that failed is asked for again */
const restMs = 5000;
/** what is warmed is due when everything that somebody waits for has been made */
const dueMs = 60_000;

export class Warming {
  readonly #parts: WarmingParts;
  readonly #id: string;
  readonly #send: (event: WarmerEvent) => void;
  readonly #spares: SpareTracks;
  readonly #asks = new Map<SegmentId, Asked>();
  /** asked for since the listener began anew */
  readonly #warmed = new Map<SegmentId, Warmed>();
  readonly #resting = new Map<SegmentId, number>();
  /** variants of the head's track, and when each was the head's last */
  readonly #recent = new Map<VariantName, number>();
  #demand: Demand | undefined;

  constructor(parts: WarmingParts) {
    this.#parts = parts;
    this.#id = `${parts.name}.warmer`;
    const machine = warmerMachine(parts.config.warming.spreadMs, {
      forget: () => this.#forget(),
      warm: (isSpreading) => this.#warm(isSpreading),
      rest: () => this.#rest(),
    });
    const actor = parts.children.begin(this.#id, machine);
    this.#send = (event) => actor.send(event);
    this.#spares = new SpareTracks(parts.tracks, () => this.changed());
  }

  /** Where the listener is now; undefined: the demand was withdrawn. */
  follow(demand: Demand | undefined): void {
    const before = this.#demand?.head;
    if (demand?.head?.track !== before?.track) this.#recent.clear();
    // until now
    else if (before) this.#noteRecent(before.variant, this.#parts.clock.now());
    this.#demand = demand;
    const { head, playing = false, rate = 0 } = demand ?? {};
    if (!head) return this.#send({ type: "listener.left" });
    this.#send({ type: "listener.heard", ...head, rate, playing, atMs: this.#parts.clock.now() });
  }

  /** A rendition came along. */
  changed(): void {
    this.#send({ type: "supply.changed" });
  }

  end(): void {
    this.#send({ type: "warmer.close" });
    this.#parts.children.end(this.#id);
  }

  get askCount(): number {
    return this.#asks.size;
  }

  /** Only what was heard for what it is: one that is not ready would have to be analysed for nobody. */
  #noteRecent(variant: VariantName, atMs: number): void {
    for (const [name, lastMs] of this.#recent)
      if (atMs - lastMs > recentMs) this.#recent.delete(name);
    const track = this.#demand!.head!.track;
    if (!this.#spares.rendition(track, variant, this.#demand!.rate)) return;
    this.#recent.delete(variant);
    this.#recent.set(variant, atMs);
    if (this.#recent.size > recentMax) this.#recent.delete(this.#recent.keys().next().value!);
  }

  #forget(): void {
    const { head, next } = this.#demand!;
    this.#resting.clear();
    for (const [id, { track }] of this.#warmed)
      if ((track !== head!.track && track !== next?.track) || !this.#isHeld(id))
        this.#warmed.delete(id);
  }

  #rest(): void {
    for (const { ask } of [...this.#asks.values()].reverse()) ask.release(false);
    this.#asks.clear();
    this.#spares.releaseAll();
  }

  #warm(isSpreading: boolean): void {
    const { bytes } = this.#parts;
    for (const [id, { ask }] of this.#asks) {
      if (!bytes.isComplete(id)) continue;
      this.#asks.delete(id);
      ask.release(true);
    }
    const wanted = this.#wanted(isSpreading);
    for (const [id, { ask, isOriginal }] of [...this.#asks].reverse()) {
      if (wanted.has(id)) continue;
      this.#asks.delete(id);
      this.#warmed.delete(id);
      // he listens on: what runs may come to its end while nobody needs its place
      ask.release(!isOriginal);
    }
    for (const [id, warmth] of wanted) this.#ask(id, warmth);
  }

  /** The first few of the plan that are lacking. */
  #wanted(isSpreading: boolean): ReadonlyMap<SegmentId, Warmth> {
    const { config, clock } = this.#parts;
    const { head, next, rate, wants } = this.#demand!;
    const { track, variant, frame } = head!;
    const nowMs = clock.now();
    const counterpart =
      wants.findLast((want) => want.track === track && want.variant !== variant)?.variant ?? null;
    const sides = counterpart === null ? [variant] : [counterpart, variant];
    this.#spares.hold(track, []);
    const ready = sides.map((name) => this.#spares.rendition(track, name, rate));
    const heard = ready.at(-1) ?? ready[0];
    // what follows is opened when what sounds needs neither decoder nor analysis
    const share = this.#parts.shareBytes();
    const isOpened = next && next.track !== track && heard?.exact && share > 0;
    const follows = isOpened ? next.track : null;
    this.#spares.keep(follows === null ? [track] : [track, follows]);
    if (follows !== null) this.#spares.hold(follows, sides);
    const coming = sides.map((name) => follows && this.#spares.rendition(follows, name, rate));
    const out = new Map<SegmentId, Warmth>();
    let left = share;
    let originalsLeft = share * originalsShare;
    for (const [id, { bytes, isOriginal }] of this.#warmed) {
      if (!this.#parts.isOnDisk(id)) left -= bytes;
      if (isOriginal) originalsLeft -= bytes;
    }
    const plan = warmPlan({
      geometry: config.geometry,
      rate,
      heard: lengthOf(track, heard),
      variant,
      frame,
      counterpart,
      recent: [...this.#recent.keys()].reverse(),
      next: follows === null ? null : lengthOf(follows, coming.find((one) => !!one) || undefined),
      aroundSeconds: config.warming.aroundSeconds,
      isSpreading,
    });
    for (const warmth of plan) {
      if (out.size >= asksMax) break;
      const rendition = this.#spares.rendition(warmth.track, warmth.variant, rate);
      if (!rendition) continue;
      const id = segmentId(rendition.key, warmth.segment);
      if (this.#asks.has(id)) {
        out.set(id, warmth);
        continue;
      }
      if (this.#warmed.has(id) || this.#isHeld(id)) continue;
      if ((this.#resting.get(id) ?? 0) > nowMs) continue;
      const size = this.#bytesOf(rendition, warmth.segment);
      const isOriginal = warmth.variant === "original";
      if (isOriginal && size > originalsLeft) continue;
      if (size > left) break;
      left -= size;
      if (isOriginal) originalsLeft -= size;
      this.#warmed.set(id, { track: warmth.track, bytes: size, isOriginal });
      out.set(id, warmth);
    }
    return out;
  }

  #ask(id: SegmentId, { variant, priority }: Warmth): void {
    const { access, clock, bytes, name } = this.#parts;
    const deadlineMs = clock.now() + dueMs;
    const known = this.#asks.get(id);
    if (known) {
      if (known.priority === priority) return;
      known.ask.urge(priority, deadlineMs);
      this.#asks.set(id, { ...known, priority });
      return;
    }
    let isOver = false; // it may fail before `ask` returns
    const listener = {
      advanced: () => {
        if (bytes.isComplete(id)) this.changed();
      },
      failed: () => {
        isOver = true;
        this.#asks.delete(id);
        this.#warmed.delete(id);
        this.#resting.set(id, clock.now() + restMs);
      },
    };
    const asker = { name, isAhead: true };
    const ask = access.ask(id, variant === "original", priority, deadlineMs, listener, asker);
    if (!isOver) this.#asks.set(id, { ask, isOriginal: variant === "original", priority });
  }

  #isHeld(id: SegmentId): boolean {
    const { key, segment } = parseSegmentId(id)!;
    return this.#parts.index.of(key).has(segment);
  }

  #bytesOf({ frames: length, exact, channels, rate }: ReadyRendition, segment: number): number {
    const { geometry } = this.#parts.config;
    const total = exact ? length : Number.MAX_SAFE_INTEGER;
    const { from, until } = segmentRange(geometry, rate, segment, frames(total));
    return (until - from) * channels * 2;
  }
}

function lengthOf(track: TrackId, rendition: ReadyRendition | undefined): WarmTrack {
  if (!rendition) return { track, frames: frames(0), isWhole: false };
  const { exact, frames: length, decoded } = rendition;
  return { track, frames: frames(exact ? length : decoded), isWhole: exact };
}
