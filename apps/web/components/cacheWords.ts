/** What the cache map says in words. */
import type { Cached } from "#engine/actors/pageApi.ts";
import { formatTime } from "../formatTime.ts";

/** where a stretch is, by its letter */
export const places: Readonly<Record<string, string>> = {
  m: "in the host's memory",
  d: "on the host's disk",
  c: "being made",
  "-": "not made yet",
};

/** s before and behind the head that the host makes on both sides; as far ahead the page fetches */
const aroundSeconds = 30;

export const reasons = {
  next: "you hear it now, or within half a minute",
  back: "you may go back",
  switch: "you may switch to this side",
} as const;

/** Why a side is wanted where it is: stretches, s, that do not overlap. All the rest is for later.
 *  @param position of the head, s @param isHeard whether it is the side that sounds */
export function wantedStretches(
  position: number,
  duration: number,
  isHeard: boolean,
): readonly {
  readonly why: keyof typeof reasons;
  readonly from: number;
  readonly until: number;
}[] {
  const from = Math.max(0, position - aroundSeconds);
  const until = Math.min(duration, position + aroundSeconds);
  const all = isHeard
    ? ([
        { why: "back", from, until: position },
        { why: "next", from: position, until },
      ] as const)
    : ([{ why: "switch", from, until }] as const);
  return all.filter((each) => each.until > each.from);
}

/** Why somebody wants a stretch. @param from, until of it, s @param position of the head, s
 *  @param isHeard whether it is of the side that sounds */
export function whyOf(from: number, until: number, position: number, isHeard: boolean): string {
  const sounds = from <= position && position < until;
  const isNear = until > position - aroundSeconds && from < position + aroundSeconds;
  if (isHeard && sounds) return "it is what sounds";
  if (isHeard && isNear && from > position)
    return `it comes in ${Math.max(1, Math.round(from - position))} s`;
  if (isHeard && isNear) return "you may go back";
  if (isNear) return "you may switch to this side";
  return "for later, when nobody waits for anything else";
}

/** `6 of 24 in the host's memory, 2 being made`. */
export function summaryOf(segments: string): string {
  if (segments === "") return "nothing known yet";
  const parts = ["m", "d", "c"].flatMap((letter) => {
    const count = segments.split(letter).length - 1;
    return count > 0 ? [`${count} of ${segments.length} ${places[letter]}`] : [];
  });
  return parts.join(", ") || "nothing ready yet";
}

/** What goes on, in a sentence or two. @param isEnhancedHeard which side sounds; null: none */
export function sentenceOf(
  { original, enhanced, segmentSeconds, heldFromSeconds, heldUntilSeconds }: Cached,
  position: number,
  isEnhancedHeard: boolean | null,
): string {
  const holds =
    heldUntilSeconds > heldFromSeconds
      ? `This page holds ${formatTime(heldFromSeconds)} to ${formatTime(heldUntilSeconds)}: so much plays even without the host.`
      : "This page holds nothing of the track.";
  const made = [
    ["the enhanced sound", enhanced, isEnhancedHeard === true],
    ["the original", original, isEnhancedHeard === false],
  ] as const;
  const making = made.flatMap(([side, segments, isHeard]) => {
    const at = segments.indexOf("c");
    if (at < 0) return [];
    const from = at * segmentSeconds;
    const until = from + segmentSeconds;
    const why = whyOf(from, until, position, isHeard);
    return [`The host is making ${side} from ${formatTime(from)} on: ${why}.`];
  });
  return [holds, ...making].join(" ");
}
