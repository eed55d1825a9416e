/** Render queue: every job that is wanted or running, by segment. Plain and deterministic.
 *  Order: class, then turn, then deadline, then first come. A job's place is the best of those who still
 *  wait for it; equal segments are one job.
 *
 *  Turn: of the last `turnsKept` jobs of a class that were begun, how many were begun for the same asker,
 *  in rounds of `roundJobs`. Whoever asks wildly is always due at once, and would be first by deadline alone;
 *  so he goes behind whoever has had a round less. One who asks alone is never behind anybody, and
 *  two who ask the same amount are served by their deadlines. */
import type { SegmentId } from "./segmentId.ts";

export const renderClasses = ["critical", "high", "normal", "low", "background"] as const;
export type RenderClass = (typeof renderClasses)[number];

export type Waiter = {
  /** number of the ask, unique in this run of the host */
  readonly ask: number;
  readonly priority: RenderClass;
  /** clock ms at which a playhead needs it */
  readonly deadlineMs: number;
  /** who asks: a session, say; those who do not tell are one */
  readonly asker?: string;
};

type JobStanding = "queued" | "admitting" | "running";

type Job = {
  readonly id: SegmentId;
  readonly order: number;
  readonly waiters: Map<number, Waiter>;
  standing: JobStanding;
  attempts: number;
  rank: number;
  deadlineMs: number;
  /** on whose behalf it has its place */
  asker: string;
  /** clock ms since when it waits, and when it was begun last */
  sinceMs: number;
  begunMs: number;
};

const turnsKept = 16;
const roundJobs = 4;

export type Asked = "queued" | "joined" | "full";
/** `orphaned`: it is running or being admitted and nobody waits any more */
export type Withdrawn = "kept" | "dropped" | "orphaned" | "unknown";

export class RenderQueue {
  readonly #jobs = new Map<SegmentId, Job>();
  readonly #depth = renderClasses.map(() => 0);
  readonly #queueMax: number;
  readonly #now: () => number;
  /** for whom the last jobs were begun, by class, oldest first; and how often each is among them */
  readonly #turns = renderClasses.map((): string[] => []);
  readonly #turnsOf = renderClasses.map(() => new Map<string, number>());
  #order = 0;
  #queued = 0;
  /** how often a job gave way */
  givenWay = 0;
  /** what has happened to jobs and their waiters so far; for figures */
  readonly counts = {
    /** askers who joined a job that was there */
    coalesced: 0,
    promoted: 0,
    demoted: 0,
    /** left the line because nobody waited any more */
    dropped: 0,
    /** were stopped while they ran, for the same reason */
    stopped: 0,
  };

  /** @param queueMax jobs that may wait; running ones are not counted @param now clock ms */
  constructor(queueMax: number, now: () => number = () => 0) {
    this.#queueMax = queueMax;
    this.#now = now;
  }

  /** Adds a waiter, or changes its priority when it waits already. Cost O(waiters of the job). */
  ask(id: SegmentId, waiter: Waiter): Asked {
    const job = this.#jobs.get(id);
    if (job) {
      if (!job.waiters.has(waiter.ask)) this.counts.coalesced++;
      job.waiters.set(waiter.ask, waiter);
      this.#rerank(job);
      return "joined";
    }
    if (this.#queued >= this.#queueMax) return "full";
    const made: Job = {
      id,
      order: this.#order++,
      waiters: new Map([[waiter.ask, waiter]]),
      standing: "queued",
      attempts: 0,
      rank: renderClasses.indexOf(waiter.priority),
      deadlineMs: waiter.deadlineMs,
      asker: waiter.asker ?? "",
      sinceMs: this.#now(),
      begunMs: 0,
    };
    this.#jobs.set(id, made);
    this.#count(made, 1);
    return "queued";
  }

  /** Takes a waiter away; a queued job without waiters leaves at once. */
  withdraw(id: SegmentId, ask: number): Withdrawn {
    const job = this.#jobs.get(id);
    if (!job?.waiters.delete(ask)) return "unknown";
    if (job.waiters.size > 0) {
      this.#rerank(job);
      return "kept";
    }
    if (job.standing !== "queued") return "orphaned";
    this.counts.dropped++;
    this.end(id);
    return "dropped";
  }

  /** The job to run next, or undefined. Cost O(queued jobs).
   *  @param isReady whether a job could run now; those that cannot are passed over
   *  @param worst no job of a class below this one */
  next(
    isReady: (id: SegmentId) => boolean,
    worst: RenderClass = "background",
  ): SegmentId | undefined {
    const worstRank = renderClasses.indexOf(worst);
    let best: Job | undefined;
    for (const job of this.#jobs.values()) {
      if (job.standing !== "queued" || job.rank > worstRank) continue;
      if (best && !this.#isBefore(job, best)) continue;
      if (isReady(job.id)) best = job;
    }
    return best?.id;
  }

  /** A job leaves the line to be admitted. @throws RangeError unless it is queued */
  admit(id: SegmentId): void {
    this.#move(id, "queued", "admitting");
  }

  /** @throws RangeError unless it is being admitted */
  begin(id: SegmentId): void {
    const job = this.#move(id, "admitting", "running");
    job.attempts++;
    job.begunMs = this.#now();
    this.#countTurn(job);
  }

  /** Back into the line at its old place: no room yet, or its worker was lost. */
  requeue(id: SegmentId): void {
    const job = this.#job(id);
    if (job.standing === "running") job.sinceMs = this.#now();
    if (job.standing === "queued") throw new RangeError(`queued already: ${id}`);
    job.standing = "queued";
    this.#count(job, 1);
  }

  /** The job that has to stop for one that is in a hurry: of those that run in the classes low and
   *  background the least important. Cost O(jobs). */
  spare(): SegmentId | undefined {
    return this.#least("running");
  }

  #least(standing: JobStanding): SegmentId | undefined {
    let least: Job | undefined;
    for (const job of this.#jobs.values()) {
      if (job.standing !== standing || job.rank < lowRank) continue;
      if (least && (job.rank < least.rank || (job.rank === least.rank && isSooner(job, least))))
        continue;
      least = job;
    }
    return least?.id;
  }

  /** The least important job that waits in the classes low and background: a line that is full has no place
   *  for it. Cost O(jobs). */
  leastQueued(): SegmentId | undefined {
    return this.#least("queued");
  }

  /** A running job goes back into the line for the sake of another: that it was begun does not count.
   *  @throws RangeError unless it runs */
  giveWay(id: SegmentId): void {
    const job = this.#job(id);
    if (job.standing !== "running") throw new RangeError(`${id} is ${job.standing}, not running`);
    job.attempts--;
    this.givenWay++;
    this.requeue(id);
  }

  /** What is wrong with who runs, and with the places in the line; empty when nothing is. Cost O(jobs).
   *  @param isReady whether a job could run now */
  breaches(slots: number, isReady: (id: SegmentId) => boolean): readonly string[] {
    const out: string[] = [];
    for (const { id, rank, waiters } of this.#jobs.values()) {
      const due = Math.min(...[...waiters.values()].map(rankOf));
      if (waiters.size > 0 && due !== rank)
        out.push(`${id} is ${renderClasses[rank]}, and is waited for as ${renderClasses[due]}`);
    }
    const waiting = this.next(isReady, "high");
    const spare = this.spare();
    if (waiting !== undefined && spare !== undefined && this.active().length >= slots)
      out.push(`${waiting} is urgent and waits for ${spare}, which is not`);
    return out;
  }

  /** Forgets a job, whatever its standing. */
  end(id: SegmentId): void {
    const job = this.#jobs.get(id);
    if (!job) return;
    if (job.standing === "queued") this.#count(job, -1);
    this.#jobs.delete(id);
  }

  standing(id: SegmentId): JobStanding | undefined {
    return this.#jobs.get(id)?.standing;
  }

  priority(id: SegmentId): RenderClass | undefined {
    const job = this.#jobs.get(id);
    return job && renderClasses[job.rank];
  }

  /** how often it was begun */
  attempts(id: SegmentId): number {
    return this.#jobs.get(id)?.attempts ?? 0;
  }

  /** ms that it waited before it was begun last */
  waitedMs(id: SegmentId): number {
    const job = this.#job(id);
    return job.begunMs - job.sinceMs;
  }

  waiters(id: SegmentId): readonly number[] {
    return [...(this.#jobs.get(id)?.waiters.keys() ?? [])];
  }

  ids(): readonly SegmentId[] {
    return [...this.#jobs.keys()];
  }

  /** Jobs that take a slot: being admitted or running. Cost O(jobs). */
  active(): readonly { readonly id: SegmentId; readonly priority: RenderClass | undefined }[] {
    const out: { readonly id: SegmentId; readonly priority: RenderClass | undefined }[] = [];
    for (const job of this.#jobs.values())
      if (job.standing !== "queued") out.push({ id: job.id, priority: renderClasses[job.rank] });
    return out;
  }

  get queued(): number {
    return this.#queued;
  }

  /** Jobs that wait in `worst` and the classes above. */
  queuedUpTo(worst: RenderClass): number {
    let sum = 0;
    for (let rank = 0; rank <= renderClasses.indexOf(worst); rank++) sum += this.#depth[rank]!;
    return sum;
  }

  depth(): Record<RenderClass, number> {
    return Object.fromEntries(
      renderClasses.map((name, rank) => [name, this.#depth[rank]!]),
    ) as Record<RenderClass, number>;
  }

  #rerank(job: Job): void {
    const counted = job.standing === "queued";
    if (counted) this.#count(job, -1);
    const before = job.rank;
    job.rank = renderClasses.length;
    job.deadlineMs = Number.POSITIVE_INFINITY;
    job.asker = "";
    for (const waiter of job.waiters.values()) {
      const rank = renderClasses.indexOf(waiter.priority);
      if (rank > job.rank || (rank === job.rank && waiter.deadlineMs >= job.deadlineMs)) continue;
      job.rank = rank;
      job.deadlineMs = waiter.deadlineMs;
      job.asker = waiter.asker ?? "";
    }
    if (job.rank < before) this.counts.promoted++;
    if (job.rank > before) this.counts.demoted++;
    if (counted) this.#count(job, 1);
  }

  #isBefore(a: Job, b: Job): boolean {
    if (a.rank !== b.rank) return a.rank < b.rank;
    const rounds = this.#rounds(a) - this.#rounds(b);
    return rounds === 0 ? isSooner(a, b) : rounds < 0;
  }

  #rounds({ rank, asker }: Job): number {
    return Math.floor((this.#turnsOf[rank]!.get(asker) ?? 0) / roundJobs);
  }

  #countTurn({ rank, asker }: Job): void {
    const turns = this.#turns[rank]!;
    const counts = this.#turnsOf[rank]!;
    turns.push(asker);
    counts.set(asker, (counts.get(asker) ?? 0) + 1);
    if (turns.length <= turnsKept) return;
    const oldest = turns.shift()!;
    const left = counts.get(oldest)! - 1;
    if (left === 0) counts.delete(oldest);
    else counts.set(oldest, left);
  }

  #count(job: Job, by: number): void {
    this.#queued += by;
    this.#depth[job.rank]! += by;
  }

  #move(id: SegmentId, from: JobStanding, to: JobStanding): Job {
    const job = this.#job(id);
    if (job.standing !== from) throw new RangeError(`${id} is ${job.standing}, not ${from}`);
    if (from === "queued") this.#count(job, -1);
    job.standing = to;
    return job;
  }

  #job(id: SegmentId): Job {
    const job = this.#jobs.get(id);
    if (!job) throw new RangeError(`no such job: ${id}`);
    return job;
  }
}

const lowRank = renderClasses.indexOf("low");

function rankOf({ priority }: Waiter): number {
  return renderClasses.indexOf(priority);
}

function isSooner(a: Job, b: Job): boolean {
  if (a.deadlineMs !== b.deadlineMs) return a.deadlineMs < b.deadlineMs;
  return a.order < b.order;
}
