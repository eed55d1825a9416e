/** The segment desk between a naive scheduler and naive tiers, which keep books of their own: what lies
 *  in memory and on disk, who was answered, who waits. Whatever happens, the books agree, and when all
 *  moves and renders are through everybody has been served. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { DeskOrders, MoveKind } from "#engine/machines/deskOrders.ts";
import { Ledger, type LedgerTier } from "#engine/machines/ledger.ts";
import { SegmentDesk } from "#engine/machines/segmentDesk.ts";
import { fault, type Fault } from "#engine/protocol/faults.ts";
import { runAgainstModel, type Step } from "./runAgainstModel.ts";

const budget = { hot: 100, disk: 90 };
const headerBytes = 4;
const queueMax = 2;
/** the last is larger than the memory */
const bytesOf: Readonly<Record<string, number>> = { a: 40, b: 30, c: 50, original: 30, huge: 120 };
const ids = Object.keys(bytesOf);
const isOriginal = (id: string) => id === "original";
const why = fault("render-failed", "broken");

type Ask = { readonly id: string; isAnswered: boolean };
type Job = { readonly waiters: Set<number>; is: "queued" | "admitting" | "running" };
type Move = {
  readonly tier: LedgerTier;
  readonly kind: MoveKind;
  readonly id: string;
  /** a file that was never taken in */
  readonly isForeign: boolean;
};

class Surroundings {
  readonly ledger = new Ledger(budget);
  readonly asks = new Map<number, Ask>();
  readonly jobs = new Map<string, Job>();
  readonly moves: Move[] = [];
  /** bytes that lie in each tier, or are on their way into it */
  readonly held: Record<LedgerTier, Map<string, number>> = { hot: new Map(), disk: new Map() };
  /** what the scheduler tells the desk as soon as that has finished what it does */
  readonly news: (() => void)[] = [];
  failed = 0;
  now = 0;
  readonly desk: SegmentDesk;

  constructor() {
    this.desk = new SegmentDesk(this.ledger, this.orders(), headerBytes);
    // what a former run left; there is no room for the oldest
    const files = ["a", "b", "c"].map((id) => ({
      id,
      bytes: bytesOf[id]! + headerBytes,
      modified: 0,
    }));
    for (const { id, bytes } of files.slice(0, 2)) this.held.disk.set(id, bytes);
    this.tell(() => this.desk.adopt(files));
  }

  /** Does something to the desk, and then whatever that led to. */
  tell(act: () => void): void {
    this.now++;
    act();
    for (let next = this.news.shift(); next; next = this.news.shift()) next();
  }

  private orders(): DeskOrders {
    const { asks, jobs, held, moves } = this;
    return {
      askRender: ({ id, ask }) => {
        assert.ok(asks.has(ask), "a render for somebody who asks");
        const job = jobs.get(id);
        if (job) job.waiters.add(ask);
        else if (this.queued() < queueMax) jobs.set(id, { waiters: new Set([ask]), is: "queued" });
        else this.news.push(() => this.desk.refuse(ask, why));
      },
      withdrawRender: (id, ask, isServed) => {
        const job = jobs.get(id);
        if (!job?.waiters.delete(ask) || job.waiters.size > 0) return;
        if (job.is === "queued") jobs.delete(id);
        if (job.is === "running" && !isServed) this.endJob(id, null);
      },
      answerRoom: (id, answer) => {
        const job = jobs.get(id)!;
        assert.equal(job.is, "admitting", "room is answered once");
        if (answer === "moot") jobs.delete(id);
        else if (answer === "refused") {
          if (job.waiters.size === 0) jobs.delete(id);
          else job.is = "queued";
        } else {
          assert.ok(!held.hot.has(id), "never rendered while it is held");
          assert.ok(isOriginal(id) || this.ledger.standing("disk", id) !== "held");
          held.hot.set(id, bytesOf[id]!);
          job.is = "running";
          if (job.waiters.size === 0) this.endJob(id, null);
        }
      },
      announceRoom: () => {},
      carry: (tier, kind, id) => {
        const isForeign = kind === "drop" && !held[tier].has(id);
        const others = moves.filter((move) => move.tier === tier && move.id === id);
        assert.ok(
          others.every((move) => move.isForeign),
          "one move at a time",
        );
        if (kind === "read") {
          assert.ok(
            [...asks.values()].some((ask) => ask.id === id),
            "read for somebody",
          );
          held.hot.set(id, bytesOf[id]!);
        } else if (kind === "write") {
          assert.ok(held.hot.has(id) && !isOriginal(id));
          held.disk.set(id, bytesOf[id]! + headerBytes);
        } else assert.equal(this.ledger.leases(tier, id), 0, "nothing is dropped under a reader");
        moves.push({ tier, kind, id, isForeign });
      },
      discard: (id) => {
        held.hot.delete(id);
        for (const ask of asks.values()) if (ask.id === id) ask.isAnswered = false;
      },
      answer: (number) => {
        const ask = asks.get(number)!;
        assert.ok(!ask.isAnswered, "answered once");
        assert.match(this.ledger.standing("hot", ask.id) ?? "nowhere", /reserved|held/);
        ask.isAnswered = true;
      },
      fail: (number) => {
        assert.ok(asks.delete(number), "failed once");
        this.failed++;
      },
      announceTier: () => {},
      wallNow: () => this.now,
    };
  }

  ask(number: number, id: string): void {
    if (!this.asks.has(number)) this.asks.set(number, { id, isAnswered: false });
    const ask = this.asks.get(number)!;
    const priority = { priority: "normal", deadlineMs: 0 } as const;
    this.tell(() =>
      this.desk.ask({ ask: number, id: ask.id, isOriginal: isOriginal(ask.id), ...priority }),
    );
  }
  release(number: number, isServed: boolean): void {
    this.asks.delete(number);
    this.tell(() => this.desk.release(number, isServed));
  }
  admit(id: string): void {
    this.jobs.get(id)!.is = "admitting";
    this.tell(() => this.desk.wantRoom(id, bytesOf[id]!, isOriginal(id)));
  }
  finish(id: string, end: Fault | undefined): void {
    if (end) return this.tell(() => this.endJob(id, end));
    this.jobs.delete(id);
    this.tell(() => this.desk.renderDone(id));
  }
  /** the moves that may end: on one segment they keep their order */
  movesThatRun(): readonly Move[] {
    return this.moves.filter(
      ({ tier, id }, at) =>
        this.moves.findIndex((move) => move.tier === tier && move.id === id) === at,
    );
  }
  endMove(at: number, isDone: boolean): void {
    const move = this.movesThatRun()[at]!;
    const { tier, kind, id, isForeign } = move;
    this.moves.splice(this.moves.indexOf(move), 1);
    if (kind === "drop" && !isForeign) this.held[tier].delete(id);
    if (kind === "write" && !isDone) this.held.disk.delete(id);
    this.tell(() => this.desk.moveEnded(tier, kind, id, isDone || kind === "drop"));
  }
  private endJob(id: string, end: Fault | null): void {
    this.jobs.delete(id);
    this.news.push(() => this.desk.renderEnded(id, end));
  }
  queued(): number {
    return [...this.jobs.values()].filter(({ is }) => is === "queued").length;
  }

  /** Everything goes well from here on, and who was answered reads what there is and leaves. */
  settle(): void {
    for (
      let round = 0;
      round < 100 && this.asks.size + this.jobs.size + this.moves.length > 0;
      round++
    ) {
      while (this.moves.length > 0) this.endMove(0, true);
      for (const [id, { is }] of this.jobs) {
        if (is === "queued") this.admit(id);
        if (this.jobs.get(id)?.is === "running") this.finish(id, undefined);
      }
      for (const [number, { isAnswered }] of this.asks) if (isAnswered) this.release(number, true);
    }
  }
}

const number = fc.nat(4);
const name = fc.constantFrom(...ids);
type DeskStep = Step<Surroundings, Surroundings>;
const jobsThat = (rig: Surroundings, are: Job["is"]) =>
  [...rig.jobs].filter(([, { is }]) => is === are).map(([id]) => id);

/** The surroundings are the model: they say beforehand what a step will be, and hold the desk to it. */
function step(
  text: string,
  isAllowed: (rig: Surroundings) => boolean,
  kind: (rig: Surroundings) => string,
  act: (rig: Surroundings) => void,
): DeskStep {
  let is = "";
  return {
    text,
    isAllowed,
    model: (rig) => (is = kind(rig)),
    real: (rig) => {
      act(rig);
      return is;
    },
  };
}

const steps: fc.Arbitrary<DeskStep>[] = [
  fc.tuple(number, name).map(([ask, id]) =>
    step(
      `ask(#${ask} ${id})`,
      () => true,
      (rig) => (rig.asks.has(ask) ? "urged" : "made"),
      (rig) => rig.ask(ask, id),
    ),
  ),
  number.map((ask) =>
    step(
      `release(#${ask})`,
      (rig) => rig.asks.has(ask),
      (rig) => (rig.asks.get(ask)!.isAnswered ? "answered" : "waiting"),
      (rig) => rig.release(ask, rig.asks.get(ask)!.isAnswered),
    ),
  ),
  fc.nat(1).map((at) =>
    step(
      `admit(${at})`,
      (rig) => jobsThat(rig, "queued").length > at,
      () => "done",
      (rig) => rig.admit(jobsThat(rig, "queued")[at]!),
    ),
  ),
  fc.tuple(fc.nat(1), fc.constantFrom(true, true, false)).map(([at, isDone]) =>
    step(
      `finish(${at}${isDone ? "" : ", broken"})`,
      (rig) => jobsThat(rig, "running").length > at,
      () => (isDone ? "whole" : "broken"),
      (rig) => rig.finish(jobsThat(rig, "running")[at]!, isDone ? undefined : why),
    ),
  ),
  fc.tuple(fc.nat(2), fc.constantFrom(true, true, false)).map(([at, isDone]) =>
    step(
      `endMove(${at}${isDone ? "" : ", failed"})`,
      (rig) => at < rig.movesThatRun().length,
      (rig) => {
        const { kind } = rig.movesThatRun()[at]!;
        return `${kind} ${isDone || kind === "drop" ? "done" : "failed"}`;
      },
      (rig) => rig.endMove(at, isDone),
    ),
  ),
  fc.nat(40).map((since) =>
    step(
      `expire(${since})`,
      (rig) => rig.now > 20,
      () => "done",
      (rig) => rig.tell(() => rig.desk.expire(since)),
    ),
  ),
];

const sum = (tier: ReadonlyMap<string, number>) =>
  [...tier.values()].reduce((all, bytes) => all + bytes, 0);

it("the segment desk answers everybody, once, from books that are right at every moment", () => {
  const seen = { L1: 0, L3: 0, MISS: 0, ORIGINAL: 0, failed: 0, corrupt: 0 };
  const outcomes = runAgainstModel<Surroundings, Surroundings>({
    setup: () => {
      const rig = new Surroundings();
      return { model: rig, real: rig };
    },
    steps,
    look: ({ desk, ledger, jobs }) => ({
      breaches: desk.breaches((id) => jobs.has(id)),
      bytes: [ledger.bytes("hot"), ledger.bytes("disk")],
      isWithin: ledger.bytes("hot") <= budget.hot && ledger.bytes("disk") <= budget.disk,
      asks: desk.askCount,
    }),
    expected: ({ held, asks }) => ({
      breaches: [],
      bytes: [sum(held.hot), sum(held.disk)],
      isWithin: true,
      asks: asks.size,
    }),
    atEnd: (rig) => {
      const { desk, failed } = rig;
      for (const tier of ["L1", "L3", "MISS", "ORIGINAL"] as const) seen[tier] += desk.hits[tier];
      seen.failed += failed;
      seen.corrupt += desk.corrupt;
      rig.settle();
      assert.deepEqual([...rig.asks.keys()], [], "everybody is served in the end");
      assert.deepEqual([rig.jobs.size, rig.moves.length, rig.ledger.leaseCount()], [0, 0, 0]);
    },
    seed: 10,
    runs: 400,
    stepsMax: 60,
  });
  for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(0);
  expect([...outcomes.keys()]).toEqual([
    "admit: done",
    "ask: made",
    "ask: urged",
    "endMove: drop done",
    "endMove: read done",
    "endMove: read failed",
    "endMove: write done",
    "endMove: write failed",
    "expire: done",
    "finish: broken",
    "finish: whole",
    "release: answered",
    "release: waiting",
  ]);
});
