/** Worker slot: one place where a worker lives, whatever kills it.
 *
 *    spawning ─→ idle ⇄ busy (working → cancelling) ─┐
 *        ↑  └──────────────┬─────────────────────────┴→ stopping ─→ resting ─→ spawning
 *        └── resting ←─────┘ (it exited by itself)              └→ closed (final)
 *
 *  Invariants: one worker and at most one job at a time; a job that was assigned leaves this machine
 *  exactly once, by `slot.freed` (it ended) or `slot.lost` (its worker did); a worker that says
 *  nothing for its deadline is terminated, and a cancelled job that goes on is too. */
import { assign, sendParent, setup } from "xstate";
import { unprovidedAction } from "./unprovidedAction.ts";

export type WorkerSlotConfig = {
  /** ms a new worker may take until it says that it is ready */
  readonly readyMs: number;
  /** ms a busy worker may be silent */
  readonly silenceMs: number;
  /** ms a cancelled job may go on before its worker is terminated */
  readonly cancelMs: number;
  /** ms between the end of a worker and its successor; doubles with every failed start, up to 64 times */
  readonly restMs: number;
};
export type WorkerSlotInput = { readonly slot: number; readonly config: WorkerSlotConfig };

export type WorkerSlotContext = WorkerSlotInput & {
  readonly job: number | null;
  /** workers in a row that ended before they were ready */
  readonly failedStarts: number;
};

export type WorkerSlotEvent =
  | { readonly type: "worker.ready" }
  | { readonly type: "worker.exited" }
  /** it said something that no worker says */
  | { readonly type: "worker.violated" }
  | { readonly type: "job.assign"; readonly job: number }
  | { readonly type: "job.cancel" }
  /** any sign of life while a job runs */
  | { readonly type: "job.reported" }
  | { readonly type: "job.ended"; readonly job: number }
  | { readonly type: "slot.close" };

/** What the pool hears of its slots. */
export type SlotReport =
  | { readonly type: "slot.freed"; readonly slot: number }
  | {
      readonly type: "slot.lost";
      readonly slot: number;
      readonly job: number | null;
      readonly failedStarts: number;
    };

type SlotParams = { readonly slot: number };
type JobParams = { readonly slot: number; readonly job: number };

export const workerSlotMachine = setup({
  types: {
    context: {} as WorkerSlotContext,
    events: {} as WorkerSlotEvent,
    input: {} as WorkerSlotInput,
    output: {} as { readonly slot: number },
  },
  guards: {
    isCurrentJob: ({ context, event }) => event.type === "job.ended" && event.job === context.job,
  },
  actions: {
    spawnWorker: unprovidedAction<SlotParams>("spawnWorker"),
    terminateWorker: unprovidedAction<SlotParams>("terminateWorker"),
    postJob: unprovidedAction<JobParams>("postJob"),
    postCancel: unprovidedAction<JobParams>("postCancel"),
    takeJob: assign({
      job: ({ context, event }) => (event.type === "job.assign" ? event.job : context.job),
    }),
    forgetJob: assign({ job: null }),
    countFailedStart: assign({ failedStarts: ({ context }) => context.failedStarts + 1 }),
    forgetFailedStarts: assign({ failedStarts: 0 }),
    reportFreed: sendParent(({ context }): SlotReport => ({
      type: "slot.freed",
      slot: context.slot,
    })),
    reportLost: sendParent(({ context: { slot, job, failedStarts } }): SlotReport => ({
      type: "slot.lost",
      slot,
      job,
      failedStarts,
    })),
  },
  delays: {
    ready: ({ context }) => context.config.readyMs,
    silence: ({ context }) => context.config.silenceMs,
    cancelGrace: ({ context }) => context.config.cancelMs,
    rest: ({ context }) => context.config.restMs * 2 ** Math.min(6, context.failedStarts),
  },
}).createMachine({
  id: "workerSlot",
  context: ({ input }) => ({ ...input, job: null, failedStarts: 0 }),
  initial: "spawning",
  states: {
    spawning: {
      description: "A worker starts; it has not said that it is ready.",
      entry: { type: "spawnWorker", params: ({ context }) => ({ slot: context.slot }) },
      after: { ready: { target: "stopping", actions: "countFailedStart" } },
      on: {
        "worker.ready": { target: "idle", actions: "forgetFailedStarts" },
        "worker.exited": { target: "resting", actions: ["countFailedStart", "reportLost"] },
        "worker.violated": { target: "stopping", actions: "countFailedStart" },
        "slot.close": "closing",
      },
    },
    idle: {
      description: "The worker waits for a job.",
      entry: "reportFreed",
      on: {
        "job.assign": { target: "busy", actions: "takeJob" },
        "worker.exited": { target: "resting", actions: "reportLost" },
        "worker.violated": "stopping",
        "slot.close": "closing",
      },
    },
    busy: {
      description: "The worker has a job.",
      entry: {
        type: "postJob",
        params: ({ context }) => ({ slot: context.slot, job: context.job! }),
      },
      initial: "working",
      on: {
        "job.ended": { guard: "isCurrentJob", target: "idle", actions: "forgetJob" },
        "worker.exited": { target: "resting", actions: ["reportLost", "forgetJob"] },
        "worker.violated": "stopping",
        "slot.close": "closing",
      },
      states: {
        working: {
          description: "Every report of the job starts its deadline anew.",
          after: { silence: "#stopping" },
          on: {
            "job.reported": { target: "working", reenter: true },
            "job.cancel": "cancelling",
          },
        },
        cancelling: {
          description: "The job was called off; its end is awaited, for a moment only.",
          entry: {
            type: "postCancel",
            params: ({ context }) => ({ slot: context.slot, job: context.job! }),
          },
          after: { cancelGrace: "#stopping" },
        },
      },
    },
    stopping: {
      id: "stopping",
      description: "The worker was told to end; its job is lost whatever it still says.",
      entry: [
        "reportLost",
        "forgetJob",
        { type: "terminateWorker", params: ({ context }) => ({ slot: context.slot }) },
      ],
      on: { "worker.exited": "resting", "slot.close": "closing" },
    },
    resting: {
      description:
        "The worker is gone; the next one starts after a pause that grows with every start that failed.",
      after: { rest: "spawning" },
      on: { "slot.close": "closed" },
    },
    closing: {
      description: "The worker was told to end, for good.",
      entry: { type: "terminateWorker", params: ({ context }) => ({ slot: context.slot }) },
      on: { "worker.exited": "closed" },
    },
    closed: { description: "No worker is left.", type: "final" },
  },
  output: ({ context }) => ({ slot: context.slot }),
});
