/** Segment access: how sessions and HTTP ask the cache for segments, and what they are told. */
import { BehaviorSubject, Subject, type Observable } from "rxjs";
import type { SegmentId } from "../../machines/segmentId.ts";
import type { RenderClass } from "../../machines/renderQueue.ts";
import type { Patience } from "../../machines/answerTimes.ts";
import type { CacheEvent } from "../../machines/cache.machine.ts";
import type { Fault } from "../../protocol/faults.ts";
import type { Tier } from "../../protocol/limits.ts";
import type { Clock } from "../../ports/clock.ts";
import type { AnswerKind } from "../hostApi.ts";
import { timeouts, type AnswerTime, type Timeouts } from "../timeouts.ts";
import type { SegmentBytes } from "./segmentBytes.ts";

export type AskListener = {
  /** bytes can be read, or more of them can */
  readonly advanced: () => void;
  /** the ask is over */
  readonly failed: (why: Fault) => void;
};

/** Who asks. */
export type Asker = {
  /** askers of one class take turns */
  readonly name: string;
  /** it is for later: nobody waits for the answer, so it is neither a hit nor a miss, and takes as long as
   *  it takes */
  readonly isAhead?: boolean;
};

export type SegmentAccessAsk = {
  /** where it comes from; null until that is decided */
  readonly tier: () => Tier | null;
  /** ms until its first bytes can be read, from what such answers took lately; 0 when they can, and
   *  only then */
  readonly readyInMs: () => number;
  /** Changes how urgent it is. */
  readonly urge: (priority: RenderClass, deadlineMs: number) => void;
  /** @param isServed true: got what was wanted; false: it is needed no more */
  readonly release: (isServed: boolean) => void;
};

type Open = {
  readonly id: SegmentId;
  readonly listener: AskListener;
  readonly askedAtMs: number;
  readonly unlisten: () => void;
  tier: Tier | null;
  /** its first bytes could be read: it is counted and timed; what is asked ahead never is */
  isTimed: boolean;
};

const kindOf: Readonly<Record<Tier, AnswerKind>> = {
  L1: "memory",
  L2: "memory",
  L3: "disk",
  MISS: "render",
  ORIGINAL: "render",
};

/** how long an answer is reckoned with, ms; nothing is cut off by it */
const bounds = {
  memory: { minMs: 10, maxMs: 1000 },
  disk: { minMs: 50, maxMs: 5000 },
  render: { minMs: 200, maxMs: 15_000 },
} as const;
/** what each is taken to need before the first one came, ms */
const guessMs: Readonly<Record<AnswerKind, number>> = { memory: 1, disk: 10, render: 100 };

export class SegmentAccess {
  readonly #clock: Clock;
  readonly #bytes: SegmentBytes;
  readonly #send: (event: CacheEvent) => void;
  readonly #open = new Map<number, Open>();
  readonly #times$ = new Subject<AnswerTime<AnswerKind>>();
  readonly #timeouts$: BehaviorSubject<Timeouts<AnswerKind>>;
  #serial = 0;
  /** asks whose first bytes could be read, by where they came from; they only grow */
  readonly hits: Record<Tier, number> = { L1: 0, L2: 0, L3: 0, MISS: 0, ORIGINAL: 0 };

  /** @param send to the cache actor */
  constructor(clock: Clock, bytes: SegmentBytes, send: (event: CacheEvent) => void) {
    this.#clock = clock;
    this.#bytes = bytes;
    this.#send = send;
    const unknown: Patience = { likelyMs: null, timeoutMs: 0 };
    this.#timeouts$ = new BehaviorSubject({ memory: unknown, disk: unknown, render: unknown });
    timeouts(this.#times$, bounds).subscribe(this.#timeouts$);
  }

  /** Asks for a segment. The listener may be called before this returns. Those who do not say who they
   *  are (HTTP) are one asker.
   *  @throws RangeError when it is for later and of a class above low */
  ask(
    id: SegmentId,
    isOriginal: boolean,
    priority: RenderClass,
    deadlineMs: number,
    listener: AskListener,
    { name: asker, isAhead = false }: Asker = { name: "" },
  ): SegmentAccessAsk {
    const ask = this.#serial++;
    const unlisten = this.#bytes.listen(id, () => this.#advanced(ask));
    const askedAtMs = this.#clock.now();
    const open: Open = { id, listener, askedAtMs, unlisten, tier: null, isTimed: isAhead };
    this.#open.set(ask, open);
    const urge = (next: RenderClass, nextDeadlineMs: number) => {
      if (!this.#open.has(ask)) return;
      if (isAhead && next !== "low" && next !== "background")
        throw new RangeError(`nobody waits for ${id}: it is not ${next}`);
      const waiter = { ask, priority: next, deadlineMs: nextDeadlineMs, asker };
      this.#send({ type: "segment.ask", id, isOriginal, ...waiter });
    };
    urge(priority, deadlineMs);
    return {
      tier: () => open.tier,
      readyInMs: () => this.#readyInMs(open),
      urge,
      release: (isServed) => {
        if (this.#close(ask)) this.#send({ type: "segment.release", ask, isServed });
      },
    };
  }

  /** The cache has decided where the bytes come from, and keeps them for the asker. */
  answer(ask: number, tier: Tier): void {
    const open = this.#open.get(ask);
    if (!open) return;
    // not counted yet: a render that gives way, or a file that is torn, is answered again as what it becomes
    open.tier = tier;
    this.#advanced(ask);
  }

  fail(ask: number, why: Fault): void {
    const open = this.#open.get(ask);
    if (this.#close(ask)) open!.listener.failed(why);
  }

  onAnswer(listen: (kind: AnswerKind, ms: number) => void): void {
    this.#times$.subscribe(({ kind, tookMs }) => listen(kind, tookMs!));
  }

  /** How long an answer may take, by kind: at once what holds now, then every change. */
  get timeouts$(): Observable<Timeouts<AnswerKind>> {
    return this.#timeouts$.asObservable();
  }

  /** What `timeouts$` told last, ms. */
  timeoutsMs(): Readonly<Record<AnswerKind, number>> {
    const { memory, disk, render } = this.#timeouts$.value;
    return { memory: memory.timeoutMs, disk: disk.timeoutMs, render: render.timeoutMs };
  }

  get size(): number {
    return this.#open.size;
  }

  #advanced(ask: number): void {
    const open = this.#open.get(ask);
    if (!open || open.tier === null) return;
    const held = this.#bytes.get(open.id);
    if (!open.isTimed && held && held.filled > 0) {
      open.isTimed = true;
      this.hits[open.tier]++;
      const waitedMs = this.#clock.now() - open.askedAtMs;
      const wasHeld = open.tier === "ORIGINAL" && waitedMs === 0 && this.#bytes.isComplete(open.id);
      const kind = wasHeld ? "memory" : kindOf[open.tier];
      this.#times$.next({ kind, tookMs: waitedMs });
    }
    open.listener.advanced();
  }

  #readyInMs({ isTimed, tier, askedAtMs }: Open): number {
    if (isTimed) return 0;
    const kind = tier === null ? "render" : kindOf[tier];
    const { likelyMs, timeoutMs } = this.#timeouts$.value[kind];
    const passedMs = this.#clock.now() - askedAtMs;
    // one that is late is reckoned with until its timeout, then from one moment to the next
    const untilMs = [likelyMs ?? guessMs[kind], timeoutMs].find((ms) => ms > passedMs) ?? passedMs;
    return Math.max(1, Math.round(untilMs - passedMs));
  }

  #close(ask: number): boolean {
    this.#open.get(ask)?.unlisten();
    return this.#open.delete(ask);
  }
}
