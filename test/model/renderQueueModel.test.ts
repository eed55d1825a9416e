/** The render queue against one list of jobs, sorted anew for every question. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { RenderQueue, renderClasses, type Waiter } from "#engine/machines/renderQueue.ts";
import { runAgainstModel, type Step } from "./runAgainstModel.ts";

type Job = {
  readonly id: string;
  standing: "queued" | "admitting" | "running";
  waiters: Waiter[];
  /** what it is worth; kept when the last waiter of a running job leaves */
  worth: Pick<Waiter, "priority" | "deadlineMs" | "asker">;
  begun: number;
};

const queueMax = 3;
const ids = ["a", "b", "c", "d", "e"];
const rank = ({ priority }: Pick<Waiter, "priority">) => renderClasses.indexOf(priority);

/** Jobs in the order in which they were first asked for. */
class Line {
  jobs: Job[] = [];
  /** class and asker of every job that was begun */
  readonly begun: (readonly [Waiter["priority"], string])[] = [];

  ask(id: string, waiter: Waiter) {
    const job = this.find(id);
    if (job) {
      const others = job.waiters.filter(({ ask }) => ask !== waiter.ask);
      this.wait(
        job,
        job.waiters.length > others.length ? replaced(job.waiters, waiter) : [...others, waiter],
      );
      return "joined";
    }
    if (this.queued().length === queueMax) return "full";
    this.jobs.push({ id, standing: "queued", waiters: [waiter], worth: waiter, begun: 0 });
    return "queued";
  }
  withdraw(id: string, ask: number) {
    const job = this.find(id);
    if (!job?.waiters.some((waiter) => waiter.ask === ask)) return "unknown";
    this.wait(
      job,
      job.waiters.filter((waiter) => waiter.ask !== ask),
    );
    if (job.waiters.length > 0) return "kept";
    if (job.standing !== "queued") return "orphaned";
    this.end(id);
    return "dropped";
  }
  next(unready: readonly string[], worst: Waiter["priority"]) {
    return this.inOrder().find(
      ({ id, worth }) => !unready.includes(id) && rank(worth) <= renderClasses.indexOf(worst),
    )?.id;
  }
  move(id: string, from: readonly Job["standing"][], to: Job["standing"]) {
    const job = this.find(id);
    if (!job || !from.includes(job.standing)) return "throws";
    job.standing = to;
    if (to === "running") {
      job.begun++;
      this.begun.push([job.worth.priority, job.worth.asker ?? ""]);
    }
    return undefined;
  }
  giveWay(id: string) {
    const given = this.move(id, ["running"], "queued");
    if (given === undefined) this.find(id)!.begun--;
    return given;
  }
  least(is: Job["standing"]) {
    const unhurried = this.jobs.filter(
      ({ standing, worth }) => standing === is && rank(worth) >= 3,
    );
    return inHurry(unhurried).at(-1)?.id;
  }
  /** Class, then rounds had of the last sixteen begun in the class, then deadline, then first come. */
  private inOrder(): readonly Job[] {
    const rounds = ({ worth }: Job) => {
      const last = this.begun.filter(([priority]) => priority === worth.priority).slice(-16);
      return Math.floor(last.filter(([, asker]) => asker === (worth.asker ?? "")).length / 4);
    };
    return inHurry(this.queued())
      .toSorted((a, b) => rounds(a) - rounds(b))
      .toSorted((a, b) => rank(a.worth) - rank(b.worth));
  }
  end(id: string): void {
    this.jobs = this.jobs.filter((job) => job.id !== id);
  }
  find(id: string): Job | undefined {
    return this.jobs.find((job) => job.id === id);
  }
  queued(): Job[] {
    return this.jobs.filter(({ standing }) => standing === "queued");
  }
  private wait(job: Job, waiters: Waiter[]): void {
    job.waiters = waiters;
    job.worth = bestOf(waiters) ?? job.worth;
  }
}

/** The most important of those who wait; of equals the one in the greatest hurry. */
function bestOf(waiters: readonly Waiter[]): Waiter | undefined {
  return waiters.toSorted((a, b) => rank(a) - rank(b) || a.deadlineMs - b.deadlineMs)[0];
}

/** Class, then deadline, then first come: sorting keeps the order of equals. */
function inHurry(jobs: readonly Job[]): readonly Job[] {
  return jobs.toSorted(
    ({ worth: a }, { worth: b }) => rank(a) - rank(b) || a.deadlineMs - b.deadlineMs,
  );
}

const replaced = (waiters: readonly Waiter[], by: Waiter) =>
  waiters.map((waiter) => (waiter.ask === by.ask ? by : waiter));

const name = fc.constantFrom(...ids);
const asks = fc.nat(3);
const askers = fc.constantFrom("wild", "calm", undefined);
const priorities = fc.constantFrom(...renderClasses);
type QueueStep = Step<Line, RenderQueue>;

function onJob(
  what: string,
  real: (queue: RenderQueue, id: string) => unknown,
  model: (line: Line, id: string) => unknown,
): fc.Arbitrary<QueueStep> {
  return name.map((id) => ({
    text: `${what}(${id})`,
    real: (queue) => real(queue, id),
    model: (line) => model(line, id),
  }));
}

const steps: fc.Arbitrary<QueueStep>[] = [
  fc
    .tuple(name, asks, priorities, fc.nat(3), askers)
    .map(([id, ask, priority, deadlineMs, asker]) => {
      const waiter = { ask, priority, deadlineMs, ...(asker && { asker }) };
      return {
        text: `ask(${id} #${ask} ${priority} ${deadlineMs} ${asker})`,
        real: (queue) => queue.ask(id, waiter),
        model: (line) => line.ask(id, waiter),
      };
    }),
  fc.tuple(name, asks).map(([id, ask]) => ({
    text: `withdraw(${id} #${ask})`,
    real: (queue) => queue.withdraw(id, ask),
    model: (line) => line.withdraw(id, ask),
  })),
  onJob(
    "admit",
    (queue, id) => queue.admit(id),
    (line, id) => line.move(id, ["queued"], "admitting"),
  ),
  onJob(
    "begin",
    (queue, id) => queue.begin(id),
    (line, id) => line.move(id, ["admitting"], "running"),
  ),
  onJob(
    "requeue",
    (queue, id) => queue.requeue(id),
    (line, id) => line.move(id, ["admitting", "running"], "queued"),
  ),
  onJob(
    "giveWay",
    (queue, id) => queue.giveWay(id),
    (line, id) => line.giveWay(id),
  ),
  // begun and ended over and over, so that turns add up
  onJob(
    "serve",
    (queue, id) => {
      queue.admit(id);
      queue.begin(id);
      queue.end(id);
    },
    (line, id) => {
      if (line.move(id, ["queued"], "admitting")) return "throws";
      line.move(id, ["admitting"], "running");
      line.end(id);
      return undefined;
    },
  ),
  onJob(
    "end",
    (queue, id) => queue.end(id),
    (line, id) => line.end(id),
  ),
];

it("the render queue does what a sorted list would: one job per segment, best first, bounded", () => {
  const outcomes = runAgainstModel<Line, RenderQueue>({
    setup: () => ({ model: new Line(), real: new RenderQueue(queueMax) }),
    steps,
    look: (queue) => ({
      queued: queue.queued,
      depth: queue.depth(),
      ids: queue.ids(),
      active: queue.active(),
      spare: queue.spare(),
      leastQueued: queue.leastQueued(),
      hurried: queue.queuedUpTo("high"),
      next: renderClasses.map((worst) => [
        queue.next(() => true, worst),
        queue.next((id) => id > "b", worst),
      ]),
      each: ids.map((id) => [
        queue.standing(id),
        queue.priority(id),
        queue.attempts(id),
        queue.waiters(id),
      ]),
    }),
    expected: (line) => ({
      queued: line.queued().length,
      depth: Object.fromEntries(
        renderClasses.map((each) => [
          each,
          line.queued().filter(({ worth }) => worth.priority === each).length,
        ]),
      ),
      ids: line.jobs.map(({ id }) => id),
      active: line.jobs
        .filter(({ standing }) => standing !== "queued")
        .map(({ id, worth }) => ({ id, priority: worth.priority })),
      spare: line.least("running"),
      leastQueued: line.least("queued"),
      hurried: line.queued().filter(({ worth }) => rank(worth) <= 1).length,
      next: renderClasses.map((worst) => [line.next([], worst), line.next(["a", "b"], worst)]),
      each: ids.map((id) => {
        const job = line.find(id);
        return [
          job?.standing,
          job?.worth.priority,
          job?.begun ?? 0,
          job?.waiters.map(({ ask }) => ask) ?? [],
        ];
      }),
    }),
    seed: 2,
    runs: 300,
    stepsMax: 100,
  });
  expect([...outcomes.keys()]).toEqual([
    "admit: done",
    "admit: throws",
    "ask: full",
    "ask: joined",
    "ask: queued",
    "begin: done",
    "begin: throws",
    "end: done",
    "giveWay: done",
    "giveWay: throws",
    "requeue: done",
    "requeue: throws",
    "serve: done",
    "serve: throws",
    "withdraw: dropped",
    "withdraw: kept",
    "withdraw: orphaned",
    "withdraw: unknown",
  ]);
});
