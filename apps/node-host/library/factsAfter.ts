import type { DecodeReport } from "#engine/ports/decoder.ts";
import { fault, leavesAudio, type Fault } from "#engine/protocol/faults.ts";
import type { TrackFacts } from "./track.ts";

/** share of the claimed length, and seconds, that may be missing: encoders round */
const missingShare = 0.02;
const missingSeconds = 0.1;

/** The decoder has the last word on rate, length and whether there is audio at all.
 *  @returns the same object when nothing changes */
export function factsAfter(facts: TrackFacts, report: DecodeReport): TrackFacts {
  switch (report.type) {
    case "progress":
      return facts;
    case "failed":
      // what may pass is not held against the file
      return report.fault.retryable ? facts : { ...facts, fault: report.fault };
    case "done":
      return ended(facts, report.total, report.flaw);
    case "probed": {
      const { rate, channels, sourceId } = report.info;
      const known = facts.sourceId === sourceId ? facts : { ...facts, sourceId };
      const probed = { ...known, sampleRate: rate, channels: facts.channels || channels };
      // what an earlier run found damaged lies damaged in the store
      const flaw = facts.sourceId === sourceId && facts.fault?.code === "file-damaged";
      if (report.exact) return ended(probed, report.decoded, flaw ? facts.fault! : undefined);
      const hint = report.info.framesHint;
      const claimedSeconds = isMp4(facts) && hint ? hint / rate : facts.claimedSeconds;
      // what an earlier run found out is not forgotten when another begins
      if (facts.exact && facts.sampleRate === rate)
        return isHeard(facts.fault) ? known : { ...known, fault: null };
      return { ...probed, claimedSeconds, frames: hint ?? facts.frames, exact: false, fault: null };
    }
  }
}

function ended(facts: TrackFacts, total: number, flaw?: Fault): TrackFacts {
  const why = earlyEnd(facts, total) ?? (flaw?.code === "file-damaged" ? flaw : null);
  return { ...facts, frames: total, exact: true, fault: why };
}

/** @returns the fault of a file that ends before its header says, or null */
export function earlyEnd({ claimedSeconds, sampleRate }: TrackFacts, total: number): Fault | null {
  if (claimedSeconds === null || sampleRate === 0) return null;
  const seconds = total / sampleRate;
  const missing = claimedSeconds - seconds;
  if (missing < missingSeconds || missing <= claimedSeconds * missingShare) return null;
  const [heard, claimed] =
    clock(seconds) === clock(claimedSeconds)
      ? [`${seconds.toFixed(1)} s`, `${claimedSeconds.toFixed(1)} s`]
      : [clock(seconds), clock(claimedSeconds)];
  return fault("file-truncated", `The file ends early: ${heard} of ${claimed}.`);
}

function isHeard(reason: Fault | null): boolean {
  return reason === null || leavesAudio(reason);
}

/** By its extension where the tags could not be read. */
function isMp4({ format }: TrackFacts): boolean {
  return /^(aac|alac|m4a|mp4)$/.test(format);
}

/** `1:35`, as the page writes it */
function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
