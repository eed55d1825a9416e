/** Render specs: what the render key of an open track stands for, so that a key and an index are
 *  enough to order a segment. A key lives as long as a track that yields it is open. */
import type { Plan } from "../../audio/plan.ts";
import type { BesidePart } from "../../audio/renderKey.ts";
import { readsBeside, sourceRangeFor } from "../../audio/renderSegment.ts";
import { resamplerReach } from "../../audio/resample.ts";
import { parseSegmentId, type SegmentId } from "../../machines/segmentId.ts";
import type { Readiness } from "../../machines/renderScheduler.machine.ts";
import type { SourceId, SourceInfo } from "../../ports/decoder.ts";
import type { BesideSource, RenderRequest } from "../../ports/renderEngine.ts";
import { fault, type Fault } from "../../protocol/faults.ts";
import { frames, intervalFrames, resampledLength, segmentRange } from "../../protocol/geometry.ts";
import type { Frames, Geometry } from "../../protocol/geometry.ts";
import type { RenderKey } from "../../protocol/limits.ts";

/** least part of an original that is worth a job of its own */
const partSeconds = 0.25;

export type RenderSpec = {
  readonly key: RenderKey;
  readonly source: SourceInfo;
  readonly plan: Plan | null;
  readonly rate: number;
  /** the tracks of its album whose samples enter its first and its last segment */
  readonly beside: { readonly before: BesidePart | null; readonly after: BesidePart | null };
};

/** How far a source is decoded. */
export type DecodedFacts = { readonly decoded: Frames; readonly total: Frames | null };

export const nothingDecoded: DecodedFacts = { decoded: frames(0), total: null };

export type SpecOwner = {
  /** now; nothing when the decode has failed, or the file is another */
  readonly facts: () => DecodedFacts;
  /** whether it will have that neighbour opened, if it is not; false: there is no such source any more */
  readonly awaits: (sourceId: SourceId) => boolean;
};

/** What is decoded of any open source. */
export type FindSource = (
  sourceId: SourceId,
) => (DecodedFacts & { readonly source: SourceInfo }) | undefined;

export class RenderSpecs {
  /** set by whoever opens tracks */
  findSource: FindSource = () => undefined;
  readonly #geometry: Geometry;
  readonly #specs = new Map<RenderKey, RenderSpec>();
  readonly #owners = new Map<RenderKey, Set<SpecOwner>>();

  constructor(geometry: Geometry) {
    this.#geometry = geometry;
  }

  add(spec: RenderSpec, owner: SpecOwner): void {
    const owners = this.#owners.get(spec.key);
    if (owners) return void owners.add(owner);
    this.#specs.set(spec.key, spec);
    this.#owners.set(spec.key, new Set([owner]));
  }

  /** The track is closed: what no other open track yields is forgotten. */
  removeOwner(owner: SpecOwner): void {
    for (const [key, owners] of this.#owners) {
      if (!owners.delete(owner) || owners.size > 0) continue;
      this.#owners.delete(key);
      this.#specs.delete(key);
    }
  }

  get(key: RenderKey): RenderSpec | undefined {
    return this.#specs.get(key);
  }

  get size(): number {
    return this.#specs.size;
  }

  /** The order for a segment, or why there can be none. Its range is whole segments while the
   *  length of the track is not known. */
  request(id: SegmentId): RenderRequest | Fault {
    return (
      this.#order(id) ?? fault("render-failed", "The neighbouring track is not decoded any more.")
    );
  }

  /** @returns null while a neighbour is lacking */
  #order(id: SegmentId): RenderRequest | Fault | null {
    const { key, segment } = parseSegmentId(id)!;
    const spec = this.#specs.get(key);
    if (!spec) return fault("source-changed", "The track was closed or is another file now.");
    const { source, plan, rate } = spec;
    const sourceFrames = this.#facts(key).total;
    const total =
      sourceFrames === null
        ? frames((segment + 1) * intervalFrames(this.#geometry, rate))
        : resampledLength(sourceFrames, source.rate, rate);
    const range = segmentRange(this.#geometry, rate, segment, total);
    if (range.until === range.from)
      return fault("chunk-out-of-range", "The track ends before this segment.");
    const geometry = this.#geometry;
    const request = { key, source, sourceFrames, plan, geometry, rate, segment, range };
    const { before, after } = spec.beside;
    if (!before && !after) return request;
    const reads = readsBeside(request);
    const earlier = reads.before ? this.#beside(key, before, true) : undefined;
    const later = reads.after ? this.#beside(key, after, false) : undefined;
    for (const each of [earlier, later]) if (each === null || (each && "code" in each)) return each;
    return { ...request, before: earlier as BesideSource, after: later as BesideSource };
  }

  /** @param isTail whether its end is read, else its beginning @returns null while it is lacking */
  #beside(
    key: RenderKey,
    part: BesidePart | null,
    isTail: boolean,
  ): BesideSource | Fault | null | undefined {
    if (!part) return undefined;
    const { sourceId } = part;
    const found = this.findSource(sourceId);
    if (found && (found.total !== null || (!isTail && found.decoded >= part.frames)))
      return { source: found.source, total: found.total, frames: frames(part.frames) };
    const isAwaited = [...(this.#owners.get(key) ?? [])].some((owner) => owner.awaits(sourceId));
    return isAwaited ? null : fault("source-changed", "The neighbouring track is another one now.");
  }

  readiness(id: SegmentId): Readiness {
    const request = this.#order(id);
    if (request === null) return "waiting";
    if ("code" in request) return request;
    const { decoded, total } = this.#facts(request.key);
    if (total !== null) return "ready";
    const { until } = sourceRangeFor(request);
    if (decoded >= until) return "ready";
    // whose plan was known before: it is rendered whole
    if (request.plan !== null) return "waiting";
    // an original begins with what is there, if its segment surely lies inside the track
    const isInside = (request.source.framesHint ?? 0) >= until;
    return isInside && this.renderableUntil(request) > request.range.from ? "ready" : "waiting";
  }

  /** How far `request`, or what is left of it, can be rendered now. An enhanced segment is rendered
   *  whole; an original in parts as its source is decoded, since its frames do not depend on each
   *  other. @returns its end, its start when it has to wait, or something worth a job between */
  renderableUntil(request: RenderRequest): Frames {
    const { plan, source, rate, range } = request;
    const { decoded, total } = this.#facts(request.key);
    if (total !== null || plan !== null) return range.until;
    const known =
      source.rate === rate
        ? decoded
        : Math.floor(((decoded - resamplerReach(source.rate, rate)) * rate) / source.rate);
    if (known >= range.until) return range.until;
    return known - range.from >= partSeconds * rate ? frames(known) : range.from;
  }

  /** Of several tracks with the same content, the one that is decoded furthest. */
  #facts(key: RenderKey): DecodedFacts {
    let best: DecodedFacts | undefined;
    for (const owner of this.#owners.get(key) ?? []) {
      const facts = owner.facts();
      if (facts.total !== null) return facts;
      if (!best || facts.decoded > best.decoded) best = facts;
    }
    return best ?? nothingDecoded;
  }
}
