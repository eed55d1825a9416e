/** Crossfade: what follows without a click may come up before the end of what sounds, where the listener wished it and the
 *  two are not of one album. It is declared by the moment at which the mixer takes over: from there on it lasts to the
 *  last frame of what leaves, and every sample of it is known. */
import { quantumFrames } from "../ports/simulatedOutput.ts";
import { simulatedTracks } from "../ports/tracks.ts";
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
  readonly sinceMs: number;
};

/** A lane has taken over: is that the track behind what sounds, as early as the listener wished?
 *  @param voice whose frame is due */
export function crossfadeFrom(
  hearing: Hearing,
  voice: CodedFrame,
  nowMs: number,
): Crossfade | null {
  const { listener, library, rate } = hearing;
  const track = simulatedTracks[voice.track]!;
  const next = successor(track);
  const { aim, crossfadeSeconds } = listener;
  if (!next || crossfadeSeconds === 0 || library.isOneAlbum(track, next)) return null;
  // a click is meant: whatever takes over is its answer
  if (!aim?.place.heard || aim.track !== track) return null;
  const frames = hearing.lengthOf(voice) - voice.frame;
  const most = Math.round(crossfadeSeconds * rate);
  return frames > 0 && frames <= most ? { old: { ...voice }, frames, sinceMs: nowMs } : null;
}

/** What is wrong with the crossfade into `onset`, or null. @param run the frames before it, first to last
 *  @param wished frames */
export function wrongWith(
  { old, frames }: Crossfade,
  { code, faded }: Onset,
  run: readonly FadedFrame[],
  wished: number,
): string | null {
  if (faded !== frames || code.frame !== frames)
    return `${faded} frames of ${frames}, and then frame ${code.frame}`;
  if (frames <= wished - 2 * quantumFrames) return `${frames} frames instead of ${wished}`;
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
