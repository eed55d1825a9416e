/** How long a worker may be silent: learnt from how long those that were well were silent. */
import { describe, expect, it } from "vitest";
import { createWorkerPool, defaultSlotConfig } from "#engine/actors/workerPool.ts";
import { handClock } from "../fakes/handClock.ts";
import { handWorkers, type HandWorker } from "../fakes/handWorkers.ts";

const { silenceMs, restMs } = defaultSlotConfig;
const silenceMinMs = 1000;

function poolOf(lanes: readonly string[] = ["a"]) {
  const clock = handClock();
  const hand = handWorkers();
  const pool = createWorkerPool(
    { clock, spawn: hand.spawn, sharesMemory: false, silenceMinMs },
    { lanes, config: defaultSlotConfig, waitingMax: 8 },
  );
  const ready = () => hand.living().forEach((worker) => worker.say({ type: "worker/ready" }));
  ready();
  const log: string[] = [];
  const run = (lane = "a") =>
    pool.run({
      lane,
      task: lane,
      report: () => true,
      ended: () => log.push("ended"),
      lost: (why) => log.push(`lost: ${why.code}`),
    });
  const busy = (): HandWorker =>
    hand.living().find((one) => one.orders.some((order) => order.type === "job/start"))!;
  /** a job that says something, and ends, after so long each */
  const runFor = (...pauses: readonly number[]) => {
    run();
    const worker = hand.living()[0]!;
    const job = hand.jobOf(worker);
    for (const [at, ms] of pauses.entries()) {
      clock.pass(ms);
      worker.say({ type: at === pauses.length - 1 ? "job/ended" : "job/alive", job });
    }
  };
  let timeoutMs = 0;
  pool.timeouts$.subscribe((each) => (timeoutMs = each["a"]!.timeoutMs));
  /** ms of silence after which the worker is terminated */
  const patience = () => timeoutMs;
  return { clock, hand, pool, ready, log, run, runFor, busy, patience };
}

describe("a silent worker", () => {
  it("is given the longest time while nothing is known", () => {
    const { clock, run, busy } = poolOf();
    run();
    const worker = busy();
    clock.pass(silenceMs - 1);
    expect(worker.terminated).toBe(false);
    clock.pass(1);
    expect(worker.terminated).toBe(true);
  });

  it("is noticed sooner once it is known how long jobs are silent", () => {
    const { clock, run, runFor, patience, hand } = poolOf();
    for (let n = 0; n < 10; n++) runFor(400, 20, 400);
    expect(patience()).toBe(silenceMinMs);
    run();
    const [worker] = hand.living();
    clock.pass(silenceMinMs - 1);
    expect(worker!.terminated).toBe(false);
    clock.pass(1);
    expect(worker!.terminated).toBe(true);
  });

  it("is judged by the longest silence of a job, not by the many short ones", () => {
    const { runFor, patience } = poolOf();
    for (let n = 0; n < 30; n++) runFor(5, 5, 5, 3000, 5, 5);
    expect(patience()).toBeGreaterThanOrEqual(3000);
    expect(patience()).toBeLessThan(4000);
  });

  it("that was only slow gets twice the time in its next life, and its job is not lost", () => {
    const { clock, run, runFor, patience, ready, hand, log } = poolOf();
    for (let n = 0; n < 20; n++) runFor(10);
    log.length = 0;
    run();
    // from now on the machine needs 1.7 s for what took 10 ms
    clock.pass(silenceMinMs + restMs);
    ready();
    expect(patience()).toBe(2 * silenceMinMs);
    const worker = hand.living()[0]!;
    clock.pass(1700);
    worker.say({ type: "job/ended", job: hand.jobOf(worker) });
    expect(log).toEqual(["ended"]);
    expect(hand.workers).toHaveLength(2);
    // and it has learnt: nobody else is lost
    for (let n = 0; n < 10; n++) runFor(1700);
    expect(hand.workers).toHaveLength(2);
    expect(patience()).toBeGreaterThan(1700);
  });

  it("that hangs again and again is waited for the longest time, and no longer", () => {
    const { clock, run, runFor, patience, ready, hand } = poolOf();
    for (let n = 0; n < 20; n++) runFor(10);
    for (let n = 0; n < 3; n++) {
      run();
      for (let loss = 0; loss < 2; loss++) {
        clock.pass(silenceMs + restMs);
        ready();
      }
    }
    expect(patience()).toBe(silenceMs);
    expect(hand.workers).toHaveLength(7);
  });

  it("says nothing of how long they take when its job was cancelled, or crashed", () => {
    const { clock, run, runFor, patience, ready, hand } = poolOf();
    for (let n = 0; n < 20; n++) runFor(10);
    const cancel = run();
    const worker = hand.living()[0]!;
    clock.pass(900);
    cancel();
    clock.pass(100);
    worker.say({ type: "job/ended", job: hand.jobOf(worker) });
    run();
    clock.pass(900);
    worker.crash();
    clock.pass(restMs);
    ready();
    expect(patience()).toBe(silenceMinMs);
  });

  it("of one lane makes nobody patient, or impatient, with another", () => {
    const { clock, pool, run, hand } = poolOf(["a", "b"]);
    const timeoutsOf = () => {
      let now: Record<string, number> = {};
      pool.timeouts$
        .subscribe(
          (each) =>
            (now = Object.fromEntries(Object.entries(each).map(([k, v]) => [k, v.timeoutMs]))),
        )
        .unsubscribe();
      return now;
    };
    run("b");
    clock.pass(2);
    hand.workers[1]!.say({ type: "job/ended", job: 1 });
    expect(timeoutsOf()).toEqual({ a: silenceMs, b: silenceMinMs });
  });
});
