/** What the segment desk is asked, and what it orders in turn. */
import type { Fault } from "../protocol/faults.ts";
import type { Tier } from "../protocol/limits.ts";
import type { LedgerTier } from "./ledger.ts";
import type { Waiter } from "./renderQueue.ts";
import type { SegmentId } from "./segmentId.ts";

export type SegmentAsk = Waiter & { readonly id: SegmentId; readonly isOriginal: boolean };
export type MoveKind = "read" | "write" | "drop";
export type RoomAnswer = "granted" | "refused" | "moot";

/** A former run's file, as the disk tier lists it. */
export type AdoptableFile = {
  readonly id: SegmentId;
  readonly bytes: number;
  /** ms since 1970 */
  readonly modified: number;
};

/** What the desk orders; whoever carries it out reports back by an event to the cache. */
export type DeskOrders = {
  readonly askRender: (ask: SegmentAsk) => void;
  /** @param isServed the asker got what it wanted: a render that runs may go on */
  readonly withdrawRender: (id: SegmentId, ask: number, isServed: boolean) => void;
  readonly answerRoom: (id: SegmentId, answer: RoomAnswer) => void;
  /** room may be there now for a render that was refused */
  readonly announceRoom: () => void;
  readonly carry: (tier: LedgerTier, kind: MoveKind, id: SegmentId) => void;
  /** bytes of a segment that never became whole */
  readonly discard: (id: SegmentId) => void;
  readonly answer: (ask: number, tier: Tier) => void;
  readonly fail: (ask: number, why: Fault) => void;
  /** the tier of a segment changed */
  readonly announceTier: (id: SegmentId) => void;
  /** ms since 1970 */
  readonly wallNow: () => number;
};
