/** Onset: a rendering begins to sound, or goes on after a fade or silence. Which intention, if any, makes
 *  that right? Pure functions of what was heard and of the listener's model. */
import { framesAt } from "../ports/tracks.ts";
import { quantumFrames } from "../ports/simulatedOutput.ts";
import type { CodedFrame } from "./frameCode.ts";
import type { Aim } from "./listener.ts";
import { originalNumber, simulatedVariants } from "./variantNumbers.ts";

export type Onset = {
  /** the first frame that is a code again */
  readonly code: CodedFrame;
  /** what sounded before; `frame` is the one that was due */
  readonly voice: CodedFrame | null;
  /** Hz */
  readonly rate: number;
  readonly fadeFrames: number;
  /** faded frames directly before `code` */
  readonly faded: number;
  /** faded frames since the last code, silence not counted */
  readonly since: number;
  /** how often sound had faded into silence since the last code */
  readonly silences: number;
  /** versions of the track's file that may be heard: none older than what was, none that is not yet */
  readonly versions: { readonly oldest: number; readonly newest: number };
  /** nothing was heard of this output yet */
  readonly isFresh: boolean;
  /** ms by which the last reports of the output before it were late at most */
  readonly lateMs: number;
  /** ms when the lane that sounds took over */
  readonly committedMs: number;
  /** ms when it began to sound, or took over if that was earlier */
  readonly beganMs: number;
};

/** ms within which a command has to have reached the mixer: one port, one turn of the page */
export const reachMs = 25;

/** Whether the same rendering goes on where it was. Every fade frame consumes one frame of the lane; so
 *  may the silent last frame of a fade-out. */
export function isContinuation({ code, voice, since, silences }: Onset): boolean {
  if (!voice || !isSameRendering(voice, code)) return false;
  const ahead = code.frame - (voice.frame + since);
  return ahead >= 0 && ahead <= silences;
}

/** The intention that makes the onset right, if there is one. Only the newest that must have reached the
 *  mixer counts, and whatever was meant after it; a lane that took over before a command was given
 *  cannot be its answer. @param aims newest last */
export function aimOf(onset: Onset, aims: readonly Aim[]): Aim | undefined {
  const due = onset.beganMs - reachMs;
  const oldest = Math.max(
    0,
    aims.findLastIndex(({ sinceMs }) => sinceMs <= due),
  );
  return aims.slice(oldest).findLast((aim) => aim.sinceMs <= onset.committedMs && fits(aim, onset));
}

/** Whether what began so soon after the click for `aim` may be an older intention's that was for the same
 *  frame: then the lane of `aim` begins in its own time. @param aims not settled yet */
export function isAmbiguous(onset: Onset, aims: readonly Aim[], aim: Aim): boolean {
  if (aim.sinceMs <= onset.beganMs - reachMs) return false;
  return aims.some(
    (older) =>
      older.sinceMs < aim.sinceMs &&
      older.place !== aim.place &&
      !older.place.heard &&
      fits(older, onset),
  );
}

/** Whether what is meant is the frame that is due anyway. @param rate Hz of the output */
export function isAlreadyHeard(aim: Aim, voice: CodedFrame, rate: number): boolean {
  const { start, slack } = startOf(aim, rate);
  if (voice.track !== aim.track.number || Math.abs(voice.frame - start) > slack) return false;
  return simulatedVariants[voice.variant] === aim.variant;
}

function fits(aim: Aim, onset: Onset): boolean {
  const { code, voice, rate, fadeFrames, faded, since, silences, isFresh, lateMs } = onset;
  if (code.track !== aim.track.number) return false;
  if (code.version < onset.versions.oldest || code.version > onset.versions.newest) return false;
  if (!variantFits(aim, onset)) return false;
  if (aim.place.heard) {
    // a new mixer goes on from the last report of the old one that came in
    const back = isFresh ? Math.round((0.2 + lateMs / 1000) * rate) : 0;
    const ahead = voice?.track === code.track ? code.frame - (voice.frame + since) : Number.NaN;
    if (ahead >= -back && ahead <= silences) return true;
    if (!aim.place.mayBeginAgain) return false;
  }
  const { start, slack } = startOf(aim, rate);
  if (start >= framesAt(aim.track, rate) - 2) return code.frame >= start - 4 * quantumFrames;
  // several fades, in one run or with silence between them, hide where the last of them began
  const most = silences > 0 || isFresh ? since + silences : faded;
  // what had faded in before the output was lost was heard, and is not heard again
  if (most > fadeFrames || (isFresh && since > faded))
    return code.frame >= start - slack && code.frame <= start + most + slack;
  return Math.abs(code.frame - start - faded) <= slack;
}

/** Where an aim begins, in frames at `rate`. A click is for a moment, and the page may have rounded it to a frame of the output
 *  that it had then, or not yet. */
function startOf({ place }: Aim, rate: number): { readonly start: number; readonly slack: number } {
  return {
    start: Math.round((place.frame * rate) / place.rate),
    slack: place.rate === rate ? 0 : 1,
  };
}

/** The original may stand in for an enhanced variant that is still being analysed, but what is enhanced
 *  already never falls back, unless its lane was lost with the output. */
export function variantFits(aim: Aim, { code, voice, isFresh }: Onset): boolean {
  if (simulatedVariants[code.variant] === aim.variant) return true;
  if (code.variant !== originalNumber) return false;
  const goesOn = aim.place.heard && !isFresh;
  return !(goesOn && voice !== null && voice.variant !== originalNumber);
}

export function isSameRendering(a: CodedFrame, b: CodedFrame): boolean {
  return a.track === b.track && a.variant === b.variant && a.version === b.version;
}
