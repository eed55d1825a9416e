/** What was heard of frame-coded tracks, as runs: consecutive right frames, silence, or fades. */
import { decodeFrame } from "./frameCode.ts";
import type { Heard } from "./player.ts";

export type HeardRun =
  | { readonly kind: "frames"; readonly mark: number; readonly from: number; frames: number }
  | { readonly kind: "silence"; frames: number }
  /** spells nothing: inside a fade, or wrong */
  | { readonly kind: "mixed"; frames: number };

/** Splits what was heard. Every frame is in exactly one run; a `frames` run counts up by one. */
export function heardRuns({ left, right }: Heard): HeardRun[] {
  const runs: HeardRun[] = [];
  for (let i = 0; i < left.length; i++) {
    const last = runs.at(-1);
    const code = decodeFrame(left[i]!, right[i]!);
    const silent = left[i] === 0 && right[i] === 0;
    if (silent && !(code && last?.kind === "frames" && continues(last, code))) {
      if (last?.kind === "silence") last.frames++;
      else runs.push({ kind: "silence", frames: 1 });
    } else if (code) {
      if (last?.kind === "frames" && continues(last, code)) last.frames++;
      else runs.push({ kind: "frames", mark: code.mark, from: code.index, frames: 1 });
    } else if (last?.kind === "mixed") last.frames++;
    else runs.push({ kind: "mixed", frames: 1 });
  }
  return runs;
}

function continues(
  run: { mark: number; from: number; frames: number },
  code: { index: number; mark: number },
): boolean {
  return run.mark === code.mark && run.from + run.frames === code.index;
}

/** A fade's samples may spell a frame by accident (one in 256): runs of one or two frames between
 *  mixed ones belong to the fade. */
export function withoutAccidents(runs: readonly HeardRun[]): HeardRun[] {
  const merged: HeardRun[] = [];
  for (const [at, run] of runs.entries()) {
    const accident =
      run.kind === "frames" &&
      run.frames <= 2 &&
      (runs[at - 1]?.kind === "mixed" || runs[at + 1]?.kind === "mixed");
    const last = merged.at(-1);
    const kind = accident ? "mixed" : run.kind;
    if (kind === "mixed" && last?.kind === "mixed") last.frames += run.frames;
    else merged.push(accident ? { kind: "mixed", frames: run.frames } : { ...run });
  }
  return merged;
}
