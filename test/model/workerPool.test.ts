import assert from "node:assert/strict";
import { it } from "vitest";
import type { EventFromLogic } from "xstate";
import { slotId, workerPoolMachine } from "#engine/machines/workerPool.machine.ts";
import { reportCoverage } from "./coverage.ts";
import { walkMachine, type Recorded, type Step } from "./walkMachine.ts";

type Event = EventFromLogic<typeof workerPoolMachine>;
type Job = {
  readonly job: number;
  readonly lane: string;
  /** workers that it has lost */
  readonly lost: number;
  /** slot that works on it; null while it waits */
  readonly slot: number | null;
  readonly isCancelled: boolean;
};
/** What slots and owners know. */
type World = {
  readonly jobs: readonly Job[];
  readonly slots: readonly {
    readonly is: "starting" | "free" | "busy" | "closed";
    readonly failedStarts: number;
  }[];
  readonly submitted: number;
};
type PoolStep = Step<typeof workerPoolMachine, undefined, World>;

const lanes = ["render", "render", "analyse"];
const waitingMax = 1;
const failedStartsMax = 3;
const config = { readyMs: 9, silenceMs: 8, cancelMs: 3, restMs: 1 };
const doneOf = (slot: number): Event => ({
  type: `xstate.done.actor.${slotId(slot)}`,
  output: { slot },
  actorId: slotId(slot),
});

function events({ jobs, slots, submitted }: World, isClosing: boolean): readonly Event[] {
  return [
    { type: "pool.close" },
    ...["render", "analyse"].map((lane): Event => ({
      type: "job.submit",
      job: submitted + 1,
      lane,
    })),
    ...jobs
      .filter(({ isCancelled }) => !isCancelled)
      .map(({ job }): Event => ({ type: "job.cancel", job })),
    ...slots.flatMap(({ is }, slot): readonly Event[] => {
      if (is === "closed") return [];
      const job = jobs.find((each) => each.slot === slot)?.job ?? null;
      // the starts between the first and the last that may fail differ in nothing
      const failed = is === "starting" ? failedStartsMax : 0;
      return [
        ...(is === "free" ? [] : [{ type: "slot.freed", slot } as const]),
        { type: "slot.lost", slot, job, failedStarts: failed },
        ...(isClosing ? [doneOf(slot)] : []),
      ];
    }),
  ];
}

/** What the event means in the world, before the pool has done anything. */
function told({ jobs, slots, submitted }: World, event: Event): World {
  const change = (slot: number, to: World["slots"][number]) => slots.with(slot, to);
  switch (event.type) {
    case "job.submit": {
      const made = { job: event.job, lane: event.lane, lost: 0, slot: null, isCancelled: false };
      return { jobs: [...jobs, made], slots, submitted: event.job };
    }
    case "job.cancel":
      return {
        // one that waits is forgotten; one that runs is the slot's until it lets go of it
        jobs: jobs
          .filter(({ job, slot }) => job !== event.job || slot !== null)
          .map((each) => (each.job === event.job ? { ...each, isCancelled: true } : each)),
        slots,
        submitted,
      };
    case "slot.freed":
      return {
        jobs: jobs.filter(({ slot }) => slot !== event.slot),
        slots: change(event.slot, { is: "free", failedStarts: 0 }),
        submitted,
      };
    case "slot.lost":
      return {
        jobs: jobs
          .filter(({ slot, isCancelled }) => slot !== event.slot || !isCancelled)
          .map((each) =>
            each.slot === event.slot ? { ...each, slot: null, lost: each.lost + 1 } : each,
          ),
        slots: change(event.slot, { is: "starting", failedStarts: event.failedStarts }),
        submitted,
      };
    default:
      return "output" in event
        ? {
            jobs,
            slots: change(event.output.slot, { is: "closed", failedStarts: 0 }),
            submitted,
          }
        : { jobs, slots, submitted };
  }
}

/** Follows what the pool did: a job ends once, and only one that lives. */
function done(world: World, actions: readonly Recorded[], slotOf: (job: number) => number): World {
  let { jobs, slots } = world;
  for (const { type, params } of actions) {
    const { job } = (params ?? {}) as { readonly job?: number };
    const sent = params as { readonly type: string };
    if (type === "loseJob" || type === "refuseJob") {
      assert.equal(jobs.filter((each) => each.job === job && each.slot === null).length, 1);
      jobs = jobs.filter((each) => each.job !== job);
    } else if (type === "xstate.sendTo" && sent.type === "job.assign") {
      const slot = slotOf(job!);
      const { lane } = jobs.find((each) => each.job === job)!;
      assert.equal(slots[slot]!.is, "free", "work goes to who is free");
      assert.equal(lanes[slot], lane, "in its lane");
      slots = slots.with(slot, { is: "busy", failedStarts: 0 });
      jobs = jobs.map((each) => (each.job === job ? { ...each, slot } : each));
    }
  }
  return { ...world, jobs, slots };
}

function next({ before: { watched }, event, after: { snapshot }, actions }: PoolStep): World {
  const world = told(watched, event);
  if (!snapshot.matches("serving")) return { ...world, jobs: [] };
  return done(world, actions, (job) =>
    snapshot.context.slots.findIndex((slot) => slot.job?.job === job),
  );
}

function invariants({ before, event, after: { snapshot, watched }, actions }: PoolStep): void {
  const { slots, waiting } = snapshot.context;
  const did = (type: string) => actions.filter((each) => each.type === type);
  assert.equal(did("closed").length, snapshot.matches("closed") ? 1 : 0);
  if (!snapshot.matches("serving")) {
    assert.deepEqual(waiting, []);
    assert.equal(
      snapshot.matches("closed"),
      watched.slots.every(({ is }) => is === "closed"),
      "closed when every worker is gone",
    );
    return;
  }
  // the pool's books are what slots and owners know: a job waits or runs, once
  const running = watched.jobs.filter(({ slot }) => slot !== null);
  const line = watched.jobs.filter(({ slot }) => slot === null);
  assert.deepEqual(
    slots.map(({ job, idle, failedStarts }) => [job?.job ?? null, idle, failedStarts]),
    watched.slots.map(({ is, failedStarts }, slot) => [
      running.find((each) => each.slot === slot)?.job ?? null,
      is === "free",
      failedStarts,
    ]),
  );
  assert.deepEqual(
    waiting.map(({ job, attempt }) => [job, attempt - 1]).toSorted(),
    line.map(({ job, lost }) => [job, lost]).toSorted(),
  );
  for (const lane of ["render", "analyse"]) {
    const jobs = line.filter((each) => each.lane === lane);
    const free = watched.slots.some(({ is }, slot) => is === "free" && lanes[slot] === lane);
    assert.ok(jobs.length === 0 || !free, "nobody waits beside a free slot");
    // those whose worker was lost come back in front of a line that may be full
    assert.ok(jobs.filter(({ lost }) => lost === 0).length <= waitingMax, "bounded");
  }
  const retried = waiting.findLastIndex(({ attempt }) => attempt > 1);
  assert.ok(
    waiting.slice(0, retried + 1).every(({ attempt }) => attempt > 1),
    "what lost its worker goes first",
  );
  judgeEnds(before.watched, event, did);
}

/** Who is told that there will be nothing, and why. */
function judgeEnds(was: World, event: Event, did: (type: string) => readonly Recorded[]): void {
  const line = (lane: string) =>
    was.jobs.filter((each) => each.slot === null && each.lane === lane && each.lost === 0);
  const isFull =
    event.type === "job.submit" &&
    was.jobs.filter((each) => each.slot === null && each.lane === event.lane).length >=
      waitingMax &&
    !was.slots.some(({ is }, slot) => is === "free" && lanes[slot] === event.lane);
  assert.equal(did("refuseJob").length, isFull ? 1 : 0, "says no early");
  if (event.type !== "slot.lost") return assert.equal(did("loseJob").length, 0);
  const lane = lanes[event.slot]!;
  const isDead = was.slots.every(
    ({ failedStarts }, slot) =>
      lanes[slot] !== lane ||
      (slot === event.slot ? event.failedStarts : failedStarts) >= failedStartsMax,
  );
  const lost = was.jobs.find(({ slot }) => slot === event.slot);
  const isGivenUp = lost !== undefined && !lost.isCancelled && (lost.lost > 0 || isDead);
  const retried = was.jobs.filter(
    (each) => each.slot === null && each.lane === lane && each.lost > 0,
  );
  assert.equal(
    did("loseJob").length,
    (isGivenUp ? 1 : 0) + (isDead ? line(lane).length + retried.length : 0),
    "lost twice, or nobody to work on it",
  );
}

it("the worker pool keeps every job in one place, tries it twice, and answers for it once", () => {
  const walked = walkMachine({
    machine: workerPoolMachine,
    input: { lanes, config, waitingMax },
    events: ({ snapshot, watched }) => events(watched, snapshot.matches("closing")),
    // jobs are told apart by where they stand, not by their numbers
    key: ({ snapshot, watched: { jobs, slots } }) =>
      snapshot.matches("serving")
        ? [
            slots,
            jobs
              .filter(({ slot }) => slot !== null)
              .map(({ slot, lost, isCancelled }) => [slot, lost, isCancelled])
              .toSorted(),
            snapshot.context.waiting.map(({ lane, attempt }) => [lane, attempt]),
          ]
        : slots.map(({ is }) => is === "closed"),
    watch: {
      initial: {
        jobs: [],
        slots: lanes.map(() => ({ is: "starting", failedStarts: 0 })),
        submitted: 0,
      } as World,
      next,
    },
    invariants,
  });
  reportCoverage(walked);
});
