/** Render scheduler: which segment is rendered when, for all sessions. One job per segment; it
 *  starts when its source is decoded, room for it is reserved and a slot is free.
 *
 *    scheduling { room: free ⇄ lacking } ─ scheduler.close → closed
 *
 *  Invariants: at most `slots` jobs are admitted or running; none of the classes low and background is admitted
 *  as the last of two slots or more; a job begins only while somebody waits for it; every job that was begun is
 *  reported to the cache as finished or ended, once; what cannot run yet holds up nobody else.
 *
 *  When the last who waits for a running job leaves, it is stopped at its next block, unless he says that it
 *  may go on. It keeps the class that it had then, and gives way accordingly.
 *
 *  A job of the classes critical or high that could run and finds every slot busy, or no room, does not wait
 *  for one of low or background: the least important of those gives way, at its next block, and goes back
 *  into the line; that it was begun is not counted. Each time one is begun that was in a hurry, so that there
 *  are never more of the former than of the latter: while one in a hurry is being admitted, none of low or
 *  background is. */
import { assign, setup } from "xstate";
import { fault, type Fault } from "../protocol/faults.ts";
import type { RenderClass, RenderQueue, Waiter } from "./renderQueue.ts";
import type { SegmentId } from "./segmentId.ts";

type Withdrawal = { readonly id: SegmentId; readonly ask: number };

export type SchedulerEvent =
  | ({ readonly type: "render.ask"; readonly id: SegmentId } & Waiter)
  /** `isServed`: has what it wanted, or does without; if the job runs already, it may go on for nobody */
  | ({ readonly type: "render.withdraw"; readonly isServed: boolean } & Withdrawal)
  /** more of a source is decoded, or no more will be */
  | { readonly type: "source.changed" }
  | { readonly type: "room.granted"; readonly id: SegmentId }
  | { readonly type: "room.refused"; readonly id: SegmentId }
  /** the segment is there already */
  | { readonly type: "room.moot"; readonly id: SegmentId }
  | { readonly type: "room.freed" }
  | { readonly type: "engine.done"; readonly id: SegmentId }
  | { readonly type: "engine.failed"; readonly id: SegmentId; readonly why: Fault }
  | { readonly type: "scheduler.close" };

/** `waiting`: its source is not decoded that far yet */
export type Readiness = "ready" | "waiting" | Fault;

export type SchedulerOrders = {
  readonly readiness: (id: SegmentId) => Readiness;
  readonly wantRoom: (id: SegmentId) => void;
  /** hands the job to the engine; `engine.done` or `engine.failed` follow, never before this returns */
  readonly start: (id: SegmentId) => void;
  readonly cancel: (id: SegmentId) => void;
  readonly reportFinished: (id: SegmentId) => void;
  readonly reportEnded: (id: SegmentId, why: Fault | null) => void;
  readonly refuse: (ask: number, why: Fault) => void;
};

export type SchedulerContext = {
  readonly slots: number;
  readonly queued: number;
  /** admitted or running */
  readonly busy: number;
  readonly finished: number;
  /** jobs that were stopped for one in a hurry */
  readonly givenWay: number;
};

const busy = fault("busy", "Too many segments wait to be rendered.");

/** how often a job is begun before the loss of its worker is told to those who wait */
const attemptsMax = 2;

/** Makes the machine around its queue. Cost per event: O(jobs queued). */
export function renderSchedulerMachine(slots: number, queue: RenderQueue, orders: SchedulerOrders) {
  const failIfImpossible = (id: SegmentId) => {
    const readiness = orders.readiness(id);
    if (readiness !== "ready" && readiness !== "waiting") giveUp(id, readiness);
  };
  const failImpossible = () => {
    for (const id of queue.ids()) if (queue.standing(id) === "queued") failIfImpossible(id);
  };
  const admitNext = () => {
    for (;;) {
      const active = queue.active();
      if (active.length >= slots) {
        if (!hurriedWaits() || !spareOne()) return;
        continue;
      }
      const unhurried = active.filter(({ priority }) => isUnhurried(priority));
      const keepsSlot = slots > 1 && unhurried.length >= slots - 1;
      const keepsRoom = active.some(
        ({ id, priority }) => isHurried(priority) && queue.standing(id) === "admitting",
      );
      const id = queue.next(isReady, keepsSlot || keepsRoom ? "normal" : "background");
      if (id === undefined) return;
      queue.admit(id);
      orders.wantRoom(id);
    }
  };
  const giveUp = (id: SegmentId, why: Fault | null) => {
    queue.end(id);
    orders.reportEnded(id, why);
  };
  const refuseAll = (id: SegmentId) => {
    const waiting = queue.waiters(id);
    queue.end(id);
    for (const ask of waiting) orders.refuse(ask, busy);
  };
  const isReady = (id: SegmentId) => orders.readiness(id) === "ready";
  const hurriedWaits = () =>
    queue.queuedUpTo("high") > 0 && queue.next(isReady, "high") !== undefined;
  /** Stops the least important job, if there is one that has to give way. */
  const spareOne = (): boolean => {
    const id = queue.spare();
    if (id === undefined) return false;
    orders.cancel(id);
    if (queue.waiters(id).length === 0) queue.end(id);
    else queue.giveWay(id);
    orders.reportEnded(id, null);
    return true;
  };

  return setup({
    types: { context: {} as SchedulerContext, events: {} as SchedulerEvent },
    guards: {
      isLost: (_, event: { readonly id: SegmentId; readonly why: Fault }) =>
        queue.standing(event.id) === "running" &&
        event.why.code === "worker-lost" &&
        // it may have gone on for somebody who was served early and has left
        queue.waiters(event.id).length > 0 &&
        queue.attempts(event.id) < attemptsMax,
      // an answer to what was cancelled may meet the same segment asked for anew, not begun yet
      isRunning: (_, id: SegmentId) => queue.standing(id) === "running",
      isHurried: (_, priority: RenderClass) => isHurried(priority),
      // it was being admitted when another came that is in a hurry; none like it is admitted with that one
      isOutranked: (_, id: SegmentId) => isUnhurried(queue.priority(id)) && hurriedWaits(),
    },
    actions: {
      failImpossible,
      admitNext,
      ask: (_, event: { readonly id: SegmentId } & Waiter) => {
        const { id, ask, priority, deadlineMs, asker } = event;
        const waiter = { ask, priority, deadlineMs, ...(asker && { asker }) };
        let asked = queue.ask(id, waiter);
        const least = asked === "full" && !isUnhurried(priority) ? queue.leastQueued() : undefined;
        if (least !== undefined) {
          refuseAll(least);
          asked = queue.ask(id, waiter);
        }
        if (asked === "full") orders.refuse(ask, busy);
        if (asked === "queued") failIfImpossible(id);
      },
      withdraw: (_, event: Withdrawal & { readonly isServed: boolean }) => {
        if (queue.withdraw(event.id, event.ask) !== "orphaned") return;
        // one that is being admitted is given up when its answer comes: somebody may join till then
        if (queue.standing(event.id) !== "running") return;
        // who got its frames early left early, and who seeks comes back: the segment will be wanted soon
        if (event.isServed) return;
        queue.counts.stopped++;
        orders.cancel(event.id);
        giveUp(event.id, null);
      },
      begin: (_, id: SegmentId) => {
        if (queue.waiters(id).length === 0) return giveUp(id, null);
        queue.begin(id);
        orders.start(id);
      },
      beginAnew: (_, id: SegmentId) => {
        queue.requeue(id);
        queue.admit(id);
        queue.begin(id);
        orders.start(id);
      },
      putBack: (_, id: SegmentId) => {
        if (queue.waiters(id).length === 0) return queue.end(id);
        queue.requeue(id);
        // its source may have gone while room was asked for, and nothing more is said of that
        failIfImpossible(id);
      },
      /** of what was refused room: what runs without a hurry makes room for it */
      makeRoom: (_, id: SegmentId) => {
        if (isHurried(queue.priority(id))) spareOne();
      },
      end: (_, id: SegmentId) => queue.end(id),
      finish: (_, id: SegmentId) => {
        queue.end(id);
        orders.reportFinished(id);
      },
      fail: (_, event: { readonly id: SegmentId; readonly why: Fault }) =>
        giveUp(event.id, event.why),
      cancelAll: () => {
        for (const id of queue.ids()) {
          if (queue.standing(id) === "running") orders.cancel(id);
          queue.end(id);
        }
      },
      countFinished: assign({ finished: ({ context }) => context.finished + 1 }),
      count: assign({
        queued: () => queue.queued,
        busy: () => queue.active().length,
        givenWay: () => queue.givenWay,
      }),
    },
  }).createMachine({
    id: "renderScheduler",
    context: { slots, queued: 0, busy: 0, finished: 0, givenWay: 0 },
    initial: "scheduling",
    states: {
      scheduling: {
        description: "Jobs come, run and go.",
        initial: "free",
        on: {
          "scheduler.close": "closed",
          "render.withdraw": {
            target: ".free",
            actions: [{ type: "withdraw", params: ({ event }) => event }],
          },
          "room.moot": {
            target: ".free",
            actions: { type: "end", params: ({ event }) => event.id },
          },
          "room.freed": { target: ".free" },
          "engine.done": {
            guard: { type: "isRunning", params: ({ event }) => event.id },
            target: ".free",
            actions: [{ type: "finish", params: ({ event }) => event.id }, "countFinished"],
          },
          "engine.failed": [
            {
              guard: { type: "isLost", params: ({ event }) => event },
              actions: { type: "beginAnew", params: ({ event }) => event.id },
            },
            {
              guard: { type: "isRunning", params: ({ event }) => event.id },
              target: ".free",
              actions: { type: "fail", params: ({ event }) => event },
            },
          ],
          "room.refused": [
            {
              guard: { type: "isOutranked", params: ({ event }) => event.id },
              target: ".free",
              actions: { type: "putBack", params: ({ event }) => event.id },
            },
            {
              target: ".lacking",
              actions: [
                { type: "putBack", params: ({ event }) => event.id },
                { type: "makeRoom", params: ({ event }) => event.id },
                "count",
              ],
            },
          ],
          "room.granted": {
            actions: [{ type: "begin", params: ({ event }) => event.id }, "admitNext", "count"],
          },
        },
        states: {
          free: {
            description: "Room can be had for what is next.",
            entry: ["admitNext", "count"],
            on: {
              "render.ask": {
                actions: [{ type: "ask", params: ({ event }) => event }, "admitNext", "count"],
              },
              "source.changed": { actions: ["failImpossible", "admitNext", "count"] },
            },
          },
          lacking: {
            description:
              "The next job waits for room; it is asked for again when there may be some.",
            on: {
              "render.ask": [
                {
                  // what was refused may have been in less of a hurry
                  guard: { type: "isHurried", params: ({ event }) => event.priority },
                  target: "free",
                  actions: { type: "ask", params: ({ event }) => event },
                },
                { actions: [{ type: "ask", params: ({ event }) => event }, "count"] },
              ],
              "source.changed": { actions: ["failImpossible", "count"] },
            },
          },
        },
      },
      closed: {
        description: "Nothing is begun any more.",
        type: "final",
        entry: ["cancelAll", "count"],
      },
    },
  });
}

function isHurried(priority: RenderClass | undefined): boolean {
  return priority === "critical" || priority === "high";
}

function isUnhurried(priority: RenderClass | undefined): boolean {
  return priority === "low" || priority === "background";
}
