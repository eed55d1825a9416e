/** Album editions: chooses what each open track is made with, and has its neighbours opened where their
 *  samples are needed.
 *
 *  The edition is chosen when the fingerprint becomes known, and anew as long as nobody is to hear the
 *  track. Whoever hears it keeps it: what becomes known of the album meanwhile counts from the next time
 *  that the track is taken. A player that comes back to a host which began anew goes on with what it
 *  holds. Only a neighbour that fails, or whose file is another now, is dropped at once; the plan stays. */
import { editionOf, loneEdition, type Edition, type Neighbour } from "../../machines/edition.ts";
import { isHeldOf } from "../../machines/renditionOf.ts";
import type { SourceInfo } from "../../ports/decoder.ts";
import type { Fault } from "../../protocol/faults.ts";
import type { Geometry } from "../../protocol/geometry.ts";
import type { TrackId } from "../../protocol/limits.ts";
import type { AlbumFacts } from "./albumFacts.ts";
import { contextOf, isUsed, type OpenTrack, type TrackListener } from "./openTrack.ts";

export type AlbumEditionsParts = {
  readonly geometry: Geometry;
  readonly facts: AlbumFacts;
  /** tracks that can be taken, and every one that lives */
  readonly open: ReadonlyMap<TrackId, OpenTrack>;
  readonly alive: ReadonlySet<OpenTrack>;
  /** Takes a track for the sake of its neighbour. @returns what gives it back */
  readonly hold: (track: TrackId, listener: TrackListener) => (() => void) | Fault;
};

type Side = "before" | "after";
type Held = { readonly neighbour: Neighbour; readonly release: () => void };

const sides: readonly Side[] = ["before", "after"];

export class AlbumEditions {
  readonly #parts: AlbumEditionsParts;
  readonly #held = new Map<OpenTrack, Map<Side, Held>>();

  constructor(parts: AlbumEditionsParts) {
    this.#parts = parts;
  }

  /** The fingerprint of a track is in its book, and nothing was made with it yet. */
  begin(open: OpenTrack, source: SourceInfo): void {
    open.book.offerEdition(this.#choose(open, source));
    open.book.takeEdition();
    for (const other of this.#parts.alive) if (other !== open) this.renew(other);
  }

  /** Chooses anew, unless somebody is to hear it as it is. */
  renew(open: OpenTrack): void {
    const { source, fault } = contextOf(open);
    if (isUsed(open) || !source || fault !== null || !open.book.fingerprint) return;
    if (open.book.offerEdition(this.#choose(open, source)))
      open.actor.send({ type: "edition.take" });
  }

  /** Holds the neighbours of a track that is heard once it is decoded itself, and of no other. */
  follow(open: OpenTrack): void {
    const { total, fault } = contextOf(open);
    const isHeard = this.#parts.alive.has(open) && isUsed(open) && fault === null;
    const edition = isHeard && total !== null ? open.book.edition : undefined;
    for (const side of sides) {
      const wanted = edition?.[side] ?? null;
      const held = this.#held.get(open)?.get(side);
      if (held && held.neighbour.sourceId !== wanted?.sourceId) this.#release(open, side);
      if (wanted && held?.neighbour.sourceId !== wanted.sourceId) this.#hold(open, side, wanted);
    }
  }

  /** Gives back whatever is held for a track. */
  end(open: OpenTrack): void {
    for (const side of sides) this.#release(open, side);
  }

  #choose(open: OpenTrack, source: SourceInfo): Edition {
    const { facts, geometry } = this.#parts;
    const { held, book } = open;
    const own = book.fingerprint!;
    const whole = editionOf(open.track, source, own, facts.of(open.track));
    const { before } = whole;
    const headOnly = { ...whole, before: null };
    if (held && held.keys.size > 0) {
      const made = [whole, headOnly, { ...whole, after: null }, { ...headOnly, after: null }];
      const known = [...(book.edition ? [book.edition] : []), ...made, loneEdition(own)];
      const resumed = known.find((each) => isHeldOf(each, source, geometry, held, book.goals));
      if (resumed) return resumed;
    }
    return before === null || this.#isAtHand(before) ? whole : headOnly;
  }

  #isAtHand({ track, sourceId, total }: Neighbour): boolean {
    const found = this.#parts.open.get(track);
    const context = found && contextOf(found);
    const isSame = context?.source?.sourceId === sourceId && context.total === total;
    return isSame && context.fault === null;
  }

  #hold(open: OpenTrack, side: Side, neighbour: Neighbour): void {
    const taken = this.#parts.hold(neighbour.track, {
      changed: () => this.#look(open, side, neighbour),
      // what is decoded of it may be gone, and its content the same: that is seen when it is opened anew
      expired: () => {
        this.#release(open, side);
        this.follow(open);
      },
    });
    if (typeof taken !== "function") return this.#drop(open, side, neighbour);
    const held = this.#held.get(open) ?? new Map<Side, Held>();
    this.#held.set(open, held.set(side, { neighbour, release: taken }));
    this.#look(open, side, neighbour);
  }

  /** Looks whether a neighbour is what it was taken for. */
  #look(open: OpenTrack, side: Side, neighbour: Neighbour): void {
    const found = this.#parts.open.get(neighbour.track);
    if (!found) return;
    const { source, total, fault } = contextOf(found);
    const isOther = source !== null && source.sourceId !== neighbour.sourceId;
    if (fault !== null || isOther || (total !== null && total !== neighbour.total))
      this.#drop(open, side, neighbour);
  }

  #drop(open: OpenTrack, side: Side, neighbour: Neighbour): void {
    this.#release(open, side);
    const { edition } = open.book;
    if (!edition || edition[side]?.sourceId !== neighbour.sourceId) return;
    open.book.offerEdition({ ...edition, [side]: null });
    open.actor.send({ type: "edition.take" });
  }

  #release(open: OpenTrack, side: Side): void {
    const held = this.#held.get(open);
    const { release } = held?.get(side) ?? {};
    held?.delete(side);
    if (held?.size === 0) this.#held.delete(open);
    release?.();
  }
}
