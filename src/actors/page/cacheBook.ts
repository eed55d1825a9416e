/** Cache book: what the host has said of the segments of each rendering, for the map that the page shows. */
import type { RenderKey } from "../../protocol/limits.ts";
import type { PageReport } from "../../protocol/pageMessages.ts";

type Told = Extract<PageReport, { type: "cache/told" }>;

/** renderings that are remembered: both sides of a track or two, and some presets */
const keysMax = 12;

export class CacheBook {
  readonly #books = new Map<
    RenderKey,
    { seconds: number; readonly letters: Map<number, string> }
  >();

  hear({ key, segmentSeconds, segments }: Told): void {
    const book = this.#books.get(key) ?? { seconds: segmentSeconds, letters: new Map() };
    // the last one that was told of is the last to go
    this.#books.delete(key);
    this.#books.set(key, book);
    for (const { segment, tier, readyInMs } of segments) {
      if (tier !== null) book.letters.set(segment, tier === "L3" ? "d" : "m");
      else if (readyInMs !== null) book.letters.set(segment, "c");
      else book.letters.delete(segment);
    }
    for (const oldest of this.#books.keys()) {
      if (this.#books.size <= keysMax) break;
      this.#books.delete(oldest);
    }
  }

  /** The host is another, or has forgotten what it had told: it tells all anew. */
  forget(): void {
    this.#books.clear();
  }

  /** Length of a segment, s; 0 while nothing is known of the rendering. */
  segmentSeconds(key: RenderKey | undefined): number {
    return (key !== undefined && this.#books.get(key)?.seconds) || 0;
  }

  /** One letter for each segment: `m` in the host's memory, `d` on its disk, `c` on its way, `-` neither.
   *  @param seconds length of the track @returns empty when nothing is known of the rendering */
  map(key: RenderKey | undefined, seconds: number): string {
    const book = key === undefined ? undefined : this.#books.get(key);
    if (!book || !(seconds > 0)) return "";
    const count = Math.max(1, Math.ceil(seconds / book.seconds - 1e-6));
    return Array.from({ length: count }, (_, segment) => book.letters.get(segment) ?? "-").join("");
  }
}
