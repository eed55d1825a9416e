import assert from "node:assert/strict";
import { it } from "vitest";
import type { EventFromLogic } from "xstate";
import { workerSlotMachine, type SlotReport } from "#engine/machines/workerSlot.machine.ts";
import { reportCoverage } from "./coverage.ts";
import { walkMachine, type Step } from "./walkMachine.ts";

type Event = EventFromLogic<typeof workerSlotMachine>;

/** What the worker and the pool know. */
type World = {
  /** spawned, and its exit not told yet */
  readonly isAlive: boolean;
  readonly isTerminated: boolean;
  /** the pool may hand out a job: the slot said that it is free */
  readonly isOffered: boolean;
  /** a job that was handed out and not given back */
  readonly owed: number | null;
};
type SlotStep = Step<typeof workerSlotMachine, undefined, World>;
const config = { readyMs: 9, silenceMs: 8, cancelMs: 3, restMs: 1 };
const slot = 4;

/** A worker says what it likes as long as it lives; the pool hands out one job at a time. */
function events({ isAlive, isOffered, owed }: World): readonly Event[] {
  const fromWorker: readonly Event[] = [
    { type: "worker.ready" },
    { type: "worker.exited" },
    { type: "worker.violated" },
    { type: "job.reported" },
    { type: "job.ended", job: 1 },
    { type: "job.ended", job: 2 },
  ];
  return [
    { type: "slot.close" },
    ...(isAlive ? fromWorker : []),
    ...(isOffered ? ([1, 2] as const).map((job): Event => ({ type: "job.assign", job })) : []),
    ...(owed === null ? [] : [{ type: "job.cancel" } as const]),
  ];
}

/** Follows what the slot did, in order, and holds it to its promises. */
function next({ before: { watched }, event, actions }: SlotStep): World {
  let { isAlive, isTerminated, isOffered, owed } = watched;
  if (event.type === "worker.exited") isAlive = false;
  if (event.type === "job.assign") {
    isOffered = false;
    owed = event.job;
  }
  for (const { type, params } of actions) {
    const report = params as SlotReport | undefined;
    if (type === "spawnWorker") {
      assert.ok(!isAlive, "one worker at a time");
      isAlive = true;
      isTerminated = false;
    } else if (type === "terminateWorker") {
      assert.ok(isAlive, "there is something to terminate");
      isTerminated = true;
    } else if (type === "postJob") {
      assert.ok(isAlive && !isTerminated, "a job goes to a worker that lives");
      assert.deepEqual(params, { slot, job: owed });
    } else if (type === "postCancel") assert.deepEqual(params, { slot, job: owed });
    else if (type === "xstate.sendTo" && report?.type === "slot.freed") {
      assert.ok(isAlive && !isTerminated && !isOffered);
      isOffered = true;
      owed = null;
    } else if (type === "xstate.sendTo" && report?.type === "slot.lost") {
      assert.equal(report.job, owed, "a job is given back once, and no other one");
      owed = null;
      isOffered = false;
    } else assert.match(type, /^xstate\.(raise|cancel|assign)$/);
  }
  return { isAlive, isTerminated, isOffered, owed };
}

function invariants({ before, event, after: { snapshot, watched }, actions }: SlotStep): void {
  const { context } = snapshot;
  const isLeaving = snapshot.matches("closing") || snapshot.matches("closed");
  assert.equal(snapshot.matches("idle"), watched.isOffered && !isLeaving, "offered when idle");
  assert.equal(snapshot.matches("busy"), watched.owed !== null && !isLeaving, "busy when owing");
  if (!isLeaving) assert.equal(context.job, watched.owed);
  // who is let go is gone before another comes, or before the slot closes
  if (snapshot.matches("stopping") || snapshot.matches("closing"))
    assert.ok(watched.isAlive && watched.isTerminated);
  if (snapshot.matches("resting") || snapshot.matches("closed")) assert.ok(!watched.isAlive);
  // only a start that failed counts, and only one that succeeded is forgotten
  const was = before.snapshot;
  const failed = was.matches("spawning") && /stopping|resting/.test(String(snapshot.value));
  assert.equal(
    context.failedStarts,
    event.type === "worker.ready" && was.matches("spawning")
      ? 0
      : was.context.failedStarts + (failed ? 1 : 0),
  );
  // each sign of life starts the deadline anew
  if (event.type === "job.reported" && was.matches({ busy: "working" }))
    assert.ok(actions.some(({ type }) => type === "xstate.raise"));
  // the end of another job is not the end of this one
  if (event.type === "job.ended" && event.job !== was.context.job) {
    assert.deepEqual(actions, []);
    assert.deepEqual(snapshot.value, was.value);
  }
  if (event.type === "slot.close") assert.ok(isLeaving);
}

it("a worker slot has one worker and one job at a time, and gives every job back once", () => {
  const walked = walkMachine({
    machine: workerSlotMachine,
    input: { slot, config },
    events: ({ watched }) => events(watched),
    key: ({ snapshot: { context }, watched }) => [
      context.job,
      Math.min(2, context.failedStarts),
      watched,
    ],
    watch: {
      initial: { isAlive: true, isTerminated: false, isOffered: false, owed: null } as World,
      next,
    },
    invariants,
  });
  reportCoverage(walked);
});
