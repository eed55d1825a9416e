/** Cache tier: carries out the moves that the cache orders, as many at once as its policy allows,
 *  never two at once on one segment. One machine; hot, warm and disk differ by policy.
 *
 *    opening ─ tier.opened → open { health: sound ⇄ ailing, expiry: none | waiting } → closed
 *
 *  `ailing`: a write failed (disk full, folder gone). Writes are refused at once for a while, then
 *  the cache hears that it may try again; playback goes on from memory, and it is said once.
 *
 *  Invariants: every move that was ordered ends once, done or not; moves on one segment keep their
 *  order; one warning until a write has succeeded again. */
import { assign, setup } from "xstate";
import type { Fault } from "../protocol/faults.ts";
import type { LedgerTier } from "./ledger.ts";
import type { MoveQueue } from "./moveQueue.ts";
import type { MoveKind } from "./deskOrders.ts";
import type { SegmentId } from "./segmentId.ts";

export type TierPolicy = {
  readonly name: LedgerTier;
  /** moves that may run at once */
  readonly parallel: number;
  /** ms between looks for what has expired; null: nothing expires */
  readonly sweepMs: number | null;
  /** ms for which writes rest after one failed */
  readonly restMs: number;
};

export type TierEvent =
  | { readonly type: "tier.opened" }
  | { readonly type: "move.order"; readonly kind: MoveKind; readonly id: SegmentId }
  | {
      readonly type: "move.carried";
      readonly kind: MoveKind;
      readonly id: SegmentId;
      readonly isDone: boolean;
      /** why a write failed */
      readonly why: Fault | null;
    }
  | { readonly type: "tier.close" };

export type TierOrders = {
  /** reads what a former run left and sends `tier.opened`; nothing may be there to read */
  readonly open: () => void;
  /** begins a move; `move.carried` follows, maybe before this returns */
  readonly carry: (kind: MoveKind, id: SegmentId) => void;
  readonly report: (kind: MoveKind, id: SegmentId, isDone: boolean) => void;
  readonly sweep: () => void;
  /** writes may be ordered again */
  readonly rested: () => void;
  readonly warn: (why: Fault) => void;
};

export type TierContext = {
  readonly policy: TierPolicy;
  readonly running: number;
  readonly waiting: number;
  readonly failures: number;
  readonly hasWarned: boolean;
};

/** Makes the machine of one tier around its line of moves. */
export function cacheTierMachine(policy: TierPolicy, moves: MoveQueue, orders: TierOrders) {
  return setup({
    types: { context: {} as TierContext, events: {} as TierEvent },
    guards: {
      isWrite: (_, { kind }: { readonly kind: MoveKind }) => kind === "write",
      isFailedWrite: (_, move: { readonly kind: MoveKind; readonly isDone: boolean }) =>
        move.kind === "write" && !move.isDone,
    },
    actions: {
      open: () => orders.open(),
      sweep: () => orders.sweep(),
      tellRested: () => orders.rested(),
      enqueueMove: (_, move: { readonly kind: MoveKind; readonly id: SegmentId }) =>
        moves.add(move.kind, move.id),
      endMove: (_, move: Extract<TierEvent, { type: "move.carried" }>) => {
        moves.end(move.id);
        orders.report(move.kind, move.id, move.isDone);
      },
      runMoves: () => {
        for (;;) {
          const move = moves.next(policy.parallel);
          if (!move) return;
          orders.carry(move.kind, move.id);
        }
      },
      refuseWrite: (_, id: SegmentId) => orders.report("write", id, false),
      warn: ({ context }, why: Fault | null) => {
        if (why && !context.hasWarned) orders.warn(why);
      },
      noteSuccess: assign({
        hasWarned: ({ context }, move: Extract<TierEvent, { type: "move.carried" }>) =>
          context.hasWarned && !(move.kind === "write" && move.isDone),
      }),
      countFailure: assign({
        failures: ({ context }) => context.failures + 1,
        hasWarned: true,
      }),
      countMoves: assign({ running: () => moves.running, waiting: () => moves.waiting }),
    },
    delays: { rest: () => policy.restMs, sweep: () => policy.sweepMs ?? 0 },
  }).createMachine({
    id: `${policy.name}Tier`,
    initial: "opening",
    context: { policy, running: 0, waiting: 0, failures: 0, hasWarned: false },
    on: {
      "move.order": {
        actions: [{ type: "enqueueMove", params: ({ event }) => event }, "runMoves", "countMoves"],
      },
      "move.carried": {
        actions: [
          { type: "endMove", params: ({ event }) => event },
          { type: "noteSuccess", params: ({ event }) => event },
          "runMoves",
          "countMoves",
        ],
      },
      "tier.close": ".closed",
    },
    states: {
      opening: {
        description: "What a former run left is listed; memory has nothing to list.",
        entry: "open",
        on: { "tier.opened": "open" },
      },
      open: {
        description: "Moves are carried out.",
        type: "parallel",
        states: {
          health: {
            description: "Whether writes succeed.",
            initial: "sound",
            states: {
              sound: {
                description: "The last write did.",
                on: {
                  "move.carried": {
                    guard: { type: "isFailedWrite", params: ({ event }) => event },
                    target: "ailing",
                    actions: [
                      { type: "warn", params: ({ event }) => event.why },
                      { type: "endMove", params: ({ event }) => event },
                      "countFailure",
                      "runMoves",
                      "countMoves",
                    ],
                  },
                },
              },
              ailing: {
                description: "A write failed; for a while others are refused at once.",
                on: {
                  "move.order": {
                    guard: { type: "isWrite", params: ({ event }) => event },
                    actions: { type: "refuseWrite", params: ({ event }) => event.id },
                  },
                },
                after: { rest: { target: "sound", actions: "tellRested" } },
              },
            },
          },
          expiry: {
            description: "Whether anything gets too old.",
            initial: policy.sweepMs === null ? "none" : "waiting",
            states: {
              none: { description: "Nothing does in this tier, ever: it is memory." },
              waiting: {
                description: "Looked for once in a while.",
                entry: "sweep",
                after: { sweep: { target: "waiting", reenter: true } },
              },
            },
          },
        },
      },
      closed: { description: "Nothing is carried out any more.", type: "final" },
    },
  });
}
