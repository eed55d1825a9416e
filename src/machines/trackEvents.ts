/** What happens to an open track: the events of its processor (`trackProcessor.machine.ts`). */
import type { Fault } from "../protocol/faults.ts";
import type { Frames } from "../protocol/geometry.ts";
import type { TrackId } from "../protocol/limits.ts";
import type { VariantName } from "../protocol/variant.ts";
import type { TrackSource } from "../ports/catalogue.ts";
import type { SourceInfo } from "../ports/decoder.ts";

export type TrackEvent =
  /** first of all */
  | { readonly type: "track.open"; readonly track: TrackId; readonly serial: number }
  | { readonly type: "track.take" }
  | { readonly type: "track.release" }
  /** somebody waits for another track */
  | { readonly type: "track.giveWay" }
  /** it was opened for its fingerprint alone, and that is known */
  | { readonly type: "track.discard" }
  | { readonly type: "variant.ask"; readonly variant: VariantName }
  | { readonly type: "variant.leave"; readonly variant: VariantName }
  | { readonly type: "source.found"; readonly source: TrackSource }
  | { readonly type: "source.missing"; readonly why: Fault }
  /** a later look at the file found another one */
  | { readonly type: "source.changed"; readonly why: Fault }
  | {
      readonly type: "decode.probed";
      readonly info: SourceInfo;
      readonly decoded: Frames;
      readonly exact: boolean;
    }
  | { readonly type: "decode.advanced"; readonly decoded: Frames }
  | { readonly type: "decode.finished"; readonly total: Frames }
  | { readonly type: "decode.failed"; readonly why: Fault }
  /** what a former run stored was looked for; the fingerprint itself is in the variant book */
  | { readonly type: "fingerprint.sought"; readonly isKnown: boolean }
  | { readonly type: "fingerprint.made" }
  | { readonly type: "fingerprint.failed"; readonly why: Fault }
  /** another edition was offered in the variant book */
  | { readonly type: "edition.take" }
  | { readonly type: "loudness.known"; readonly variant: VariantName };
