/** The pool under whatever workers and askers may do, in any order: fast-check looks for the sequence
 *  that breaks what the pool promises. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { createWorkerPool, defaultSlotConfig } from "#engine/actors/workerPool.ts";
import { handClock } from "../fakes/handClock.ts";
import { handWorkers, type HandWorker } from "../fakes/handWorkers.ts";

const lanes = ["render", "render", "measure"];

type Step =
  | { readonly type: "run"; readonly lane: string }
  | { readonly type: "cancel"; readonly job: number }
  | { readonly type: "ready" | "end" | "crash" | "report" | "babble"; readonly worker: number }
  | { readonly type: "pass"; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant("run" as const),
      lane: fc.constantFrom("render", "measure"),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("cancel" as const), job: fc.nat(40) }) },
  {
    weight: 9,
    arbitrary: fc.record({
      type: fc.constantFrom(
        "ready" as const,
        "ready" as const,
        "end" as const,
        "crash" as const,
        "report" as const,
        "babble" as const,
      ),
      worker: fc.nat(5),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("pass" as const),
      ms: fc.constantFrom(0, 50, 500, 1000, defaultSlotConfig.silenceMs, defaultSlotConfig.readyMs),
    }),
  },
);

type Asked = {
  readonly task: number;
  readonly cancel: () => void;
  readonly heard: string[];
  cancelled: boolean;
  /** how things stood when it was cancelled: they stay so */
  atCancel?: { readonly heard: number; readonly starts: number };
};

function world(sharesMemory: boolean, exitsWhenTerminated: boolean) {
  const clock = handClock();
  const hand = handWorkers({ exitsWhenTerminated });
  const pool = createWorkerPool(
    { clock, spawn: hand.spawn, sharesMemory },
    { lanes, config: defaultSlotConfig, waitingMax: 5 },
  );
  const asked: Asked[] = [];
  /** how often each task was started, and where it runs now */
  const startsOf = (task: number) =>
    hand.workers.flatMap((worker) =>
      worker.orders.filter((order) => order.type === "job/start" && order.task === task),
    ).length;
  const runningIn = (task: number) =>
    hand.living().filter((worker) => !worker.terminated && currentOf(worker)?.task === task);

  const act = (one: Step): void => {
    const living = hand.living();
    if (one.type === "pass") return clock.pass(one.ms);
    if (one.type === "run") {
      const task = asked.length;
      const heard: string[] = [];
      const cancel = pool.run({
        lane: one.lane,
        task,
        report: () => heard.push("report") > 0,
        ended: () => heard.push("ended"),
        lost: (why) => heard.push(why.code),
      });
      expect(heard).toEqual([]);
      asked.push({ cancelled: false, cancel, heard, task });
    } else if (one.type === "cancel") {
      const job = asked[one.job % Math.max(1, asked.length)];
      if (job === undefined) return;
      job.cancel();
      job.cancelled = true;
      job.atCancel ??= { heard: job.heard.length, starts: startsOf(job.task) };
    } else {
      const worker = living[one.worker % Math.max(1, living.length)];
      if (worker === undefined) return;
      const current = currentOf(worker);
      if (one.type === "crash") worker.crash();
      else if (one.type === "babble") worker.say({ type: "nonsense" });
      else if (one.type === "ready") {
        if (!saidReady.has(worker)) worker.say({ type: "worker/ready" });
        saidReady.add(worker);
      } else if (current !== undefined) {
        if (one.type === "report") worker.say({ type: "job/report", job: current.job, report: 1 });
        else {
          ended.add(`${hand.workers.indexOf(worker)}/${current.job}`);
          worker.say({ type: "job/ended", job: current.job });
        }
      }
    }
  };
  const saidReady = new Set<HandWorker>();
  const ended = new Set<string>();
  /** the job a worker has been told to start and has not ended */
  const currentOf = (worker: HandWorker) => {
    const order = worker.orders.findLast((one) => one.type === "job/start");
    if (order === undefined) return undefined;
    return ended.has(`${hand.workers.indexOf(worker)}/${order.job}`) ? undefined : order;
  };

  const check = (): void => {
    const slots = lanes.length;
    expect(hand.living().length).toBeLessThanOrEqual(slots);
    for (const job of asked) {
      const ends = job.heard.filter((word) => word !== "report");
      expect(ends.length).toBeLessThanOrEqual(1);
      if (ends.length === 1) expect(job.heard.at(-1)).not.toBe("report");
      if (job.atCancel !== undefined) {
        expect(job.heard.length).toBe(job.atCancel.heard);
        expect(startsOf(job.task)).toBe(job.atCancel.starts);
      }
      expect(runningIn(job.task).length).toBeLessThanOrEqual(1);
      expect(startsOf(job.task)).toBeLessThanOrEqual(2);
    }
    const { waiting, busy, idle } = pool.figures();
    expect(busy + idle).toBeLessThanOrEqual(slots);
    expect(waiting).toBeLessThanOrEqual(2 * 5 + 2);
  };

  /** From now on every worker does its work. */
  const recover = (): void => {
    for (let round = 0; round < 400; round++) {
      for (const worker of hand.living()) {
        if (worker.terminated) worker.crash();
        else if (!saidReady.has(worker)) {
          worker.say({ type: "worker/ready" });
          saidReady.add(worker);
        } else {
          const current = currentOf(worker);
          if (current === undefined) continue;
          ended.add(`${hand.workers.indexOf(worker)}/${current.job}`);
          worker.say({ type: "job/ended", job: current.job });
        }
      }
      clock.pass(100);
    }
  };
  return { act, check, recover, asked, pool, clock, hand };
}

it("every job is answered once or cancelled, whatever workers do, and nothing is left at the end", () => {
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 1, maxLength: 60 }),
      fc.boolean(),
      fc.boolean(),
      (steps, sharesMemory, exitsWhenTerminated) => {
        const { act, check, recover, asked, pool, clock, hand } = world(
          sharesMemory,
          exitsWhenTerminated,
        );
        for (const one of steps) {
          act(one);
          check();
        }
        recover();
        check();
        for (const job of asked) {
          const ends = job.heard.filter((word) => word !== "report");
          if (!job.cancelled) expect(ends).toHaveLength(1);
        }
        expect(pool.figures()).toMatchObject({ waiting: 0, busy: 0, idle: lanes.length });
        let closed = 0;
        pool.close(() => closed++);
        for (const worker of hand.living()) worker.crash();
        clock.pass(1e7);
        expect(closed).toBe(1);
        expect(hand.living()).toEqual([]);
        expect(clock.timers()).toBe(0);
      },
    ),
    { numRuns: 300, seed: 1 },
  );
});
