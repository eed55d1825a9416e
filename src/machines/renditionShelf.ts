/** What is known of renditions: the latest word of the host for each track, variant and rate.
 *  Plain, bounded (the least recently heard of goes first), O(1). */
import type { Rendition } from "../protocol/hostMessages.ts";
import type { VariantName } from "../protocol/variant.ts";

const renditionsMax = 64;

export class RenditionShelf {
  private readonly renditions = new Map<string, Rendition>();

  learn(rendition: Rendition): void {
    const name = nameOf(rendition.track, rendition.variant, rendition.rate);
    this.renditions.delete(name);
    this.renditions.set(name, rendition);
    if (this.renditions.size > renditionsMax)
      this.renditions.delete(this.renditions.keys().next().value!);
  }

  /** @param rate Hz */
  of(track: string, variant: VariantName, rate: number): Rendition | undefined {
    return this.renditions.get(nameOf(track, variant, rate));
  }
}

function nameOf(track: string, variant: string, rate: number): string {
  return `${track} ${variant} ${rate}`;
}
