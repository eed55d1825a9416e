import { decodeFrame } from "../../test/browser/frameCode.ts";
import type { Heard } from "../../test/browser/player.ts";

/** Silences in what was heard of a coded track, and how long they were: a run of silent frames is one underrun. */
export function brokenPlay({ left, right }: Heard) {
  let underruns = 0;
  let silentFrames = 0;
  let wasSilent = false;
  for (let i = 0; i < left.length; i++) {
    const isSilent = left[i] === 0 && right[i] === 0 && !decodeFrame(left[i]!, right[i]!);
    if (isSilent && !wasSilent) underruns++;
    if (isSilent) silentFrames++;
    wasSilent = isSilent;
  }
  return { underruns, silentFrames, heardSeconds: left.length / 44_100 };
}
