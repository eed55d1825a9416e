/** Spare tracks: what a warmer holds of tracks. It takes them when nobody waits for decoder or analysis,
 *  and gives them back as soon as somebody does. */
import type { ReadyRendition } from "../../protocol/hostMessages.ts";
import type { TrackId } from "../../protocol/limits.ts";
import type { VariantName } from "../../protocol/variant.ts";
import type { Taking } from "./openTrack.ts";
import type { OpenTracks } from "./openTracks.ts";

type Spare = { readonly taking: Taking; readonly asked: Set<VariantName> };

export class SpareTracks {
  readonly #tracks: OpenTracks;
  readonly #changed: () => void;
  readonly #spares = new Map<TrackId, Spare>();

  /** @param changed a rendition came along */
  constructor(tracks: OpenTracks, changed: () => void) {
    this.#tracks = tracks;
    this.#changed = changed;
  }

  /** Holds a track, if it can be had now. @param variants whose analysis is wanted: of a track that
   *  somebody listens to it is his affair */
  hold(track: TrackId, variants: readonly VariantName[]): void {
    const spare = this.#spares.get(track) ?? this.#take(track);
    if (!spare) return;
    for (const variant of spare.asked) {
      if (variants.includes(variant)) continue;
      spare.asked.delete(variant);
      spare.taking.leave(variant);
    }
    for (const variant of variants) {
      // what is asked for may have to give way at once, and is given back with all the rest
      if (this.#spares.get(track) !== spare) return;
      if (spare.asked.has(variant)) continue;
      spare.asked.add(variant);
      spare.taking.ask(variant);
    }
  }

  /** Gives back all but these. */
  keep(tracks: readonly TrackId[]): void {
    for (const track of this.#spares.keys()) if (!tracks.includes(track)) this.#release(track);
  }

  /** Of a track that is held; undefined unless it is ready. */
  rendition(track: TrackId, variant: VariantName, rate: number): ReadyRendition | undefined {
    const rendition = this.#spares.get(track)?.taking.rendition(variant, rate);
    return rendition?.status === "ready" ? rendition : undefined;
  }

  releaseAll(): void {
    this.keep([]);
  }

  #take(track: TrackId): Spare | undefined {
    const release = () => this.#release(track);
    const taking = this.#tracks.takeSpare(track, {
      changed: this.#changed,
      expired: release,
      gaveWay: release,
    });
    if (taking === null || "code" in taking) return undefined;
    const spare: Spare = { taking, asked: new Set() };
    this.#spares.set(track, spare);
    return spare;
  }

  #release(track: TrackId): void {
    const spare = this.#spares.get(track);
    this.#spares.delete(track);
    spare?.taking.release();
  }
}
