/** Fingerprint: what the plan needs to know of a track, measured in one pass. Placeholder types. */
import type { Frames } from "../protocol/geometry.ts";

export const fingerprintVersion = 1;

export type Fingerprint = {
  readonly version: number;
  readonly rate: number;
  readonly total: Frames;
  /** BS.1770-4 gated, LUFS; null for silence */
  readonly integratedLoudness: number | null;
  /** EBU Tech 3342, LU */
  readonly loudnessRange: number;
  /** dBTP; -Infinity is written as null */
  readonly truePeakDb: number | null;
  /** peak to RMS, dB */
  readonly crestDb: number;
  /** mean level of seven bands relative to their sum, dB (band edges in `bands.ts`) */
  readonly bandsDb: readonly number[];
  /** side to mid energy, 0 (mono) … 1 and above */
  readonly width: number;
};
