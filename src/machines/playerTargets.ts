/** Where the player aims: what each of its actions makes of its context. Pure; an event that is not the
 *  action's own changes nothing. */
import {
  inPlace,
  postedWith,
  scale,
  type PlayerContext,
  type PlayerEvent,
} from "./playerContext.ts";

type Step = { readonly context: PlayerContext; readonly event: PlayerEvent };
type Change = Partial<PlayerContext>;

/** What is to follow anyway may have begun by the time at which the mixer hears of the click: then it goes
 *  on, and does not begin anew. */
export function aimAtTrack({ context: { chosen, successor }, event }: Step): Change {
  if (event.type !== "track.load") return {};
  const { track, frame } = event;
  const isNext = successor?.target.track === track && frame === 0;
  const alignTo = isNext ? successor.generation : null;
  const target = { track, frame, variant: chosen, alignTo };
  return { target, awaited: null, fault: null };
}

/** While the original stands in, a seek stays with it; the switch follows by itself. */
export function aimAtFrame({ context: { target, awaited, chosen }, event }: Step): Change {
  if (event.type !== "transport.seek" || !target) return {};
  const variant = awaited === null ? chosen : "original";
  return {
    target: { track: target.track, frame: event.frame, variant, alignTo: null },
    fault: null,
  };
}

/** Anew, from the first frame. */
export function aimAtStart({ context: { target } }: Step): Change {
  return target ? { target: { ...target, frame: 0, alignTo: null } } : {};
}

/** What the listener chose, and the other side of A/B. */
export function choose({ event }: Step): Change {
  if (event.type !== "variant.choose") return {};
  const { variant, counterpart } = event;
  return { chosen: variant, counterpart, awaited: null, fault: null };
}

/** The chosen variant at the same place. */
export function aimAtChosen({ context }: Step): Change {
  return { target: inPlace(context, context.chosen) };
}

/** What the original stood in for, at the same place. */
export function aimAtAwaited({ context }: Step): Change {
  return { target: inPlace(context, context.awaited ?? context.chosen), awaited: null };
}

/** What was given up for something else is not waited for. */
export function aimAtStandIn({ context }: Step): Change {
  const { target, chosen } = context;
  if (!target) return {};
  const awaited = target.variant === chosen ? chosen : null;
  return { target: inPlace(context, "original"), awaited };
}

/** The place is where the track that has begun is; the variant is what was clicked. */
export function aimAtSucceeded({ context: { heard, chosen } }: Step): Change {
  if (!heard) return {};
  const { track, frame, generation } = heard;
  return { target: { track, frame, variant: chosen, alignTo: generation }, awaited: null };
}

/** The same place in a new mixer. */
export function aimAtHeard({ context, event }: Step): Change {
  const { target } = context;
  return {
    rate: event.type === "output.created" ? event.rate : context.rate,
    target: target ? { ...target, frame: scale(context, event), alignTo: null } : null,
    heard: null,
  };
}

/** The target has a number of its own from now on; what was to follow is revoked. */
export function raiseGeneration({ context: { issued, posted, target } }: Step): Change {
  if (!target) return {};
  const generation = issued + 1;
  return {
    generation,
    issued: generation,
    successor: null,
    waitsFor: null,
    posted: postedWith(posted, { generation, target, follows: false }),
  };
}

/** What is there is waited for no more, or the status would say so for as long as it sounds; and what was to
 *  follow has taken over, or stands behind something that does not sound any more. */
export function recordCommit({ context, event }: Step): Change {
  if (event.type !== "lane.committed") return {};
  const { generation, frame } = event;
  const found = context.posted.find((each) => each.generation === generation);
  if (!found) return {};
  const { track, variant } = found.target;
  const heard = { generation, track, variant, frame };
  const recorded = { heard, successor: null };
  return generation === context.generation ? { ...recorded, waitsFor: null } : recorded;
}

/** A number is given away even when nothing follows: it says to the mixer that what it was given before
 *  does not, either. */
export function appoint({ context: { chosen, issued, posted }, event }: Step): Change {
  if (event.type !== "succession.due") return {};
  const { track } = event;
  const generation = issued + 1;
  if (track === null) return { issued: generation, successor: null };
  const target = { track, frame: 0, variant: chosen, alignTo: null };
  const successor = { generation, target };
  return {
    issued: generation,
    successor,
    posted: postedWith(posted, { ...successor, follows: true }),
  };
}

/** What followed is what is meant, and sounds. */
export function succeed({ context: { posted, heard } }: Step): Change {
  const found = posted.find(({ generation }) => generation === heard?.generation);
  if (!found) return {};
  const { generation, target } = found;
  return { generation, target, awaited: null, waitsFor: null, fault: null };
}
