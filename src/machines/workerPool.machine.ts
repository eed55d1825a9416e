/** Worker pool: which job runs in which slot, and what becomes of it when a worker is lost.
 *
 *    serving ─→ closing ─→ closed (final)
 *
 *  A job names a lane; each slot serves one lane, so that an analysis never keeps a render waiting.
 *  Invariants: a job runs in at most one slot; it ends exactly once, or is cancelled; after the
 *  loss of its worker it is tried once more, before all that wait; the line of waiting jobs is
 *  bounded and says no early. The context holds job numbers only: what a job is, its owner knows. */
import {
  assign,
  enqueueActions,
  sendTo,
  setup,
  type ActorRefFrom,
  type DoneActorEvent,
} from "xstate";
import { unprovidedAction } from "./unprovidedAction.ts";
import {
  workerSlotMachine,
  type SlotReport,
  type WorkerSlotConfig,
  type WorkerSlotEvent,
} from "./workerSlot.machine.ts";

export type LaneName = string;
export type WorkerPoolInput = {
  /** the lane that each slot serves */
  readonly lanes: readonly LaneName[];
  readonly config: WorkerSlotConfig;
  /** jobs that may wait per lane */
  readonly waitingMax: number;
};

type SlotBook = {
  readonly lane: LaneName;
  readonly idle: boolean;
  readonly job: RunningJob | null;
  readonly failedStarts: number;
  readonly closed: boolean;
};
type WaitingJob = { readonly job: number; readonly lane: LaneName; readonly attempt: number };
/** one that was cancelled goes on until its worker heard of it */
type RunningJob = WaitingJob & { readonly isCancelled?: true };

export type WorkerPoolContext = {
  readonly slots: readonly SlotBook[];
  readonly waiting: readonly WaitingJob[];
  readonly waitingMax: number;
  readonly lostWorkers: number;
};

export type WorkerPoolEvent =
  | { readonly type: "job.submit"; readonly job: number; readonly lane: LaneName }
  | { readonly type: "job.cancel"; readonly job: number }
  | { readonly type: "pool.close" }
  | SlotReport
  /** a slot has reached its end */
  | DoneActorEvent<{ readonly slot: number }>;

/** starts of a worker in a row that may fail before those who wait for its lane are told */
const failedStartsMax = 3;
const attemptsMax = 2;

// Named, and not made where they are needed: a job is submitted inside another actor's action, and there
// xstate warns of every action that is made.
const keep = assign<
  WorkerPoolContext,
  WorkerPoolEvent,
  Partial<WorkerPoolContext>,
  WorkerPoolEvent,
  never
>((_, books) => books);
type Told = { readonly slot: number; readonly event: WorkerSlotEvent };
const tellSlot = sendTo<
  WorkerPoolContext,
  WorkerPoolEvent,
  Told,
  ActorRefFrom<typeof workerSlotMachine>,
  WorkerPoolEvent,
  never,
  never
>(
  (_, { slot }) => slotId(slot),
  (_, { event }) => event,
);

export const workerPoolMachine = setup({
  types: {
    context: {} as WorkerPoolContext,
    events: {} as WorkerPoolEvent,
    input: {} as WorkerPoolInput,
    children: {} as Record<string, "slot">,
  },
  actors: { slot: workerSlotMachine },
  guards: {
    areAllClosed: ({ context }) => context.slots.every((slot) => slot.closed),
  },
  actions: {
    /** the job's worker was lost twice, or its lane cannot start a worker */
    loseJob: unprovidedAction<{ readonly job: number }>("loseJob"),
    /** the line was full */
    refuseJob: unprovidedAction<{ readonly job: number }>("refuseJob"),
    closed: unprovidedAction<undefined>("closed"),

    keep,
    tellSlot,

    takeIn: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== "job.submit") return;
      const { job, lane } = event;
      const line = context.waiting.filter((one) => one.lane === lane);
      const free = context.slots.some((slot) => slot.lane === lane && slot.idle);
      if (!free && line.length >= context.waitingMax)
        enqueue({ type: "refuseJob", params: { job } });
      else
        enqueue({
          type: "keep",
          params: { waiting: [...context.waiting, { job, lane, attempt: 1 }] },
        });
    }),
    withdraw: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== "job.cancel") return;
      enqueue({
        type: "keep",
        params: { waiting: context.waiting.filter((one) => one.job !== event.job) },
      });
      const slot = context.slots.findIndex((one) => one.job?.job === event.job);
      if (slot < 0) return;
      const job = { ...context.slots[slot]!.job!, isCancelled: true } as const;
      enqueue({ type: "keep", params: { slots: withSlot(context.slots, slot, { job }) } });
      enqueue({ type: "tellSlot", params: { slot, event: { type: "job.cancel" } } });
    }),
    noteFreed: assign({
      slots: ({ context, event }) =>
        event.type === "slot.freed"
          ? withSlot(context.slots, event.slot, { idle: true, job: null, failedStarts: 0 })
          : context.slots,
    }),
    noteLost: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== "slot.lost") return;
      const { slot, failedStarts } = event;
      const running = context.slots[slot]!.job;
      const slots = withSlot(context.slots, slot, { idle: false, job: null, failedStarts });
      let waiting = context.waiting;
      // what was cancelled is neither tried again nor told of
      if (running !== null && !running.isCancelled) {
        if (running.attempt < attemptsMax)
          waiting = [{ ...running, attempt: running.attempt + 1 }, ...waiting];
        else enqueue({ type: "loseJob", params: { job: running.job } });
      }
      const { lane } = slots[slot]!;
      const dead = slots.every((one) => one.lane !== lane || one.failedStarts >= failedStartsMax);
      if (dead) {
        for (const one of waiting)
          if (one.lane === lane) enqueue({ type: "loseJob", params: { job: one.job } });
        waiting = waiting.filter((one) => one.lane !== lane);
      }
      enqueue({ type: "keep", params: { slots, waiting, lostWorkers: context.lostWorkers + 1 } });
    }),
    /** Hands out what waits, first come first served per lane, to the idle slots. */
    handOut: enqueueActions(({ context, enqueue }) => {
      let { slots, waiting } = context;
      for (const next of context.waiting) {
        const slot = slots.findIndex((one) => one.lane === next.lane && one.idle);
        if (slot < 0) continue;
        slots = withSlot(slots, slot, { idle: false, job: next });
        waiting = waiting.filter((one) => one !== next);
        enqueue({
          type: "tellSlot",
          params: { slot, event: { type: "job.assign", job: next.job } },
        });
      }
      enqueue({ type: "keep", params: { slots, waiting } });
    }),
    noteClosed: assign({
      slots: ({ context, event }) =>
        "output" in event
          ? withSlot(context.slots, event.output.slot, { idle: false, closed: true })
          : context.slots,
    }),
    closeSlots: enqueueActions(({ context, enqueue }) => {
      for (let slot = 0; slot < context.slots.length; slot++)
        enqueue({ type: "tellSlot", params: { slot, event: { type: "slot.close" } } });
      enqueue({ type: "keep", params: { waiting: [] } });
    }),
  },
}).createMachine({
  id: "workerPool",
  context: ({ input, spawn }) => {
    for (let slot = 0; slot < input.lanes.length; slot++)
      spawn("slot", { id: slotId(slot), input: { slot, config: input.config } });
    return {
      slots: input.lanes.map((lane) => ({
        lane,
        idle: false,
        job: null,
        failedStarts: 0,
        closed: false,
      })),
      waiting: [],
      waitingMax: input.waitingMax,
      lostWorkers: 0,
    };
  },
  initial: "serving",
  states: {
    serving: {
      description: "Jobs are taken, handed out and given back.",
      on: {
        "job.submit": { actions: ["takeIn", "handOut"] },
        "job.cancel": { actions: "withdraw" },
        "slot.freed": { actions: ["noteFreed", "handOut"] },
        "slot.lost": { actions: ["noteLost", "handOut"] },
        "pool.close": "closing",
      },
    },
    closing: {
      description: "Every worker was told to end; nothing is taken in any more.",
      entry: "closeSlots",
      always: { guard: "areAllClosed", target: "closed" },
      on: { "xstate.done.actor.*": { actions: "noteClosed" } },
    },
    closed: { description: "Every worker has ended.", type: "final", entry: "closed" },
  },
});

/** Id of the child that looks after slot `slot`. */
export function slotId(slot: number): string {
  return `slot-${slot}`;
}

function withSlot(
  slots: readonly SlotBook[],
  index: number,
  change: Partial<SlotBook>,
): readonly SlotBook[] {
  return slots.map((slot, at) => (at === index ? { ...slot, ...change } : slot));
}
