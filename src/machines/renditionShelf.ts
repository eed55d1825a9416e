/** What is known of renditions: the latest word of the host for each track, variant and rate.
 *  Plain, bounded (the least recently heard of goes first). Looked into many times for every word heard,
 *  so it is searched, newest first, instead of named by text. */
import type { Rendition } from "../protocol/hostMessages.ts";
import type { VariantName } from "../protocol/variant.ts";

const renditionsMax = 64;

export class RenditionShelf {
  /** least recently heard of first */
  private readonly renditions: Rendition[] = [];

  /** Cost O(renditions known). */
  learn(rendition: Rendition): void {
    const at = this.placeOf(rendition.track, rendition.variant, rendition.rate);
    if (at >= 0) this.renditions.splice(at, 1);
    this.renditions.push(rendition);
    if (this.renditions.length > renditionsMax) this.renditions.shift();
  }

  /** Forgets that a track could not be had: it is asked for again, for its file may be another now. */
  forgetFailure(track: string): void {
    for (let at = this.renditions.length - 1; at >= 0; at--) {
      const each = this.renditions[at]!;
      if (each.track === track && each.status === "failed") this.renditions.splice(at, 1);
    }
  }

  /** @param rate Hz. Cost O(renditions heard of since) */
  of(track: string, variant: VariantName, rate: number): Rendition | undefined {
    return this.renditions[this.placeOf(track, variant, rate)];
  }

  private placeOf(track: string, variant: string, rate: number): number {
    let at = this.renditions.length - 1;
    for (; at >= 0; at--) {
      const each = this.renditions[at]!;
      if (each.rate === rate && each.variant === variant && each.track === track) break;
    }
    return at;
  }
}
