/** What to ask the host for: a pure function of where the listener is and what is held. */
import type { Want } from "../protocol/clientMessages.ts";
import type { VariantName } from "../protocol/variant.ts";
import type { WindowCache } from "./windowCache.ts";

/** One lane that needs slices: the one that sounds, or the one that is being prepared. */
export type LaneNeed = {
  readonly track: string;
  readonly variant: VariantName;
  /** null while the rendition is not known */
  readonly key: string | null;
  /** next frame that will sound */
  readonly from: number;
  /** length of the rendering when exact, else a large number */
  readonly end: number;
  readonly urgentFrames: number;
  readonly aheadFrames: number;
};

/** @param grid frames; the far end of a want is rounded down to it, so that a demand changes in
 *    steps and not with every quantum
 *  @param other the other side of A/B, of interest without samples
 *  @returns wants, most important first, at most `max` */
export function planWants(
  needs: readonly LaneNeed[],
  other: VariantName | null,
  window: WindowCache,
  grid: number,
  max: number,
): Want[] {
  const wants: Want[] = [];
  for (const need of needs) {
    const near = need.from + Math.min(need.urgentFrames, need.aheadFrames);
    wants.push(...lacking(need, "urgent", need.from, near, window));
  }
  for (const need of needs) {
    const near = need.from + need.urgentFrames;
    const far = Math.floor((need.from + need.aheadFrames) / grid) * grid;
    if (far > near) wants.push(...lacking(need, "bulk", near, far, window));
  }
  const first = needs[0];
  const kept = wants.slice(0, max - needs.length - 1);
  // an empty want says that the state of the rendition is of interest
  for (const { track, variant, from } of needs)
    if (!kept.some((want) => want.track === track && want.variant === variant))
      kept.push({ track, variant, lane: "bulk", from, until: from });
  if (first && other)
    kept.push({
      track: first.track,
      variant: other,
      lane: "bulk",
      from: first.from,
      until: first.from,
    });
  return kept;
}

function lacking(
  { track, variant, key, end }: LaneNeed,
  lane: Want["lane"],
  from: number,
  until: number,
  window: WindowCache,
): Want[] {
  const last = Math.min(end, until);
  const gaps = window.gaps(key, Math.min(from, last), last);
  return gaps.map((gap) => ({ track, variant, lane, ...gap }));
}

/** Identity of a demand: two plans with the same one ask for the same, though the near end has moved
 *  on as slices came in. Wants are compared by track, variant, lane and far end; one without frames
 *  asks the same wherever the playhead is. */
export function demandSignature(wants: readonly Want[]): string {
  const far = new Map<string, number>();
  for (const want of wants) {
    const name = `${want.track} ${want.variant} ${want.lane}`;
    const until = want.from < want.until ? want.until : 0;
    far.set(name, Math.max(far.get(name) ?? 0, until));
  }
  return [...far].map(([name, until]) => `${name} ${until}`).join("; ");
}

/** Whether a plan asks for nothing that was not asked for before it, and leaves out only what is held since: the
 *  host, which sent it, need not be told.
 *  @param needs that the plan is for @param window that they were held against
 *  Cost O(wants² + slices in what was asked for). */
export function isFulfilment(
  asked: readonly Want[],
  wants: readonly Want[],
  needs: readonly LaneNeed[],
  window: WindowCache,
): boolean {
  const isCovered = (want: Want, by: readonly Want[]): boolean =>
    by.some(
      (other) =>
        isOfOne(other, want) &&
        (!isFilled(want) ||
          (other.lane === want.lane && other.from <= want.from && want.until <= other.until)),
    );
  if (!wants.every((want) => isCovered(want, asked))) return false;
  return asked.every((before) => {
    if (!wants.some((want) => isOfOne(want, before))) return false;
    if (!isFilled(before)) return true;
    const need = needs.find((each) => isOfOne(each, before));
    if (!need) return false;
    const until = Math.min(before.until, need.end);
    const lacking = window.gaps(need.key, Math.min(before.from, until), until);
    return lacking.every((gap) => isCovered({ ...before, ...gap }, wants));
  });
}

type Rendered = Pick<Want, "track" | "variant">;

function isOfOne(one: Rendered, other: Rendered): boolean {
  return one.track === other.track && one.variant === other.variant;
}

function isFilled({ from, until }: Want): boolean {
  return from < until;
}
