/** What a track processor orders, and what stands beside it. */
import type { Frames } from "../protocol/geometry.ts";
import type { VariantName } from "../protocol/variant.ts";
import type { TrackSource } from "../ports/catalogue.ts";
import type { SourceInfo } from "../ports/decoder.ts";
import type { VariantBook } from "./variantBook.ts";

export type TrackOrders = {
  readonly check: () => void;
  /** `source.changed` when its file is another one, until all is cancelled */
  readonly follow: (source: TrackSource) => void;
  readonly decode: (source: TrackSource) => void;
  readonly seekFingerprint: (info: SourceInfo) => void;
  readonly analyse: (info: SourceInfo, total: Frames) => void;
  readonly measure: (info: SourceInfo, total: Frames | null, variant: VariantName) => void;
  readonly cancelMeasure: () => void;
  /** stops whatever runs for the track */
  readonly cancelAll: () => void;
  /** nobody has used it for a while */
  readonly close: () => void;
};

/** What stands beside one processor. */
export type TrackParts = { readonly book: VariantBook; readonly orders: TrackOrders };
