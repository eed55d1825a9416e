/** The render queue against a model that keeps everything in one list. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RenderQueue, renderClasses, type Waiter } from "#engine/machines/renderQueue.ts";

type ModelJob = {
  readonly id: string;
  readonly order: number;
  standing: "queued" | "admitting" | "running";
  waiters: Waiter[];
  /** what it had when its last waiter left */
  last: Waiter;
};

const queueMax = 4;
const ids = ["a", "b", "c", "d", "e", "f"];

/** The queue, said again as plainly as possible. */
class Model {
  jobs: ModelJob[] = [];
  order = 0;

  ask(id: string, waiter: Waiter) {
    const job = this.find(id);
    if (job) {
      job.waiters = [...job.waiters.filter(({ ask }) => ask !== waiter.ask), waiter];
      return "joined";
    }
    if (this.jobs.filter(({ standing }) => standing === "queued").length >= queueMax) return "full";
    const order = this.order++;
    this.jobs.push({ id, order, standing: "queued", waiters: [waiter], last: waiter });
    return "queued";
  }
  withdraw(id: string, ask: number) {
    const job = this.find(id);
    if (!job?.waiters.some((each) => each.ask === ask)) return "unknown";
    job.last = best(job.waiters)!;
    job.waiters = job.waiters.filter((each) => each.ask !== ask);
    if (job.waiters.length > 0) return "kept";
    if (job.standing !== "queued") return "orphaned";
    this.jobs = this.jobs.filter((each) => each !== job);
    return "dropped";
  }
  next(isReady: (id: string) => boolean, worst: (typeof renderClasses)[number]) {
    const worstRank = renderClasses.indexOf(worst);
    return this.jobs
      .filter(({ id, standing }) => standing === "queued" && isReady(id))
      .map((job) => ({ job, waiter: best(job.waiters) ?? job.last }))
      .filter(({ waiter }) => rank(waiter) <= worstRank)
      .sort(
        (a, b) =>
          rank(a.waiter) - rank(b.waiter) ||
          a.waiter.deadlineMs - b.waiter.deadlineMs ||
          a.job.order - b.job.order,
      )[0]?.job.id;
  }
  find(id: string) {
    return this.jobs.find((each) => each.id === id);
  }
}

const rank = ({ priority }: Waiter) => renderClasses.indexOf(priority);
const best = (waiters: readonly Waiter[]) =>
  [...waiters].sort((a, b) => rank(a) - rank(b) || a.deadlineMs - b.deadlineMs)[0];

const waiter = fc.record({
  ask: fc.integer({ min: 0, max: 5 }),
  priority: fc.constantFrom(...renderClasses),
  deadlineMs: fc.integer({ min: 0, max: 3 }),
});
const id = fc.constantFrom(...ids);
const step = fc.oneof(
  fc.record({ type: fc.constant("ask" as const), id, waiter }),
  fc.record({ type: fc.constant("withdraw" as const), id, ask: fc.integer({ min: 0, max: 5 }) }),
  fc.record({ type: fc.constant("run" as const), worst: fc.constantFrom(...renderClasses) }),
  fc.record({ type: fc.constant("requeue" as const), id }),
  fc.record({ type: fc.constant("end" as const), id }),
);

describe("the render queue", () => {
  it("does what a plain list would do, whatever is asked of it", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.subarray(ids), (steps, unready) => {
        const queue = new RenderQueue(queueMax);
        const model = new Model();
        const isReady = (each: string) => !unready.includes(each);
        for (const each of steps) {
          if (each.type === "ask")
            expect(queue.ask(each.id, each.waiter)).toBe(model.ask(each.id, each.waiter));
          else if (each.type === "withdraw")
            expect(queue.withdraw(each.id, each.ask)).toBe(model.withdraw(each.id, each.ask));
          else if (each.type === "run") {
            const next = queue.next(isReady, each.worst);
            expect(next).toBe(model.next(isReady, each.worst));
            if (next === undefined) continue;
            queue.admit(next);
            queue.begin(next);
            model.find(next)!.standing = "running";
          } else if (each.type === "requeue") {
            // as the scheduler does: only what somebody waits for goes back into the line
            const job = model.find(each.id);
            if (job?.standing !== "running" || job.waiters.length === 0) continue;
            queue.requeue(each.id);
            job.standing = "queued";
          } else {
            queue.end(each.id);
            model.jobs = model.jobs.filter((job) => job.id !== each.id);
          }
          const queued = model.jobs.filter(({ standing }) => standing === "queued");
          expect(queue.queued).toBe(queued.length);
          expect(queue.ids().toSorted()).toEqual(model.jobs.map((job) => job.id).toSorted());
          for (const name of renderClasses)
            expect(queue.depth()[name]).toBe(
              queued.filter((job) => best(job.waiters)?.priority === name).length,
            );
        }
      }),
      { numRuns: 300 },
    );
  });

  it("gives a job the class of the most important who still waits", () => {
    const queue = new RenderQueue(8);
    queue.ask("a", { ask: 1, priority: "low", deadlineMs: 0 });
    queue.ask("a", { ask: 2, priority: "critical", deadlineMs: 0 });
    expect(queue.priority("a")).toBe("critical");
    expect(queue.withdraw("a", 2)).toBe("kept");
    expect(queue.priority("a")).toBe("low");
    queue.ask("a", { ask: 1, priority: "high", deadlineMs: 0 });
    expect(queue.priority("a")).toBe("high");
  });

  it("says no to one more than it may hold, but never to one who joins", () => {
    const queue = new RenderQueue(1);
    expect(queue.ask("a", { ask: 1, priority: "low", deadlineMs: 0 })).toBe("queued");
    expect(queue.ask("b", { ask: 2, priority: "critical", deadlineMs: 0 })).toBe("full");
    expect(queue.ask("a", { ask: 3, priority: "low", deadlineMs: 0 })).toBe("joined");
  });
});
