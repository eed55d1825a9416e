/** Near segments: what a listener is at. The segment that sounds and the next, of the variant that is heard and
 *  of its A/B counterpart: two lists of two at most. Pure. */
import type { Demand } from "../protocol/clientMessages.ts";
import { frames, intervalFrames, locate, type Geometry } from "../protocol/geometry.ts";
import type { TrackId } from "../protocol/limits.ts";
import type { VariantName } from "../protocol/variant.ts";
import type { Resolve } from "./sendPlan.ts";
import { segmentId, type SegmentId } from "./segmentId.ts";

/** Segment ids, what is heard first; the beginning of the track that follows counts as the next when the last
 *  segment sounds. Renderings that are not ready are left out.
 *  @param resolve what a track in a variant means to the host now. Cost O(wants) */
export function nearSegments(
  geometry: Geometry,
  demand: Demand | undefined,
  resolve: Resolve,
): readonly SegmentId[] {
  if (!demand?.head) return [];
  const { head, next, rate, wants } = demand;
  const counterpart = counterpartOf(demand);
  const variants = counterpart === null ? [head.variant] : [head.variant, counterpart];
  const here = locate(geometry, rate, frames(head.frame)).segment;
  const interval = intervalFrames(geometry, rate);
  const follows = next && wants.some(({ track }) => track === next.track) ? next.track : null;
  const at = (segment: number, track: TrackId | null, variant: VariantName) => {
    const rendition = track === null ? undefined : resolve(track, variant);
    const isThere = rendition && segment * interval < rendition.end;
    return isThere ? [segmentId(rendition.key, segment)] : [];
  };
  const after = (variant: VariantName) => {
    const own = at(here + 1, head.track, variant);
    return own.length > 0 ? own : at(0, follows, variant);
  };
  return [
    ...new Set([
      ...variants.flatMap((variant) => at(here, head.track, variant)),
      ...variants.flatMap(after),
    ]),
  ];
}

/** The other side of A/B of what is heard, as far as the demand names one. */
function counterpartOf({ head, wants }: Demand): VariantName | null {
  const other = wants.findLast(
    ({ track, variant }) => track === head?.track && variant !== head.variant,
  );
  return other?.variant ?? null;
}
