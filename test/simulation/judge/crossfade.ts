/** Crossfade: what follows without a click may come up before the end of what sounds, where the listener wished it and the
 *  two are not of one album. It is declared by the moment at which the mixer takes over: from there on it lasts to the
 *  last frame of what leaves, and every sample of it is known. */
import { quantumFrames } from "../ports/simulatedOutput.ts";
import { framesAt, simulatedTracks } from "../ports/tracks.ts";
import { gainsOf, type FadedFrame } from "./fade.ts";
import type { CodedFrame } from "./frameCode.ts";
import { successor } from "./listener.ts";
import type { Onset } from "./onset.ts";
import type { Hearing } from "./succession.ts";

/** of a gain; samples have 16 bits, and the mixer computes in 32-bit floats */
const gainSlack = 0.003;

/** What is under way: `frames` to the end of `old`, at whose `old.frame` it began. */
export type Crossfade = {
  readonly old: CodedFrame;
  readonly frames: number;
  /** as many as it has to last, for everything was there in time */
  readonly framesMin: number;
  readonly sinceMs: number;
  /** false: it may as well be the answer to a click that could not be carried out until now */
  readonly isMeant: boolean;
};

/** A lane has taken over: is that the track behind what sounds, as early as the listener wished?
 *  @param voice whose frame is due @param isCalm nothing was clicked or amiss for so long that it was there in time */
export function crossfadeFrom(
  hearing: Hearing,
  voice: CodedFrame,
  nowMs: number,
  isCalm: boolean,
): Crossfade | null {
  const { listener, library, rate } = hearing;
  const track = simulatedTracks[voice.track]!;
  const next = successor(track);
  const { aim, crossfadeSeconds } = listener;
  if (!next || crossfadeSeconds === 0 || library.isOneAlbum(track, next)) return null;
  // a click is meant: whatever takes over is its answer; unless that could not be had
  const isUnheard = aim !== undefined && !aim.place.heard;
  const isGoneOn = isUnheard && aim.track !== next && hearing.isTroubled(aim);
  if (!aim || (!isGoneOn && (isUnheard || aim.track !== track))) return null;
  const frames = hearing.lengthOf(voice) - voice.frame;
  // of a short track half is left to be heard alone
  const shorter = Math.min(framesAt(track, rate), framesAt(next, rate));
  const most = Math.min(Math.round(crossfadeSeconds * rate), Math.floor(shorter / 2));
  if (frames <= 0 || frames > most) return null;
  // what was once damaged is looked at again when it is about to follow, and comes late
  const isInTime = isCalm && !library.isTroubled(next, 0);
  const framesMin = isInTime ? most - 2 * quantumFrames + 1 : 0;
  return { old: { ...voice }, frames, framesMin, sinceMs: nowMs, isMeant: !isGoneOn };
}

/** Whether what comes up gave way meanwhile, in its place, to what its file is by now. Of three at a time nothing tells the
 *  gains. */
export function isMadeAnew({ frames }: Crossfade, { code, faded }: Onset): boolean {
  return code.version > 0 && faded < frames && code.frame === faded;
}

/** What is wrong with the crossfade into `onset`, or null. @param run the frames before it, first to last */
export function wrongWith(
  { old, frames, framesMin }: Crossfade,
  { code, faded }: Onset,
  run: readonly FadedFrame[],
): string | null {
  if (faded !== frames || code.frame !== frames)
    return `${faded} frames of ${frames}, and then frame ${code.frame}`;
  if (frames < framesMin) return `${frames} frames, ${framesMin} are due`;
  const at = run.slice(0, frames).findIndex((frame, i) => {
    const gains = gainsOf(frame, { ...old, frame: old.frame + i }, { ...code, frame: i });
    if (!gains) return false;
    const angle = (((i + 1) / (frames + 1)) * Math.PI) / 2;
    return (
      Math.abs(gains.old - Math.cos(angle)) > gainSlack ||
      Math.abs(gains.next - Math.sin(angle)) > gainSlack
    );
  });
  return at < 0 ? null : `frame ${at} of ${frames} is not of equal power`;
}
