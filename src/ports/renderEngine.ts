/** Turns source PCM into segments, and measures it. Worker threads by default, simulated in tests. */
import type { Fault } from "../protocol/faults.ts";
import type { FrameRange, Frames, Geometry } from "../protocol/geometry.ts";
import type { RenderKey } from "../protocol/limits.ts";
import type { Fingerprint } from "../audio/fingerprint.ts";
import type { Plan } from "../audio/plan.ts";
import type { SegmentLoudness } from "../audio/segmentLoudness.ts";
import type { SourceInfo } from "./decoder.ts";
import type { Start } from "./port.ts";

/** A neighbour in the album, of the same rate and channels, as far as a rendering reads it. */
export type BesideSource = {
  readonly source: SourceInfo;
  /** exact length; of the one behind, null while it still decodes */
  readonly total: Frames | null;
  /** how many of its frames are used, its last or its first ones */
  readonly frames: Frames;
};

export type RenderRequest = {
  readonly key: RenderKey;
  readonly source: SourceInfo;
  /** exact total of the source at its own rate, or null while it still decodes */
  readonly sourceFrames: Frames | null;
  /** null: the original (bit-exact, or dithered, or resampled) */
  readonly plan: Plan | null;
  readonly geometry: Geometry;
  /** Hz of the output */
  readonly rate: number;
  readonly segment: number;
  /** frames of the segment at `rate`, already cut at the end of the track */
  readonly range: FrameRange;
  /** named where the segment reads them, null or left out elsewhere */
  readonly before?: BesideSource | null | undefined;
  readonly after?: BesideSource | null | undefined;
  /** of the samples; left out: s16le, dithered, as they go on the wire; f32le: as they leave the chain */
  readonly format?: "f32le" | undefined;
};

export type RenderReport =
  /** consecutive runs of interleaved samples, first to last, without gaps */
  | {
      readonly type: "slice";
      readonly start: Frames;
      readonly frames: Frames;
      readonly samples: Uint8Array;
    }
  /** @param loudness of an enhanced segment, from engines that measure what they make */
  | { readonly type: "done"; readonly loudness?: SegmentLoudness | undefined }
  | { readonly type: "failed"; readonly fault: Fault };

export type AnalyseReport =
  | { readonly type: "done"; readonly fingerprint: Fingerprint }
  | { readonly type: "failed"; readonly fault: Fault };

export type MeasureReport =
  /** integrated loudness of the rendering in LUFS, null for silence */
  | { readonly type: "done"; readonly loudness: number | null }
  | { readonly type: "failed"; readonly fault: Fault };

export type RenderEngine = {
  /** how many renders may run at once; the scheduler keeps to it */
  readonly slots: number;
  readonly render: Start<RenderRequest, RenderReport>;
  readonly analyse: Start<{ readonly source: SourceInfo; readonly total: Frames }, AnalyseReport>;
  /** loudness of what `plan` makes of the source, from renderings of excerpts spread over it */
  readonly measure: Start<
    {
      readonly source: SourceInfo;
      readonly total: Frames;
      readonly plan: Plan;
      readonly geometry: Geometry;
    },
    MeasureReport
  >;
};
