import { describe, expect, it } from "vitest";
import { createWorkerPool, defaultSlotConfig, type PoolJob } from "#engine/actors/workerPool.ts";
import { handClock } from "../fakes/handClock.ts";
import { handWorkers } from "../fakes/handWorkers.ts";

const { readyMs, silenceMs, cancelMs, restMs } = defaultSlotConfig;

function poolOf({
  lanes = ["a", "a"],
  waitingMax = 8,
  sharesMemory = false,
  exitsWhenTerminated = true,
} = {}) {
  const clock = handClock();
  const hand = handWorkers({ exitsWhenTerminated });
  const pool = createWorkerPool(
    { clock, spawn: hand.spawn, sharesMemory },
    { lanes, config: defaultSlotConfig, waitingMax },
  );
  const log: string[] = [];
  const job = (name: string, lane = "a"): PoolJob => ({
    lane,
    task: name,
    report: (report) => {
      log.push(`${name}: ${String(report)}`);
      return report !== "nonsense";
    },
    ended: () => log.push(`${name} ended`),
    lost: (why) => log.push(`${name} lost: ${why.code}`),
  });
  const ready = () => hand.living().forEach((worker) => worker.say({ type: "worker/ready" }));
  /** names of the tasks that each living worker was told to start */
  const told = () =>
    hand
      .living()
      .map((worker) =>
        worker.orders.flatMap((order) => (order.type === "job/start" ? [order.task] : [])),
      );
  return { clock, hand, pool, log, job, ready, told };
}

describe("worker pool", () => {
  it("spawns every worker before the first job, and gives jobs to those that are ready", () => {
    const { hand, pool, job, told } = poolOf();
    expect(hand.workers).toHaveLength(2);
    pool.run(job("one"));
    expect(told()).toEqual([[], []]);
    hand.workers[1]!.say({ type: "worker/ready" });
    expect(told()).toEqual([[], ["one"]]);
    hand.workers[0]!.say({ type: "worker/ready" });
    expect(told()).toEqual([[], ["one"]]);
  });

  it("runs jobs in the order in which they came, one per worker", () => {
    const { hand, pool, job, ready, told, log } = poolOf();
    ready();
    for (const name of ["one", "two", "three", "four"]) pool.run(job(name));
    expect(told()).toEqual([["one"], ["two"]]);
    expect(pool.figures()).toMatchObject({ waiting: 2, busy: 2, idle: 0 });
    hand.workers[1]!.say({ type: "job/ended", job: 2 });
    expect(told()).toEqual([["one"], ["two", "three"]]);
    expect(log).toEqual(["two ended"]);
  });

  it("keeps lanes apart: a full one does not hold up another", () => {
    const { pool, job, ready, told } = poolOf({ lanes: ["a", "b"] });
    ready();
    pool.run(job("one", "b"));
    pool.run(job("two", "b"));
    pool.run(job("three", "a"));
    expect(told()).toEqual([["three"], ["one"]]);
  });

  it("hands on what a job reports, until it has ended", () => {
    const { hand, pool, job, ready, log } = poolOf({ lanes: ["a"] });
    ready();
    pool.run(job("one"));
    const [worker] = hand.workers;
    worker!.say({ type: "job/report", job: 1, report: "half" });
    worker!.say({ type: "job/report", job: 7, report: "somebody else's" });
    worker!.say({ type: "job/ended", job: 1 });
    worker!.say({ type: "job/report", job: 1, report: "late" });
    worker!.say({ type: "job/ended", job: 1 });
    expect(log).toEqual(["one: half", "one ended"]);
  });

  it("tries a job elsewhere, before those that wait, when its worker crashes", () => {
    const { hand, pool, job, ready, told, log } = poolOf();
    ready();
    for (const name of ["one", "two", "three"]) pool.run(job(name));
    hand.workers[0]!.crash();
    hand.workers[1]!.say({ type: "job/ended", job: 2 });
    expect(told()).toEqual([["two", "one"]]);
    expect(log).toEqual(["two ended"]);
  });

  it("a job that is given up in the turn in which it is assigned is never begun, and its place goes to the next", () => {
    const { clock, hand, pool, job, ready, told, log } = poolOf();
    ready();
    pool.run({
      ...job("bad"),
      lost: () => {
        const giveUp = pool.run(job("never"));
        pool.run(job("after"));
        giveUp();
      },
    });
    hand.workers[0]!.crash();
    clock.pass(restMs);
    ready();
    hand.workers[1]!.crash();
    expect(told()).toEqual([["after"]]);
    clock.pass(restMs + silenceMs / 2);
    ready();
    expect(pool.figures()).toMatchObject({ waiting: 0, busy: 1, idle: 1, lostWorkers: 2 });
    expect(log).toEqual([]);
  });

  it("gives a job up when its second worker is lost too, and goes on with the others", () => {
    const { clock, hand, pool, job, ready, told, log } = poolOf({ lanes: ["a"] });
    ready();
    pool.run(job("bad"));
    pool.run(job("good"));
    for (let n = 0; n < 2; n++) {
      hand.living()[0]!.crash();
      clock.pass(restMs);
      ready();
    }
    expect(log).toEqual(["bad lost: worker-lost"]);
    expect(told()).toEqual([["good"]]);
    expect(pool.figures().lostWorkers).toBe(2);
  });

  it("replaces a worker that says nothing for too long, and tries its job again", () => {
    const { clock, hand, pool, job, ready, told } = poolOf({ lanes: ["a"] });
    ready();
    pool.run(job("one"));
    const [first] = hand.workers;
    clock.pass(silenceMs - 1);
    first!.say({ type: "job/alive", job: 1 });
    clock.pass(silenceMs - 1);
    expect(first!.terminated).toBe(false);
    clock.pass(1);
    expect(first!.terminated).toBe(true);
    clock.pass(restMs);
    ready();
    expect(hand.workers).toHaveLength(2);
    expect(told()).toEqual([["one"]]);
  });

  it("does not hear a worker that was told to end, however long that takes", () => {
    const { clock, hand, pool, job, ready, log } = poolOf({
      lanes: ["a"],
      exitsWhenTerminated: false,
    });
    ready();
    pool.run(job("one"));
    clock.pass(silenceMs);
    hand.workers[0]!.say({ type: "job/report", job: 1, report: "late" });
    hand.workers[0]!.say({ type: "job/ended", job: 1 });
    expect(log).toEqual([]);
    hand.workers[0]!.crash();
    clock.pass(restMs);
    ready();
    hand.workers[1]!.say({ type: "job/ended", job: 1 });
    expect(log).toEqual(["one ended"]);
  });

  it("does not hear the late word of a worker that has a successor", () => {
    const { clock, hand, pool, job, ready, log } = poolOf({ lanes: ["a"] });
    ready();
    pool.run(job("one"));
    const [old] = hand.workers;
    old!.crash();
    clock.pass(restMs);
    ready();
    old!.say({ type: "job/report", job: 1, report: "late" });
    old!.say({ type: "job/ended", job: 1 });
    old!.say({ type: "nonsense" });
    expect(log).toEqual([]);
    expect(hand.workers[1]!.terminated).toBe(false);
    hand.workers[1]!.say({ type: "job/ended", job: 1 });
    expect(log).toEqual(["one ended"]);
  });

  it("replaces a worker that talks nonsense", () => {
    const { hand, pool, job, ready } = poolOf({ lanes: ["a"] });
    ready();
    pool.run(job("one"));
    hand.workers[0]!.say({ type: "what?" });
    expect(hand.workers[0]!.terminated).toBe(true);
  });

  it("replaces a worker whose report the job does not understand", () => {
    const { hand, pool, job, ready } = poolOf({ lanes: ["a"] });
    ready();
    pool.run(job("one"));
    hand.workers[0]!.say({ type: "job/report", job: 1, report: "nonsense" });
    expect(hand.workers[0]!.terminated).toBe(true);
  });

  it("drops a waiting job at once when it is cancelled", () => {
    const { hand, pool, job, ready, told, log } = poolOf({ lanes: ["a"] });
    ready();
    pool.run(job("one"));
    const cancel = pool.run(job("two"));
    cancel();
    cancel();
    hand.workers[0]!.say({ type: "job/ended", job: 1 });
    expect(told()).toEqual([["one"]]);
    expect(log).toEqual(["one ended"]);
  });

  it("tells a worker by message that its job was cancelled, and reports nothing more of it", () => {
    const { hand, pool, job, ready, told, log } = poolOf({ lanes: ["a"] });
    ready();
    const cancel = pool.run(job("one"));
    cancel();
    const [worker] = hand.workers;
    expect(worker!.orders.at(-1)).toEqual({ type: "job/cancel", job: 1 });
    worker!.say({ type: "job/report", job: 1, report: "late" });
    pool.run(job("two"));
    expect(told()).toEqual([["one"]]);
    worker!.say({ type: "job/ended", job: 1 });
    expect(told()).toEqual([["one", "two"]]);
    expect(log).toEqual([]);
  });

  it("tells a worker that shares memory through its flag", () => {
    const { hand, pool, job, ready } = poolOf({ lanes: ["a"], sharesMemory: true });
    ready();
    const cancel = pool.run(job("one"));
    const begin = hand.workers[0]!.orders[0]!;
    if (begin.type !== "worker/begin") throw new Error(begin.type);
    const flag = new Int32Array(begin.flag!);
    expect(flag[0]).toBe(0);
    cancel();
    expect(flag[0]).toBe(1);
  });

  it("terminates a worker whose cancelled job goes on, and does not try that job again", () => {
    const { clock, hand, pool, job, ready, told, log } = poolOf({ lanes: ["a"] });
    ready();
    const cancel = pool.run(job("one"));
    cancel();
    clock.pass(cancelMs);
    expect(hand.workers[0]!.terminated).toBe(true);
    clock.pass(restMs);
    ready();
    expect(told()).toEqual([[]]);
    expect(log).toEqual([]);
  });

  it("says busy, later, when too many wait", () => {
    const { clock, pool, job, ready, log } = poolOf({ lanes: ["a"], waitingMax: 1 });
    ready();
    pool.run(job("one"));
    pool.run(job("two"));
    pool.run(job("three"));
    expect(log).toEqual([]);
    clock.pass(0);
    expect(log).toEqual(["three lost: busy"]);
  });

  it("rests longer between starts that fail, and tells those who wait after the third", () => {
    const { clock, hand, pool, job, log } = poolOf({ lanes: ["a"] });
    pool.run(job("one"));
    hand.workers[0]!.crash();
    clock.pass(2 * restMs - 1);
    expect(hand.workers).toHaveLength(1);
    clock.pass(1);
    hand.workers[1]!.crash();
    clock.pass(4 * restMs);
    expect(log).toEqual([]);
    hand.workers[2]!.crash();
    expect(log).toEqual(["one lost: worker-lost"]);
    clock.pass(64 * restMs);
    expect(hand.workers).toHaveLength(4);
  });

  it("counts a worker that never becomes ready as a failed start", () => {
    const { clock, hand } = poolOf({ lanes: ["a"] });
    clock.pass(readyMs);
    expect(hand.workers[0]!.terminated).toBe(true);
    clock.pass(2 * restMs);
    expect(hand.workers).toHaveLength(2);
  });

  it("closes when the last worker has gone, leaves no timer and says nothing more", () => {
    const { clock, hand, pool, job, ready, log } = poolOf({ exitsWhenTerminated: false });
    ready();
    pool.run(job("one"));
    pool.close(() => log.push("closed"));
    expect(hand.workers.map((worker) => worker.terminated)).toEqual([true, true]);
    hand.workers[0]!.say({ type: "job/ended", job: 1 });
    hand.workers[0]!.crash();
    expect(log).toEqual([]);
    hand.workers[1]!.crash();
    expect(log).toEqual(["closed"]);
    clock.pass(1_000_000);
    expect(clock.timers()).toBe(0);
    expect(hand.workers).toHaveLength(2);
    pool.close(() => log.push("closed again"));
    expect(log).toEqual(["closed", "closed again"]);
  });

  it("closes while a worker rests or starts", () => {
    const { hand, pool, log } = poolOf();
    hand.workers[0]!.crash();
    pool.close(() => log.push("closed"));
    expect(log).toEqual(["closed"]);
    expect(hand.living()).toEqual([]);
  });
});
