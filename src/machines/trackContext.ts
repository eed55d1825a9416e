/** What is known of an open track: the context of its processor (`trackProcessor.machine.ts`). */
import type { Fault } from "../protocol/faults.ts";
import type { Frames } from "../protocol/geometry.ts";
import type { TrackId } from "../protocol/limits.ts";
import type { VariantName } from "../protocol/variant.ts";
import type { SourceSignature } from "../ports/catalogue.ts";
import type { SourceInfo } from "../ports/decoder.ts";

export type TrackContext = {
  /** names the processor among all that the host has opened */
  readonly serial: number;
  readonly track: TrackId;
  readonly signature: SourceSignature | null;
  readonly source: SourceInfo | null;
  /** frames at the file's rate, from its start */
  readonly decoded: Frames;
  /** exact total, once decoded */
  readonly total: Frames | null;
  readonly fingerprint: "unsought" | "absent" | "known";
  readonly measuring: VariantName | null;
  readonly takers: number;
  readonly fault: Fault | null;
  /** why there will be no enhanced variants of it, for now */
  readonly analysisFault: Fault | null;
  /** analyses that failed in a row */
  readonly failedAnalyses: number;
};

/** Whether a track still needs the decoder or the analysis. */
export function isBeingPrepared({
  total,
  fingerprint,
  fault,
  analysisFault,
}: Pick<TrackContext, "total" | "fingerprint" | "fault" | "analysisFault">): boolean {
  return fault === null && (total === null || (fingerprint !== "known" && analysisFault === null));
}
