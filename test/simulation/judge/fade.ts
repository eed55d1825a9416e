/** Fade: whether frames that are no codes are what a fade between known codes would be. Two channels
 *  give two equations for the two gains, so a mix of other frames, or noise, does not pass for long. */
import type { Onset } from "./onset.ts";
import { encodeFrame, leftOf, rightOf, type CodedFrame } from "./frameCode.ts";

/** One frame of the run, in units of 16-bit samples; not integers. */
export type FadedFrame = { readonly left: number; readonly right: number };

/** What may stand behind a faded frame: the lane that leaves, the lane that comes, or both. */
export type Behind = { readonly old: CodedFrame | null; readonly next: CodedFrame | null };

/** of a gain, beyond 0…1: crossfades of equal power stay within as well */
const gainSlack = 0.002;
/** of a sample; the mixer computes in 32-bit floats */
const sampleSlack = 0.05;

/** @returns whether gains within 0…1 turn `behind` into the faded frame */
export function isFadeOf({ left, right }: FadedFrame, { old, next }: Behind): boolean {
  const a = old && samplesOf(old);
  const b = next && samplesOf(next);
  if (old && next && a && b && (a.left !== b.left || a.right !== b.right)) {
    const gains = gainsOf({ left, right }, old, next);
    return gains === null || (isGain(gains.old) && isGain(gains.next));
  }
  const one = a ?? b;
  return one === null || isScaled({ left, right }, one);
}

/** The gains that turn two frames into the faded one; null where the two are nearly parallel and say nothing
 *  about them. */
export function gainsOf(
  { left, right }: FadedFrame,
  old: CodedFrame,
  next: CodedFrame,
): { readonly old: number; readonly next: number } | null {
  const a = samplesOf(old);
  const b = samplesOf(next);
  const determinant = a.left * b.right - a.right * b.left;
  if (Math.abs(determinant) < 1e6) return null;
  return {
    old: (left * b.right - right * b.left) / determinant,
    next: (a.left * right - a.right * left) / determinant,
  };
}

function isScaled({ left, right }: FadedFrame, code: FadedFrame): boolean {
  const energy = code.left * code.left + code.right * code.right;
  if (energy === 0) return true;
  const gain = (left * code.left + right * code.right) / energy;
  const offLeft = Math.abs(left - gain * code.left);
  const offRight = Math.abs(right - gain * code.right);
  return isGain(gain) && offLeft < sampleSlack && offRight < sampleSlack;
}

function isGain(gain: number): boolean {
  return gain > -gainSlack && gain < 1 + gainSlack;
}

function samplesOf(frame: CodedFrame): FadedFrame {
  const code = encodeFrame(frame);
  return { left: leftOf(code), right: rightOf(code) };
}

/** Whether the frames before an onset are the fade into it. One fade between known lanes can be checked
 *  sample by sample; several at once hide each other, and pass. @param run the faded frames, first to last */
export function isFadeInto(onset: Onset, run: readonly FadedFrame[]): boolean {
  const { code, voice, faded, fadeFrames, silences, isFresh } = onset;
  if (faded > fadeFrames) return true;
  const leaves = voice !== null && silences === 0 && !isFresh;
  return run.slice(0, faded).every((frame, i) => {
    const old = leaves ? { ...voice, frame: voice.frame + i } : null;
    const next = { ...code, frame: code.frame - faded + i };
    return next.frame < 0 || isFadeOf(frame, { old, next });
  });
}
