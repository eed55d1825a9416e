/** Disk index: when the index of the files on disk is read and written. It may be wrong without harm, so
 *  nobody waits for it but the one look at the start.
 *
 *    opening ─ index.opened → kept { idle → gathering → writing → idle | gathering
 *                                                     → resting → gathering } → closed
 *            └ index.failed → absent → closed
 *
 *  Changes are gathered for a moment and written together; a batch that could not be written is given up
 *  (the index is behind, as after a crash), and writing rests for a while.
 *
 *  Invariants: one call to the index at a time; nothing is written before it is open or after it is
 *  closed; what has changed is on its way within a moment of it, but for rests; without an index nothing
 *  is gathered. */
import { assign, setup } from "xstate";
import type { IndexChange } from "../ports/diskIndex.ts";
import type { IndexChanges } from "./indexChanges.ts";

export type DiskIndexEvent =
  | { readonly type: "index.opened" }
  | { readonly type: "index.failed" }
  /** something has happened to files, at most `batchMax` of them; it is done already */
  | { readonly type: "changes.noted"; readonly changes: readonly IndexChange[] }
  | { readonly type: "batch.written" }
  | { readonly type: "batch.failed" }
  | { readonly type: "index.close" };

export type DiskIndexContext = {
  /** changes that wait */
  readonly waiting: number;
  readonly written: number;
  readonly failed: number;
};

export type DiskIndexOrders = {
  /** `index.opened` or `index.failed` follows, not before this returns */
  readonly open: () => void;
  /** takes what is written next; `batch.written` or `batch.failed` follows, not before this returns */
  readonly write: () => void;
  /** writes the rest, if there is an index; nothing follows, not even to a call that runs */
  readonly close: () => void;
};

/** changes written, or noted, at once */
export const batchMax = 1000;
/** ms for which changes are gathered */
const gatherMs = 1000;
/** ms between batches while more than one waits: others get their turn */
const nextMs = 50;
/** ms for which writing rests after it failed */
const restMs = 10_000;

/** Makes the machine around its changes. Cost per event O(1), of `changes.noted` O(changes). */
export function diskIndexMachine(changes: IndexChanges, orders: DiskIndexOrders) {
  return setup({
    types: { context: {} as DiskIndexContext, events: {} as DiskIndexEvent },
    actions: {
      openIndex: () => orders.open(),
      writeBatch: () => orders.write(),
      closeIndex: () => orders.close(),
      noteChanges: (_, noted: readonly IndexChange[]) => {
        for (const change of noted) changes.note(change);
      },
      countWaiting: assign({ waiting: () => changes.size }),
      countWritten: assign({ written: ({ context }) => context.written + 1 }),
      countFailed: assign({ failed: ({ context }) => context.failed + 1 }),
    },
    guards: { isChanged: () => changes.size > 0 },
    delays: { gather: () => (changes.size > batchMax ? nextMs : gatherMs), rest: restMs },
  }).createMachine({
    id: "diskIndex",
    initial: "opening",
    context: { waiting: 0, written: 0, failed: 0 },
    on: {
      "changes.noted": {
        actions: [{ type: "noteChanges", params: ({ event }) => event.changes }, "countWaiting"],
      },
      "index.close": ".closed",
    },
    states: {
      opening: {
        description: "The index is opened, and read.",
        entry: "openIndex",
        on: {
          // nothing has changed before the folder was compared with it
          "index.opened": "kept",
          "index.failed": "absent",
        },
      },
      kept: {
        description: "What changes on disk is noted.",
        initial: "idle",
        states: {
          idle: {
            description: "All that has changed was written.",
            on: {
              "changes.noted": {
                target: "gathering",
                actions: [
                  { type: "noteChanges", params: ({ event }) => event.changes },
                  "countWaiting",
                ],
              },
            },
          },
          gathering: {
            description: "Something has changed; what changes within a moment is written with it.",
            after: { gather: "writing" },
          },
          writing: {
            description: "A batch is being written.",
            entry: ["writeBatch", "countWaiting"],
            on: {
              "batch.written": [
                { guard: "isChanged", target: "gathering", actions: "countWritten" },
                { target: "idle", actions: "countWritten" },
              ],
              "batch.failed": { target: "resting", actions: "countFailed" },
            },
          },
          resting: {
            description: "A batch could not be written; the next one waits for a while.",
            after: { rest: [{ guard: "isChanged", target: "gathering" }, { target: "idle" }] },
          },
        },
      },
      absent: {
        description: "There is no index; the files speak for themselves.",
        on: { "changes.noted": {} },
      },
      closed: { description: "The index is closed.", type: "final", entry: "closeIndex" },
    },
  });
}
