/** Warm plan: which segments a listener will probably want, most important first. Pure.
 *
 *    low         both sides of A/B around the head: where it is, what follows, then ever farther away,
 *                ahead before behind; between them the present segment of what was listened to just now;
 *                then the beginning of the track that follows
 *    background  the rest of the track as it is heard, once it has been listened to for a while */
import { intervalFrames, segmentCount, type Frames, type Geometry } from "../protocol/geometry.ts";
import type { TrackId } from "../protocol/limits.ts";
import type { VariantName } from "../protocol/variant.ts";

export type WarmTrack = {
  readonly track: TrackId;
  /** frames that can be rendered by now */
  readonly frames: Frames;
  /** whether those are all there are; if not, a segment that is cut by them is left out */
  readonly isWhole: boolean;
};

export type WarmScene = {
  readonly geometry: Geometry;
  /** Hz */
  readonly rate: number;
  readonly heard: WarmTrack;
  readonly variant: VariantName;
  /** where the listener is */
  readonly frame: number;
  /** the other side of A/B */
  readonly counterpart: VariantName | null;
  /** variants that were listened to just now, newest first */
  readonly recent: readonly VariantName[];
  /** the track that follows */
  readonly next: WarmTrack | null;
  /** how far around the head both sides are warmed */
  readonly aroundSeconds: number;
  /** whether the rest of the track is, too */
  readonly isSpreading: boolean;
};

export type Warmth = {
  readonly track: TrackId;
  readonly variant: VariantName;
  readonly segment: number;
  readonly priority: "low" | "background";
};

/** segments of the track that follows */
const nextSegments = 2;

/** Each segment of a variant at most once. Lazy: whoever wants a few pays for a few. */
export function* warmPlan(scene: WarmScene): Generator<Warmth> {
  const { heard, variant, counterpart, recent, next } = scene;
  const sides = counterpart === null ? [variant] : [variant, counterpart];
  const count = countOf(scene, heard);
  const { here, first, last } = surroundings(scene, count);
  for (const segment of outwards(here, first, last)) {
    yield* each(heard.track, sides, segment);
    if (segment === here)
      yield* each(
        heard.track,
        recent.filter((name) => !sides.includes(name)),
        segment,
      );
  }
  if (next && next.track !== heard.track)
    for (let segment = 0; segment < Math.min(nextSegments, countOf(scene, next)); segment++)
      yield* each(next.track, sides, segment);
  if (!scene.isSpreading) return;
  for (let segment = last + 1; segment < count; segment++)
    yield { track: heard.track, variant, segment, priority: "background" };
  for (let segment = Math.min(first, count) - 1; segment >= 0; segment--)
    yield { track: heard.track, variant, segment, priority: "background" };
}

function* each(
  track: TrackId,
  variants: readonly VariantName[],
  segment: number,
): Generator<Warmth> {
  for (const variant of variants) yield { track, variant, segment, priority: "low" };
}

/** The head's segment, then the one behind it, then by turns one more ahead and one before.
 *  @param first inclusive @param last inclusive; nothing when it is before `first` */
function* outwards(here: number, first: number, last: number): Generator<number> {
  if (last < first) return;
  yield here;
  let before = here - 1;
  for (let ahead = here + 1; ahead <= last || before >= first; ahead++) {
    if (ahead <= last) yield ahead;
    if (ahead > here + 1 || ahead > last) if (before >= first) yield before--;
  }
}

function surroundings(
  { geometry, rate, frame, aroundSeconds }: WarmScene,
  count: number,
): { readonly here: number; readonly first: number; readonly last: number } {
  const interval = intervalFrames(geometry, rate);
  const around = Math.round(aroundSeconds * rate);
  const at = (position: number) =>
    Math.max(0, Math.min(count - 1, Math.floor(Math.max(0, position) / interval)));
  if (count === 0) return { here: 0, first: 0, last: -1 };
  return { here: at(frame), first: at(frame - around), last: at(frame + around) };
}

function countOf({ geometry, rate }: WarmScene, { frames, isWhole }: WarmTrack): number {
  if (isWhole) return segmentCount(geometry, rate, frames);
  return Math.floor(frames / intervalFrames(geometry, rate));
}
