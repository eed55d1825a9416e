/** What the player machine knows and hears, and the two places where a target is worked out. */
import type { Fault } from "../protocol/faults.ts";
import type { TrackId } from "../protocol/limits.ts";
import type { VariantName } from "../protocol/variant.ts";

export type Target = {
  readonly track: TrackId;
  /** frames at the output's rate */
  readonly frame: number;
  readonly variant: VariantName;
  /** go on where the lane that sounds is, if it is of this generation or a later one: since then every
   *  intention kept the place. Which of them was committed is only known when it is too late to ask */
  readonly alignTo: number | null;
};
type Posted = {
  readonly generation: number;
  readonly target: Target;
  /** it is to take over without a click */
  readonly follows: boolean;
};
export type Heard = Omit<Target, "alignTo"> & { readonly generation: number };

/** What follows the lane that sounds when that comes to its end, without a click. */
type Successor = { readonly generation: number; readonly target: Target };

export type PlayerContext = {
  readonly generation: number;
  /** the newest generation that was given away, to an intention or to a successor */
  readonly issued: number;
  readonly successor: Successor | null;
  readonly target: Target | null;
  /** the last few intentions that were posted, newest last: one of them may still be committed */
  readonly posted: readonly Posted[];
  readonly heard: Heard | null;
  /** generation whose lane is of a file that is another by now; nothing is made of it while something else is meant */
  readonly outdated: number | null;
  /** generation that makes anew what sounds already: what could not be had before it is no better for it */
  readonly anew: number | null;
  /** what the listener chose, and the other side of A/B */
  readonly chosen: VariantName;
  readonly counterpart: VariantName;
  readonly awaited: VariantName | null;
  readonly waitsFor: string | null;
  /** Hz of the output; null until there is one */
  readonly rate: number | null;
  readonly fault: Fault | null;
  /** which track the fault is about */
  readonly failedTrack: TrackId | null;
};

export type PlayerEvent =
  | { readonly type: "transport.play" }
  | { readonly type: "transport.pause" }
  | { readonly type: "transport.seek"; readonly frame: number }
  | { readonly type: "track.load"; readonly track: TrackId; readonly frame: number }
  | {
      readonly type: "variant.choose";
      readonly variant: VariantName;
      readonly counterpart: VariantName;
    }
  | {
      readonly type: "supply.waiting";
      readonly generation: number;
      readonly waitsFor: string | null;
    }
  | { readonly type: "supply.prepared"; readonly generation: number }
  /** what sounds is of a file that is another now, and there is something newer */
  | { readonly type: "supply.outdated"; readonly generation: number }
  | { readonly type: "rendition.readied"; readonly track: TrackId; readonly variant: VariantName }
  | { readonly type: "lane.committed"; readonly generation: number; readonly frame: number }
  | { readonly type: "lane.moved"; readonly generation: number; readonly frame: number }
  /** the end of what sounds is near; `track` is to follow it, null: nothing is */
  | {
      readonly type: "succession.due";
      readonly generation: number;
      readonly track: TrackId | null;
    }
  | { readonly type: "lane.starved" }
  | { readonly type: "lane.refilled" }
  | { readonly type: "lane.ended"; readonly generation: number }
  | {
      readonly type: "intention.failed";
      readonly generation: number;
      readonly fault: Fault;
    }
  /** a mixer exists (again); nothing is in it */
  | {
      readonly type: "output.created";
      readonly rate: number;
      /** Hz that the target's frames were counted at while there was no output */
      readonly countedAt?: number;
    };

/** A variant switch: at what sounds when it is the same intention, else inside the pending one. */
export function inPlace(context: PlayerContext, variant: VariantName): Target | null {
  const { target, heard, generation } = context;
  if (!target) return null;
  if (heard && heard.generation === generation)
    return { track: heard.track, frame: heard.frame, variant, alignTo: generation };
  return { ...target, variant, alignTo: target.alignTo ?? generation };
}

/** Whether what sounds is where the target is meant to begin: a switch in place, however old its frame. */
function isInPlace({ target, heard }: PlayerContext): boolean {
  if (!target || target.alignTo === null || !heard) return false;
  return heard.generation >= target.alignTo;
}

/** Whether an enhanced variant is meant, and no lane of this track goes on while it is prepared. */
export function needsStandIn(context: PlayerContext): boolean {
  const { target } = context;
  return target !== null && target.variant !== "original" && !isInPlace(context);
}

/** Whether the target is there only because nothing is known to sound at its place: then it is not
 *  needed when the mixer knows better. */
export function standsIn(context: PlayerContext): boolean {
  const { awaited, target } = context;
  return awaited !== null && target !== null && target.alignTo !== null && !isInPlace(context);
}

/** What sounds is what is meant again. */
export function backToHeard({ heard, target, awaited }: PlayerContext): Partial<PlayerContext> {
  if (!heard) return {};
  const { track, frame, variant, generation } = heard;
  const standsIn = variant === "original" && track === target?.track;
  return {
    target: { track, frame, variant, alignTo: generation },
    awaited: standsIn ? awaited : null,
  };
}

/** Whether an older intention, now committed, is what the pending stand-in was to bridge, or goes on at its
 *  place just as well. The mixer takes no stand-in any more then. */
export function isBridgedBy(context: PlayerContext, committed: number): boolean {
  const { posted, awaited, target } = context;
  if (awaited === null || !target || target.alignTo === null) return false;
  if (committed < target.alignTo) return false;
  const found = posted.find(({ generation }) => generation === committed)?.target;
  return found?.variant === awaited || standsIn(context);
}

/** The last few that were posted, and this one. */
export function postedWith(posted: readonly Posted[], one: Posted): readonly Posted[] {
  return [...posted.slice(1 - postedMax), one];
}
const postedMax = 8;

/** Whether what took over without a click has left the pending switch without its place: that was meant
 *  where the track before was. */
export function hasMovedOn(context: PlayerContext, committed: number): boolean {
  const alignTo = context.target?.alignTo ?? null;
  return alignTo !== null && committed > alignTo && isSuccession(context, committed);
}

/** Whether what has taken over was to follow without a click, though it may have been revoked since. */
export function isSuccession({ posted }: PlayerContext, committed: number): boolean {
  return posted.some(({ generation, follows }) => follows && generation === committed);
}

/** Position of what sounded, or of the target, at the rate of the new output. */
export function scale(context: PlayerContext, event: PlayerEvent): number {
  const { heard, target, rate, generation } = context;
  const isThere = heard !== null && (heard.generation === generation || isInPlace(context));
  const frame = isThere ? heard.frame : (target?.frame ?? 0);
  if (event.type !== "output.created") return frame;
  const countedAt = rate ?? event.countedAt ?? event.rate;
  return countedAt === event.rate ? frame : Math.round((frame * event.rate) / countedAt);
}

/** Whether silence has to last until the next commit: what sounded last is not what is meant any more.
 *  While a variant is analysed the old one at the same place may well be heard; and what an intention that
 *  failed was given up for is meant again. */
export function isHeld(context: PlayerContext): boolean {
  const { target, heard, generation, waitsFor } = context;
  if (!target || !heard || heard.generation === generation) return false;
  if (!isInPlace(context)) return true;
  return heard.variant !== target.variant && waitsFor !== "analysing" && waitsFor !== "decoding";
}

/** Whether the rendition came along that something else stands in for. */
export function isAwaited({ awaited, target }: PlayerContext, event: PlayerEvent): boolean {
  return (
    event.type === "rendition.readied" && event.variant === awaited && event.track === target?.track
  );
}

/** Whether nothing else is chosen, on either side of A/B. */
export function isSameVariant({ chosen, counterpart }: PlayerContext, event: PlayerEvent): boolean {
  return (
    event.type === "variant.choose" && event.variant === chosen && event.counterpart === counterpart
  );
}
