/** Rendered loudness: puts together what the segments of a rendition are when all of them have been made, so that
 *  *Match loudness* goes by the whole track and no longer by excerpts. Nothing is rendered for its sake. */
import { planText } from "../../audio/plan.ts";
import { joinedLoudness, type SegmentLoudness } from "../../audio/segmentLoudness.ts";
import { parseSegmentId, type SegmentId } from "../../machines/segmentId.ts";
import { resampledLength, segmentCount, type Geometry } from "../../protocol/geometry.ts";
import type { RenderKey } from "../../protocol/limits.ts";
import { contextOf, type OpenTrack } from "./openTrack.ts";
import type { RenderSpec, RenderSpecs } from "./renderSpecs.ts";

/** hops that are kept, eight bytes each: of fifty-five hours; the oldest renditions go */
const hopsMax = 2_000_000;

export class RenderedLoudness {
  readonly #geometry: Geometry;
  readonly #specs: RenderSpecs;
  readonly #alive: ReadonlySet<OpenTrack>;
  readonly #segments = new Map<RenderKey, Map<number, SegmentLoudness>>();
  #hops = 0;

  constructor(geometry: Geometry, specs: RenderSpecs, alive: ReadonlySet<OpenTrack>) {
    this.#geometry = geometry;
    this.#specs = specs;
    this.#alive = alive;
  }

  /** A segment has been made. Tells the listeners of its track when it was the last one that was missing. */
  measured(id: SegmentId, loudness: SegmentLoudness): void {
    const { key, segment } = parseSegmentId(id)!;
    const spec = this.#specs.get(key);
    if (!spec?.plan) return;
    const segments = this.#note(key, segment, loudness);
    const text = planText(spec.plan);
    for (const open of this.#alive) {
      const { source, total } = contextOf(open);
      if (source?.sourceId !== spec.source.sourceId || total === null) continue;
      const length = resampledLength(total, source.rate, spec.rate);
      if (segments.size < segmentCount(this.#geometry, spec.rate, length)) continue;
      this.#tell(open, text, joinedLoudness(segments.values(), spec.rate, length), spec);
    }
  }

  #tell(open: OpenTrack, text: string, loudness: number | null, { source }: RenderSpec): void {
    const variant = open.book.takeLoudness(text, loudness);
    if (variant === undefined) return;
    open.jobs.keepLoudness(source, variant, loudness);
    for (const listener of [...open.listeners]) listener.changed();
  }

  #note(key: RenderKey, segment: number, loudness: SegmentLoudness): Map<number, SegmentLoudness> {
    const known = this.#segments.get(key) ?? new Map<number, SegmentLoudness>();
    this.#segments.delete(key);
    this.#segments.set(key, known);
    this.#hops += loudness.sums.length - (known.get(segment)?.sums.length ?? 0);
    known.set(segment, loudness);
    for (const [oldest, segments] of this.#segments) {
      if (this.#hops <= hopsMax || oldest === key) break;
      for (const { sums } of segments.values()) this.#hops -= sums.length;
      this.#segments.delete(oldest);
    }
    return known;
  }
}
