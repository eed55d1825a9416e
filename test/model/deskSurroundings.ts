/** What surrounds the segment desk, as naive as can be: a scheduler and tiers that keep books of their own,
 *  of what lies in memory and on disk, who was answered and who waits. They assert what the desk may do. */
import assert from "node:assert/strict";
import type { DeskOrders, MoveKind } from "#engine/machines/deskOrders.ts";
import { Ledger, type LedgerTier, type Standing } from "#engine/machines/ledger.ts";
import { SegmentDesk } from "#engine/machines/segmentDesk.ts";
import { fault, type Fault } from "#engine/protocol/faults.ts";
import type { Tier } from "#engine/protocol/limits.ts";

export const budget = { hot: 60, warm: 90, disk: 130 };
const headerBytes = 4;
const queueMax = 2;
/** the last is larger than either tier of memory */
const bytesOf: Readonly<Record<string, number>> = { a: 40, b: 30, c: 50, original: 30, huge: 120 };
export const ids = Object.keys(bytesOf);
const isOriginal = (id: string) => id === "original";
export const why = fault("render-failed", "broken");

type Ask = { readonly id: string; isAnswered: boolean };
export type Job = { readonly waiters: Set<number>; is: "queued" | "admitting" | "running" };
type Move = {
  readonly tier: LedgerTier;
  readonly kind: MoveKind;
  readonly id: string;
  /** a file that was never taken in */
  readonly isForeign: boolean;
};

export class DeskSurroundings {
  readonly ledger = new Ledger(budget);
  readonly asks = new Map<number, Ask>();
  readonly jobs = new Map<string, Job>();
  readonly moves: Move[] = [];
  /** bytes that lie in memory or on disk, or are on their way there */
  readonly held: Record<"memory" | "disk", Map<string, number>> = {
    memory: new Map(),
    disk: new Map(),
  };
  /** what each session is at */
  readonly near = new Map<number, readonly string[]>();
  /** what the scheduler tells the desk as soon as that has finished what it does */
  readonly news: (() => void)[] = [];
  /** segments whose files were found when renders of them may have been queued */
  readonly found = new Set<string>();
  readonly answers: Record<Tier, number> = { L1: 0, L2: 0, L3: 0, MISS: 0, ORIGINAL: 0 };
  failed = 0;
  now = 0;
  readonly desk: SegmentDesk;

  constructor() {
    this.desk = new SegmentDesk(this.ledger, this.orders(), headerBytes);
    // there is no room for the oldest
    this.adopt(["a", "b", "c"]);
  }

  /** Files that a former run left, or that could not be removed, are found; newest first. */
  adopt(found: readonly string[]): void {
    const files = found.map((id) => ({ id, bytes: bytesOf[id]! + headerBytes, modified: 0 }));
    const { disk } = this.held;
    for (const id of found) if (this.jobs.has(id)) this.found.add(id);
    for (const { id, bytes } of files)
      if (!disk.has(id) && bytesIn(disk) + bytes <= budget.disk) disk.set(id, bytes);
    this.tell(() => this.desk.adopt(files));
  }

  follow(session: number, ids: readonly string[]): void {
    this.near.set(session, ids);
    this.tell(() => this.desk.follow(`session.${session}`, ids));
  }

  /** Whether each segment lies where it should: hot what a session is at, as far as there is room, and
   *  nothing else for longer than it has to. */
  misplaced(): readonly string[] {
    const { ledger } = this;
    const near = new Set([...this.near.values()].flat());
    const stays = (tier: LedgerTier) =>
      ledger.ids(tier).filter((id) => ledger.standing(tier, id) !== "leaving");
    const isWaiting = ledger.ids("warm").some((id) => ledger.standing("warm", id) === "leaving");
    const out: string[] = [];
    const used = ledger.ids("warm").filter((id) => !ledger.idle("warm").includes(id));
    const roomMost = budget.warm - used.reduce((sum, id) => sum + ledger.size("warm", id), 0);
    for (const id of stays("hot")) {
      const isUsed = !ledger.idle("hot").includes(id);
      // it may pass when something has left, or is used no more
      const isStuck = isWaiting || (isUsed && ledger.size("hot", id) > roomMost);
      if (!near.has(id) && !isStuck) out.push(`${id} is hot, and nobody is there`);
    }
    for (const id of stays("warm"))
      if (near.has(id) && ledger.fits("hot", ledger.size("warm", id)))
        out.push(`${id} is warm, though there is room where it belongs`);
    return out;
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
          assert.ok(!held.memory.has(id), "never rendered while it is held");
          // a file that was found after the render was asked for is not waited for
          assert.ok(this.found.has(id) || this.ledger.standing("disk", id) !== "held");
          held.memory.set(id, bytesOf[id]!);
          job.is = "running";
          if (job.waiters.size === 0) this.endJob(id, null);
        }
      },
      announceRoom: () => {},
      carry: (tier, kind, id) => {
        const isForeign = kind === "drop" && !this.heldIn(tier).has(id);
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
          held.memory.set(id, bytesOf[id]!);
        } else if (kind === "write") {
          assert.ok(held.memory.has(id) && !isOriginal(id));
          held.disk.set(id, bytesOf[id]! + headerBytes);
        } else assert.equal(this.ledger.leases(tier, id), 0, "nothing is dropped under a reader");
        moves.push({ tier, kind, id, isForeign });
      },
      discard: (id) => {
        held.memory.delete(id);
        for (const ask of asks.values()) if (ask.id === id) ask.isAnswered = false;
      },
      answer: (number, tier) => {
        this.answers[tier]++;
        const ask = asks.get(number)!;
        assert.ok(!ask.isAnswered, "answered once");
        assert.match(this.memoryStanding(ask.id) ?? "nowhere", /reserved|held/);
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
    // of two removals the first is the one; a write comes after both
    const others = this.moves.filter((each) => each.tier === tier && each.id === id);
    const isAgain = others.some((each) => each.kind === "drop");
    if (kind === "drop" && (!isForeign || isAgain) && !others.some((each) => each.kind === "write"))
      this.heldIn(tier).delete(id);
    if (kind === "write" && !isDone) this.held.disk.delete(id);
    this.tell(() => this.desk.moveEnded(tier, kind, id, isDone || kind === "drop"));
  }
  heldIn(tier: LedgerTier): Map<string, number> {
    return this.held[tier === "disk" ? "disk" : "memory"];
  }
  memoryStanding(id: string): Standing | undefined {
    return this.ledger.standing("hot", id) ?? this.ledger.standing("warm", id);
  }
  private endJob(id: string, end: Fault | null): void {
    this.jobs.delete(id);
    this.news.push(() => this.desk.renderEnded(id, end));
  }
  queued(): number {
    return [...this.jobs.values()].filter(({ is }) => is === "queued").length;
  }

  rest(): void {
    this.tell(() => this.desk.diskRested());
  }

  /** Everything goes well from here on, and who was answered reads what there is and leaves. */
  settle(): void {
    for (
      let round = 0;
      round < 100 &&
      this.asks.size + this.jobs.size + this.moves.length + this.desk.writes.behind > 0;
      round++
    ) {
      this.rest();
      while (this.moves.length > 0) this.endMove(0, true);
      for (const [id, { is }] of this.jobs) {
        if (is === "queued") this.admit(id);
        if (this.jobs.get(id)?.is === "running") this.finish(id, undefined);
      }
      for (const [number, { isAnswered }] of this.asks) if (isAnswered) this.release(number, true);
    }
  }
}

/** Bytes of everything in a tier. */
export const bytesIn = (tier: ReadonlyMap<string, number>) =>
  [...tier.values()].reduce((all, bytes) => all + bytes, 0);
