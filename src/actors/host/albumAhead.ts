/** Album ahead: has the other tracks of an album analysed while one of them is heard, so that all of them
 *  can share a plan: one at a time, with a rest before each, and only while nobody waits for decoder or
 *  analysis. What a track is made with while it is heard does not change by it.
 *
 *  An album that is longer than the store of decoded audio likes is left alone. */
import type { Catalogue } from "../../ports/catalogue.ts";
import type { Clock, TimerId } from "../../ports/clock.ts";
import type { Fault } from "../../protocol/faults.ts";
import type { TrackId } from "../../protocol/limits.ts";
import type { AlbumFacts } from "./albumFacts.ts";
import { contextOf, isBusy, isUsed, type OpenTrack, type SpareListener } from "./openTrack.ts";

export type AlbumAheadParts = {
  readonly facts: AlbumFacts;
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  readonly alive: ReadonlySet<OpenTrack>;
  /** ms before each */
  readonly restMs: number;
  /** Takes a track for somebody who does not wait. @returns what gives it back; null: not now */
  readonly take: (track: TrackId, listener: SpareListener) => (() => void) | Fault | null;
};

/** seconds of an album that is analysed for its own sake: about half of the store's default budget */
const albumMaxSeconds = 3 * 3600;
/** tracks remembered that could not be analysed */
const failedMax = 1000;

export class AlbumAhead {
  readonly #parts: AlbumAheadParts;
  readonly #failed = new Set<TrackId>();
  readonly #seen = new WeakMap<OpenTrack, string>();
  #timer: TimerId | null = null;
  #held: { readonly track: TrackId; readonly release: () => void } | null = null;

  constructor(parts: AlbumAheadParts) {
    this.#parts = parts;
  }

  /** A track may have changed in what counts here; most of its changes do not. */
  follow(open: OpenTrack): void {
    const { fingerprint, fault, analysisFault } = contextOf(open);
    const faults = `${fault?.code} ${analysisFault?.code}`;
    const now = `${isUsed(open)} ${isBusy(open)} ${fingerprint} ${faults}`;
    if (this.#seen.get(open) === now) return;
    this.#seen.set(open, now);
    this.look();
  }

  /** Goes on with the next track, or stops when nobody hears the album any more. */
  look(): void {
    if (this.#held !== null && this.#isOver(this.#held.track)) this.#release();
    const isWanted = this.#next() !== undefined;
    if (!isWanted && this.#held === null) this.#stopResting();
    if (isWanted && this.#held === null)
      this.#timer ??= this.#parts.clock.setTimeout(() => {
        this.#timer = null;
        this.#begin();
      }, this.#parts.restMs);
  }

  end(): void {
    this.#stopResting();
    this.#release();
  }

  #begin(): void {
    // a track that is taken changes at once, and is looked at before it is held
    const track = this.#held === null ? this.#next() : undefined;
    if (track === undefined) return;
    const taken = this.#parts.take(track, {
      changed: () => this.look(),
      expired: () => this.#release(),
      gaveWay: () => this.#release(),
    });
    if (typeof taken === "function") {
      this.#held = { track, release: taken };
      this.look();
    } else if (taken !== null) this.#fail(track);
    else this.look();
  }

  /** The next track of an album that is heard and has what it needs itself. */
  #next(): TrackId | undefined {
    const { facts, alive } = this.#parts;
    for (const open of alive) {
      if (!isUsed(open) || isBusy(open) || contextOf(open).fault !== null) continue;
      const album = facts.of(open.track);
      const missing = album.find(
        ({ id, fingerprint }) => fingerprint === undefined && !this.#failed.has(id),
      );
      if (missing && this.#isShort(album)) return missing.id;
    }
    return undefined;
  }

  #isShort(album: ReturnType<AlbumFacts["of"]>): boolean {
    let seconds = 0;
    for (const { id } of album) {
      const { framesHint, rateHint } = this.#parts.catalogue.find(id) ?? {};
      seconds += (framesHint ?? 0) / (rateHint || 44_100);
    }
    return seconds <= albumMaxSeconds;
  }

  /** Whether the track that is held was analysed, or cannot be, or is wanted no more. */
  #isOver(track: TrackId): boolean {
    const { alive, facts } = this.#parts;
    const open = [...alive].find((each) => each.track === track);
    const context = open && contextOf(open);
    if (context && (context.fault !== null || context.analysisFault !== null)) {
      this.#fail(track);
      return true;
    }
    if (context?.fingerprint === "known") return true;
    return ![...alive].some(
      (each) => isUsed(each) && facts.of(each.track).some(({ id }) => id === track),
    );
  }

  #fail(track: TrackId): void {
    this.#failed.add(track);
    if (this.#failed.size > failedMax) this.#failed.delete(this.#failed.keys().next().value!);
  }

  #release(): void {
    const held = this.#held;
    this.#held = null;
    held?.release();
  }

  #stopResting(): void {
    if (this.#timer !== null) this.#parts.clock.clearTimeout(this.#timer);
    this.#timer = null;
  }
}
