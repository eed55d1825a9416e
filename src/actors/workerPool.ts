/** The worker pool's actor: keeps workers alive in their slots, runs jobs in them, hands reports to
 *  whoever ordered the job. What is decided, and when, is in `workerPool.machine.ts`. */
import { BehaviorSubject, Subject, type Observable } from "rxjs";
import { createActor, type InspectionEvent } from "xstate";
import { fault, type Fault } from "../protocol/faults.ts";
import {
  slotId,
  workerPoolMachine,
  type LaneName,
  type WorkerPoolInput,
} from "../machines/workerPool.machine.ts";
import { workerSlotMachine, type WorkerSlotEvent } from "../machines/workerSlot.machine.ts";
import type { Clock, TimerId } from "../ports/clock.ts";
import type { Cancel } from "../ports/port.ts";
import type { SpawnWorker, WorkerHandle } from "../ports/workerSlot.ts";
import { timeouts, type AnswerTime, type Timeouts } from "./timeouts.ts";
import { workerNewsSchema, type WorkerOrder } from "./workerMessages.ts";

/** One job. `report` hears what its worker says, `ended` its end by itself, `lost` why there will
 *  be none. After the cancel nothing is heard. */
export type PoolJob = {
  readonly lane: LaneName;
  /** structured-cloned to the worker */
  readonly task: unknown;
  /** @returns false when the report is none that this kind of job makes: its worker is replaced */
  readonly report: (report: unknown) => boolean;
  readonly ended: () => void;
  readonly lost: (why: Fault) => void;
};

export type WorkerPoolFigures = {
  readonly waiting: number;
  readonly busy: number;
  readonly idle: number;
  readonly lostWorkers: number;
};

export type WorkerPool = {
  readonly run: (job: PoolJob) => Cancel;
  readonly figures: () => WorkerPoolFigures;
  /** how long a worker may be silent, by lane: at once what holds now, then every change */
  readonly timeouts$: Observable<Timeouts<LaneName>>;
  /** Terminates every worker; `done` is called when the last has gone. Jobs hear nothing more. */
  readonly close: (done: () => void) => void;
};

export type WorkerPoolPorts = {
  readonly clock: Clock;
  readonly spawn: SpawnWorker;
  /** tells its actors from those of other pools */
  readonly name?: string;
  /** share a cancel flag with the workers (threads); false: they get a message instead */
  readonly sharesMemory: boolean;
  readonly inspect?: (event: InspectionEvent) => void;
  /** ms that a worker may be silent at least, once it is known how long they are silent while all is well;
   *  `silenceMs` of the slots is what holds before, and the most. Not given: that always. */
  readonly silenceMinMs?: number;
};

export const defaultSlotConfig = {
  readyMs: 20_000,
  silenceMs: 15_000,
  cancelMs: 500,
  restMs: 50,
} as const;

/** Of words that follow each other within this share of its patience a slot hears once: an event for every word would
 *  cost the thread that all workers talk to more than what they say. */
const tellingShare = 1 / 32;

export function createWorkerPool(ports: WorkerPoolPorts, input: WorkerPoolInput): WorkerPool {
  const jobs = new Map<number, PoolJob>();
  const seats: (Seat | undefined)[] = [];
  let lastJob = 0;
  let whenClosed: () => void = () => {};
  const { silenceMs } = input.config;
  const bounds = { minMs: ports.silenceMinMs ?? silenceMs, maxMs: silenceMs };
  /** of every job that ended, its longest silence */
  const silences$ = new Subject<AnswerTime<LaneName>>();
  const timeouts$ = new BehaviorSubject<Timeouts<LaneName>>({});
  timeouts(silences$, Object.fromEntries(input.lanes.map((lane) => [lane, bounds]))).subscribe(
    timeouts$,
  );
  const silenceMax = (slot: number): number => timeouts$.value[input.lanes[slot]!]!.timeoutMs;

  const tell = (slot: number, event: WorkerSlotEvent): void => {
    actor.getSnapshot().children[slotId(slot)]?.send(event);
  };
  const lose = (job: number, why: Fault): void => {
    const order = jobs.get(job);
    jobs.delete(job);
    order?.lost(why);
  };

  const forget = (seat: Seat): void => {
    if (seat.telling !== null) ports.clock.clearTimeout(seat.telling);
    seat.telling = null;
  };

  const hear = (slot: number, seat: Seat, message: unknown): void => {
    const parsed = workerNewsSchema.safeParse(message);
    if (!parsed.success) return tell(slot, { type: "worker.violated" });
    const news = parsed.data;
    if (news.type === "worker/ready") return tell(slot, { type: "worker.ready" });
    if (news.job !== seat.job) return;
    const nowMs = ports.clock.now();
    const silentMs = nowMs - seat.heardMs;
    seat.longestMs = Math.max(seat.longestMs, silentMs);
    seat.heardMs = nowMs;
    if (news.type === "job/ended") {
      const order = jobs.get(news.job);
      // one that was cancelled was cut short, and says nothing of how long they take
      if (order) silences$.next({ kind: input.lanes[slot]!, tookMs: seat.longestMs });
      jobs.delete(news.job);
      seat.job = null;
      forget(seat);
      // The slot takes its next job before the owner of this one reacts.
      tell(slot, { type: "job.ended", job: news.job });
      order?.ended();
      return;
    }
    const patientMs = silenceMax(slot) * tellingShare;
    const tellNow = () => {
      forget(seat);
      tell(slot, { type: "job.reported" });
    };
    if (silentMs >= patientMs) tellNow();
    else seat.telling ??= ports.clock.setTimeout(tellNow, patientMs);
    if (news.type === "job/report" && jobs.get(news.job)?.report(news.report) === false)
      tell(slot, { type: "worker.violated" });
  };

  const slotMachine = workerSlotMachine.provide({
    delays: {
      // since its last word, which is older than the word of it; a job that is not posted yet begins now
      silence: ({ context: { slot, job } }) => {
        const seat = seats[slot];
        const silentMs = seat && seat.job === job ? ports.clock.now() - seat.heardMs : 0;
        return silenceMax(slot) - silentMs;
      },
    },
    actions: {
      spawnWorker: (_, { slot }) => {
        const flag = ports.sharesMemory ? new SharedArrayBuffer(4) : null;
        const cancelled = flag && new Int32Array(flag);
        const times = { heardMs: 0, longestMs: 0, telling: null };
        const seat: Seat = { handle: null, flag: cancelled, job: null, ...times };
        seats[slot] = seat;
        seat.handle = ports.spawn((report) => {
          if (seats[slot] !== seat) return;
          if (report.type === "message") return hear(slot, seat, report.message);
          seats[slot] = undefined;
          forget(seat);
          tell(slot, { type: "worker.exited" });
        });
        seat.handle.post({ type: "worker/begin", flag } satisfies WorkerOrder);
      },
      terminateWorker: (_, { slot }) => {
        const seat = seats[slot];
        if (seat === undefined) return;
        const silentMs = ports.clock.now() - seat.heardMs;
        // it may have been slow only: its job is given more time in the next one
        if (seat.job !== null && jobs.has(seat.job) && silentMs >= silenceMax(slot))
          silences$.next({ kind: input.lanes[slot]!, tookMs: null });
        seat.job = null;
        forget(seat);
        seat.handle?.terminate();
      },
      postJob: (_, { slot, job }) => {
        const order = jobs.get(job);
        // given up before the slot heard of it: its worker need not
        if (order === undefined) return tell(slot, { type: "job.ended", job });
        const seat = seats[slot]!;
        Object.assign(seat, { job, heardMs: ports.clock.now(), longestMs: 0 });
        seat.handle!.post({ type: "job/start", job, task: order.task } satisfies WorkerOrder);
      },
      postCancel: (_, { slot, job }) => {
        const seat = seats[slot]!;
        if (seat.flag !== null) Atomics.store(seat.flag, 0, job);
        else seat.handle!.post({ type: "job/cancel", job } satisfies WorkerOrder);
      },
    },
  });

  const actor = createActor(
    workerPoolMachine.provide({
      actors: { slot: slotMachine },
      actions: {
        loseJob: (_, { job }) => lose(job, fault("worker-lost", "The worker was lost, twice.")),
        refuseJob: (_, { job }) => {
          // Later, since whoever ordered it has not heard back from `run` yet.
          ports.clock.setTimeout(() => lose(job, fault("busy", "Too many jobs are waiting.")), 0);
        },
        closed: () => whenClosed(),
      },
    }),
    {
      id: ports.name ?? "workerPool",
      input,
      clock: ports.clock,
      ...(ports.inspect && { inspect: ports.inspect }),
    },
  );
  actor.start();

  return {
    run: (order) => {
      const job = ++lastJob;
      jobs.set(job, order);
      actor.send({ type: "job.submit", job, lane: order.lane });
      return () => {
        if (!jobs.delete(job)) return;
        actor.send({ type: "job.cancel", job });
      };
    },
    figures: () => {
      const { slots, waiting, lostWorkers } = actor.getSnapshot().context;
      return {
        waiting: waiting.length,
        busy: slots.filter((slot) => slot.job !== null).length,
        idle: slots.filter((slot) => slot.idle).length,
        lostWorkers,
      };
    },
    timeouts$: timeouts$.asObservable(),
    close: (done) => {
      if (actor.getSnapshot().status === "done") return done();
      jobs.clear();
      whenClosed = done;
      actor.send({ type: "pool.close" });
    },
  };
}

/** What sits in a slot now: replaced whole at every spawn, so that a late word of an older worker is
 *  recognised. */
type Seat = {
  handle: WorkerHandle | null;
  readonly flag: Int32Array | null;
  job: number | null;
  /** clock ms of its last word, or of the job it was given since */
  heardMs: number;
  /** ms that it has been silent at most since it was given its job */
  longestMs: number;
  /** until its slot is told that it lives */
  telling: TimerId | null;
};
