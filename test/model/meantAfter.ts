/** What the listener means after an event, said once more and apart from the player machine: a click
 *  aims anew, a switch keeps the place, a failure falls back on what sounds. */
import type { SnapshotFrom } from "xstate";
import type { Heard, PlayerContext, PlayerEvent, Target } from "#engine/machines/playerContext.ts";
import type { playerMachine } from "#engine/machines/player.machine.ts";

type Meant = {
  readonly target: Target | null;
  /** whether it has to be prepared: posted, as soon as there is an output */
  readonly isNew: boolean;
};

type Before = SnapshotFrom<typeof playerMachine>;

/** @param heard what the mixer sounds after the event */
export function meantAfter(before: Before, event: PlayerEvent, heard: Heard | null): Meant {
  const meant = meantBy(before, event, heard);
  if (meant.isNew || !heard || !settles(before, event)) return meant;
  const sounds =
    event.type === "lane.committed" ||
    ((before.matches({ supply: "ready" }) || before.matches({ supply: "starved" })) &&
      event.type !== "lane.ended");
  const outdated = event.type === "supply.outdated" ? event.generation : before.context.outdated;
  // another rendering of what sounds, from where it is
  return sounds && outdated === heard.generation ? { target: placeOf(heard), isNew: true } : meant;
}

/** Whether nothing newer than what sounds is meant after an event that is no click. */
function settles(before: Before, event: PlayerEvent): boolean {
  const isNewest = "generation" in event && event.generation === before.context.generation;
  const ends = event.type === "lane.committed" || event.type === "intention.failed";
  return before.matches({ intention: "settled" }) || (ends && isNewest);
}

function meantBy(before: Before, event: PlayerEvent, heard: Heard | null): Meant {
  const was = before.context;
  const { target, chosen, awaited } = was;
  const isNewest = "generation" in event && event.generation === was.generation;
  const aims = (aimed: Target): Meant => ({ target: aimed, isNew: true });
  const same: Meant = { target, isNew: false };
  if (event.type === "track.load") {
    // what follows anyway goes on, if it has begun
    const { track, frame } = event;
    const next = was.successor?.target.track === track ? was.successor.generation : null;
    return aims({ track, frame, variant: chosen, alignTo: next });
  }
  if (target === null) return same;
  switch (event.type) {
    case "transport.seek": {
      const variant = awaited === null ? chosen : "original";
      return aims({ track: target.track, frame: event.frame, variant, alignTo: null });
    }
    case "variant.choose": {
      const isSame = event.variant === chosen && event.counterpart === was.counterpart;
      return isSame ? same : aims(switched(was, target, event.variant));
    }
    case "rendition.readied":
      return event.variant === awaited && event.track === target.track
        ? aims(switched(was, target, event.variant))
        : same;
    case "output.created": {
      const frame = was.heard && isThere(was, target) ? was.heard.frame : target.frame;
      return aims({ ...target, frame, alignTo: null });
    }
    case "transport.play":
      if (before.matches({ supply: "failed" })) return aims(target);
      return before.matches({ intention: "settled", supply: "ended" })
        ? aims({ ...target, frame: 0, alignTo: null })
        : same;
    case "supply.waiting": {
      const isPreparing = isNewest && before.matches({ intention: "preparing" });
      const waits = event.waitsFor === "analysing" || event.waitsFor === "decoding";
      const goesOn = target.alignTo !== null && isThere(was, target);
      return isPreparing && waits && target.variant !== "original" && !goesOn
        ? aims(switched(was, target, "original"))
        : same;
    }
    case "intention.failed": {
      const sounds = before.matches({ supply: "ready" }) || before.matches({ supply: "starved" });
      return isNewest && sounds && heard ? { target: placeOf(heard), isNew: false } : same;
    }
    case "lane.committed": {
      if (!heard) return same;
      const posted = was.posted.find(({ generation }) => generation === heard.generation);
      if (
        before.matches({ intention: "settled" }) &&
        posted?.follows &&
        heard.generation > was.generation
      )
        return { target: posted.target, isNew: false };
      if (before.matches({ intention: "settled" })) return { target: placeOf(heard), isNew: false };
      // a switch in place was overtaken by the next track: it is meant there
      const { alignTo } = target;
      if (!isNewest && posted?.follows && alignTo !== null && heard.generation > alignTo)
        return aims({ ...placeOf(heard), variant: chosen });
      if (isNewest || awaited === null || target.alignTo === null) return same;
      // nothing has to stand in where something sounds; least of all where what it stands in for does
      const isPlaced = event.generation >= target.alignTo;
      const isNeeded = isThere(was, target) && heard.variant !== awaited;
      return isPlaced && !isNeeded ? aims({ ...target, variant: awaited }) : same;
    }
    default:
      return same;
  }
}

/** The same place in another variant: of what sounds, if that is what is meant, else of the target. */
function switched(
  { heard, generation }: PlayerContext,
  target: Target,
  variant: Target["variant"],
) {
  if (heard?.generation === generation)
    return { track: heard.track, frame: heard.frame, variant, alignTo: generation };
  return { ...target, variant, alignTo: target.alignTo ?? generation };
}

/** Whether what sounds is where the target is meant to begin. */
function isThere({ heard, generation }: PlayerContext, target: Target): boolean {
  if (!heard) return false;
  if (heard.generation === generation) return true;
  return target.alignTo !== null && heard.generation >= target.alignTo;
}

function placeOf({ track, frame, variant, generation }: Heard): Target {
  return { track, frame, variant, alignTo: generation };
}
