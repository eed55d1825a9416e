/** Cache: owns the ledger. Decides for every asked segment where it comes from (memory, disk, a
 *  render), what has to leave for it, and what is written to disk; the tiers carry moves out. What the
 *  sessions are at lies in the hot tier, and passes to the warm one when they have gone on.
 *
 *    adopting ─ disk.adopted → serving ─ cache.close → closed
 *
 *  While a former run's files are being taken in, asks wait: what lies on disk is not made again.
 *  When the machine is short of memory the budgets of the memory tiers are smaller, at once, and grow again.
 *
 *  Invariants: only the desk writes the ledger, one transition per move; a tier's bytes never
 *  exceed its budget, counted from the moment room is reserved; what is leased does not leave; an
 *  ask is answered once or failed once; no segment is rendered while it is held or on its way. */
import { assign, setup } from "xstate";
import type { MemoryLevel } from "../ports/memoryGauge.ts";
import type { Fault } from "../protocol/faults.ts";
import type { LedgerTier } from "./ledger.ts";
import type { AdoptableFile, MoveKind, SegmentAsk } from "./deskOrders.ts";
import type { MemoryBudget } from "./memoryTiers.ts";
import type { SegmentDesk } from "./segmentDesk.ts";
import type { SegmentId } from "./segmentId.ts";

export type CacheEvent =
  | ({ readonly type: "segment.ask" } & SegmentAsk)
  | { readonly type: "segment.release"; readonly ask: number; readonly isServed: boolean }
  | {
      readonly type: "room.want";
      readonly id: SegmentId;
      readonly bytes: number;
      readonly isOriginal: boolean;
    }
  | { readonly type: "render.finished"; readonly id: SegmentId }
  | { readonly type: "render.ended"; readonly id: SegmentId; readonly why: Fault | null }
  | { readonly type: "render.refused"; readonly ask: number; readonly why: Fault }
  | {
      readonly type: "move.ended";
      readonly tier: LedgerTier;
      readonly kind: MoveKind;
      readonly id: SegmentId;
      readonly isDone: boolean;
    }
  /** the files of a former run are listed; `count` of them */
  | { readonly type: "disk.adopted"; readonly count: number }
  /** it is time to let go of what is older than `since`, ms since 1970 */
  | { readonly type: "disk.swept"; readonly since: number }
  /** the disk, to which a write had failed, may be tried again */
  | { readonly type: "disk.rested" }
  /** a session is at other segments: the one that sounds and the next, the most urgent first; at none when it
   *  ends */
  | {
      readonly type: "playhead.moved";
      readonly session: string;
      readonly near: readonly SegmentId[];
    }
  /** the machine has more, or less, memory to spare */
  | { readonly type: "memory.changed"; readonly level: MemoryLevel }
  | { readonly type: "cache.close" };

type EventOf<Type extends CacheEvent["type"]> = Extract<CacheEvent, { type: Type }>;

export type CacheContext = {
  /** raised by every event; the books themselves are beside the machine */
  readonly revision: number;
  readonly adopted: number;
  /** asks that wait until the files are taken in */
  readonly parked: number;
  /** what is older is let go of when the files are taken in; null when nothing is to */
  readonly since: number | null;
  readonly memory: MemoryLevel;
};

export type CacheParts = {
  readonly desk: SegmentDesk;
  /** what the disk tier listed, newest first; handed over once */
  readonly takeListing: () => readonly AdoptableFile[];
  /** bytes that the memory tiers may take at a level */
  readonly memoryBytesAt: (level: MemoryLevel) => MemoryBudget;
};

/** Makes the machine around its books. Cost per event: that of the desk. */
export function cacheMachine({ desk, takeListing, memoryBytesAt }: CacheParts) {
  const early: SegmentAsk[] = [];
  return setup({
    types: { context: {} as CacheContext, events: {} as CacheEvent },
    guards: { isOriginal: (_, ask: SegmentAsk) => ask.isOriginal },
    actions: {
      wantRoom: (_, { id, bytes, isOriginal }: EventOf<"room.want">) =>
        desk.wantRoom(id, bytes, isOriginal),
      keepRendered: (_, id: SegmentId) => desk.renderDone(id),
      dropRender: (_, { id, why }: EventOf<"render.ended">) => desk.renderEnded(id, why),
      refuse: (_, { ask, why }: EventOf<"render.refused">) => desk.refuse(ask, why),
      endMove: (_, { tier, kind, id, isDone }: EventOf<"move.ended">) =>
        desk.moveEnded(tier, kind, id, isDone),
      tryDiskAgain: () => desk.diskRested(),
      follow: (_, { session, near }: EventOf<"playhead.moved">) => desk.follow(session, near),
      resizeMemory: (_, level: MemoryLevel) => desk.resizeMemory(memoryBytesAt(level)),
      noteMemory: assign({ memory: (_, level: MemoryLevel) => level }),
      noteSweep: assign({ since: (_, since: number) => since }),
      countAdopted: assign({ adopted: ({ context }, count: number) => context.adopted + count }),
      release: (_, { ask, isServed }: EventOf<"segment.release">) => desk.release(ask, isServed),
      expire: (_, since: number) => desk.expire(since),
      ask: (_, ask: SegmentAsk) => desk.ask(ask),
      parkAsk: (_, ask: SegmentAsk) => {
        const known = early.findIndex((each) => each.ask === ask.ask);
        if (known >= 0) early[known] = ask;
        else early.push(ask);
      },
      unparkAsk: (_, release: { readonly ask: number; readonly isServed: boolean }) => {
        const known = early.findIndex((each) => each.ask === release.ask);
        if (known >= 0) early.splice(known, 1);
        else desk.release(release.ask, release.isServed);
      },
      adoptFiles: () => desk.adopt(takeListing()),
      expireAdopted: ({ context }) => {
        if (context.since !== null) desk.expire(context.since);
      },
      askParked: () => {
        for (const ask of early.splice(0)) desk.ask(ask);
      },
      countParked: assign({ parked: () => early.length }),
      countRevision: assign({ revision: ({ context }) => context.revision + 1 }),
    },
  }).createMachine({
    id: "cache",
    initial: "adopting",
    context: { revision: 0, adopted: 0, parked: 0, since: null, memory: "roomy" },
    on: {
      "room.want": {
        actions: [{ type: "wantRoom", params: ({ event }) => event }, "countRevision"],
      },
      "render.finished": {
        actions: [{ type: "keepRendered", params: ({ event }) => event.id }, "countRevision"],
      },
      "render.ended": {
        actions: [{ type: "dropRender", params: ({ event }) => event }, "countRevision"],
      },
      "render.refused": {
        actions: [{ type: "refuse", params: ({ event }) => event }, "countRevision"],
      },
      "move.ended": {
        actions: [{ type: "endMove", params: ({ event }) => event }, "countRevision"],
      },
      "disk.rested": { actions: ["tryDiskAgain", "countRevision"] },
      "playhead.moved": {
        actions: [{ type: "follow", params: ({ event }) => event }, "countRevision"],
      },
      "memory.changed": {
        actions: [
          { type: "resizeMemory", params: ({ event }) => event.level },
          { type: "noteMemory", params: ({ event }) => event.level },
          "countRevision",
        ],
      },
      "cache.close": { target: ".closed" },
    },
    states: {
      adopting: {
        description:
          "What a former run left on disk is taken in; who asks for what may lie there waits.",
        on: {
          // an original never lies on disk
          "segment.ask": [
            {
              guard: { type: "isOriginal", params: ({ event }) => event },
              actions: { type: "ask", params: ({ event }) => event },
            },
            { actions: [{ type: "parkAsk", params: ({ event }) => event }, "countParked"] },
          ],
          "segment.release": {
            actions: [{ type: "unparkAsk", params: ({ event }) => event }, "countParked"],
          },
          "disk.swept": { actions: { type: "noteSweep", params: ({ event }) => event.since } },
          "disk.adopted": {
            target: "serving",
            actions: [
              "adoptFiles",
              // before anybody asks for it
              "expireAdopted",
              { type: "countAdopted", params: ({ event }) => event.count },
              "askParked",
              "countParked",
            ],
          },
        },
      },
      serving: {
        description: "Every ask is answered: from memory, from disk, or by a render.",
        on: {
          "segment.ask": {
            actions: [{ type: "ask", params: ({ event }) => event }, "countRevision"],
          },
          "segment.release": {
            actions: [{ type: "release", params: ({ event }) => event }, "countRevision"],
          },
          // the first look had failed
          "disk.adopted": {
            actions: [
              "adoptFiles",
              { type: "countAdopted", params: ({ event }) => event.count },
              "countRevision",
            ],
          },
          "disk.swept": {
            actions: [{ type: "expire", params: ({ event }) => event.since }, "countRevision"],
          },
        },
      },
      closed: { description: "The host has left.", type: "final" },
    },
  });
}
