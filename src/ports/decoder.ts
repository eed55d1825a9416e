/** Decodes one file forward, once, into the PCM store. Runs elsewhere (worker, child process). */
import type { Frames } from "../protocol/geometry.ts";
import type { Fault } from "../protocol/faults.ts";
import type { Start } from "./port.ts";

/** How samples lie in the PCM store: 16 bit for integer sources up to 16 bit, else unclipped f32. */
export type PcmFormat = "s16" | "f32";

/** Digest (32 hex digits) of size, sampled content, decoder id and version. */
export type SourceId = string;

export type SourceInfo = {
  readonly sourceId: SourceId;
  /** file of the PCM store, opaque to everything but adapters and the store */
  readonly pcmPath: string;
  /** Hz, 8,000…192,000 */
  readonly rate: number;
  /** after downmixing: 1 or 2 */
  readonly channels: number;
  readonly format: PcmFormat;
  /** exact total when known, else the best guess or null */
  readonly framesHint: Frames | null;
};

export type DecodeReport =
  /** `decoded` frames are readable already (a former run decoded them); `exact` when that is all */
  | {
      readonly type: "probed";
      readonly info: SourceInfo;
      readonly decoded: Frames;
      readonly exact: boolean;
    }
  | { readonly type: "progress"; readonly decoded: Frames }
  /** everything is in the store; `total` is binding; `flaw`: what of the file could not be decoded, and is silent or
   *  missing */
  | { readonly type: "done"; readonly total: Frames; readonly flaw?: Fault | undefined }
  | { readonly type: "failed"; readonly fault: Fault };

export type DecodeRequest = {
  readonly path: string;
  readonly format: string;
  /** Nobody listens to it: what is decoded takes the place of nothing that somebody has listened to, and is
   *  removed by `SpareSources` when it was of use. A source that is too large for that is a fault. */
  readonly isSpare?: boolean;
};

export type Decode = Start<DecodeRequest, DecodeReport>;

/** What becomes of audio that was decoded for nobody (`isSpare`). */
export type SpareSources = {
  /** Somebody listens to it: it is kept like any other.
   *  @param path of the file @param pcmPath null: the decoder has not told it yet */
  readonly keep: (path: string, pcmPath: string | null) => void;
  /** Nobody reads it any more: it is removed. Of what is kept, or is not there, nothing is. */
  readonly discard: (pcmPath: string) => void;
};
