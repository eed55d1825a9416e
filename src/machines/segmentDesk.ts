/** Segment desk: who asked for which segment, where it comes from, which moves that takes.
 *  Plain and deterministic; the cache machine calls it, one event at a time, and it is the only
 *  writer of the ledger. An ask is answered once (its bytes can be read from then on, as far as
 *  they are there) or failed once, and holds a lease until it is released. */
import { fault, type Fault } from "../protocol/faults.ts";
import type { Tier } from "../protocol/limits.ts";
import type { AdoptableFile, DeskOrders, MoveKind, SegmentAsk } from "./deskOrders.ts";
import { DiskWrites } from "./diskWrites.ts";
import { EvictionCount, type EvictionReason } from "./evictionCount.ts";
import { ledgerTiers, type Ledger, type LedgerTier } from "./ledger.ts";
import { MemoryTiers, type MemoryBudget } from "./memoryTiers.ts";
import type { SegmentId } from "./segmentId.ts";

type Open = SegmentAsk & { isLeased: boolean };
type Filling = { readonly by: "render" | "read"; readonly isOriginal: boolean };

export class SegmentDesk {
  readonly #ledger: Ledger;
  readonly #memory: MemoryTiers;
  readonly #orders: DeskOrders;
  readonly #fileHeaderBytes: number;
  readonly #asks = new Map<number, Open>();
  readonly #askers = new Map<SegmentId, Set<number>>();
  readonly #filling = new Map<SegmentId, Filling>();
  readonly #readsWaiting = new Set<SegmentId>();
  readonly #writes: DiskWrites;
  readonly #rendersWaiting = new Map<
    SegmentId,
    { readonly bytes: number; readonly isOriginal: boolean }
  >();
  #isRenderRefused = false;
  readonly evictions = new EvictionCount<LedgerTier>();

  constructor(ledger: Ledger, orders: DeskOrders, fileHeaderBytes: number) {
    this.#ledger = ledger;
    this.#orders = orders;
    this.#fileHeaderBytes = fileHeaderBytes;
    this.#memory = new MemoryTiers(ledger, orders, this.evictions);
    this.#writes = new DiskWrites(ledger, this.#memory, orders, fileHeaderBytes, this.evictions);
  }

  /** A new ask, or a new priority for one that waits. */
  ask(ask: SegmentAsk): void {
    const known = this.#asks.get(ask.ask);
    const open = { ...ask, isLeased: known?.isLeased ?? false };
    this.#asks.set(ask.ask, open);
    if (known) {
      if (this.#isRendering(ask.id) || !known.isLeased) this.#reask(open);
      return;
    }
    const askers = this.#askers.get(ask.id) ?? new Set();
    this.#askers.set(ask.id, askers.add(ask.ask));
    this.#place(open);
  }

  /** The asker has what it needs (`isServed`), or needs it no more. Unknown asks were failed. */
  release(ask: number, isServed: boolean): void {
    const open = this.#asks.get(ask);
    if (!open) return;
    this.#forget(open);
    if (open.isLeased) this.#memory.release(open.id);
    if (this.#isRendering(open.id) || !open.isLeased)
      this.#orders.withdrawRender(open.id, open.ask, isServed);
    if (!this.#askers.has(open.id)) this.#readsWaiting.delete(open.id);
    this.#retry();
  }

  /** The scheduler would render a segment and wants its bytes reserved. */
  wantRoom(id: SegmentId, bytes: number, isOriginal: boolean): void {
    const standing = this.#memory.standing(id);
    if (standing === "held" || standing === "reserved") {
      this.#orders.answerRoom(id, "moot");
      return;
    }
    if (this.#memory.isTooLarge(id, bytes)) {
      this.#orders.answerRoom(id, "moot");
      this.renderEnded(id, fault("busy", "A segment is larger than the memory for segments."));
      return;
    }
    const room = this.#memory.makeRoom(id, bytes);
    if (room === "fits" && standing === undefined) this.#grantRender(id, bytes, isOriginal);
    else if (room === "full") {
      this.#isRenderRefused = true;
      this.#orders.answerRoom(id, "refused");
    } else this.#rendersWaiting.set(id, { bytes, isOriginal });
  }

  renderDone(id: SegmentId): void {
    const filling = this.#filling.get(id);
    this.#filling.delete(id);
    this.#memory.hold(id);
    this.#orders.announceTier(id);
    if (filling && !filling.isOriginal) this.#writes.add(id);
    this.#retry();
  }

  /** A render ended without its segment. @param why null when it was cancelled */
  renderEnded(id: SegmentId, why: Fault | null): void {
    this.#rendersWaiting.delete(id);
    this.#dropUnfinished(id);
    for (const ask of this.#askersOf(id)) {
      // an ask that came after the cancellation has asked for a new render already
      ask.isLeased = false;
      if (why) this.#fail(ask, why);
    }
    this.#retry();
  }

  /** The render queue took the ask no more. What was asked for a render lies on disk, as was learnt since, and is being
   *  read: then nothing was refused. */
  refuse(ask: number, why: Fault): void {
    const open = this.#asks.get(ask);
    if (open && !open.isLeased) this.#fail(open, why);
  }

  moveEnded(tier: LedgerTier, kind: MoveKind, id: SegmentId, isDone: boolean): void {
    if (kind === "read") this.#readEnded(id, isDone);
    else if (kind === "write") this.#writes.ended(id, isDone);
    else this.#dropEnded(tier, id);
    this.#retry();
  }

  /** Takes in the files that a former run left; of too many the newest are kept. What this run has written
   *  meanwhile, or is about to, is in the books already.
   *  @param listed newest first */
  adopt(listed: readonly AdoptableFile[]): void {
    const files = listed.filter(({ id }) => this.#ledger.standing("disk", id) === undefined);
    for (const { id, bytes, modified } of files)
      if (!this.#ledger.adopt("disk", id, bytes, modified)) {
        this.evictions.note("disk", "room");
        this.#orders.carry("disk", "drop", id);
      }
    for (const { id } of [...files].reverse())
      if (this.#ledger.standing("disk", id) === "held") this.#ledger.touch("disk", id);
  }

  /** The disk, to which a write had failed, may be tried again. */
  diskRested(): void {
    this.#writes.rested();
    this.#retry();
  }

  /** Memory may take so many bytes from now on: what it has above that leaves, at once or when it is not
   *  used any more. */
  resizeMemory(budget: MemoryBudget): void {
    this.#memory.resize(budget);
    this.#retry();
  }

  /** A session is at these segments, and no more at those it named before. Cost O(ids). */
  follow(session: string, ids: readonly SegmentId[]): void {
    this.#memory.follow(session, ids);
    this.#retry();
  }

  /** Lets go of what has been on disk since before `since` (ms since 1970). */
  expire(since: number): void {
    for (const id of this.#ledger.olderThan("disk", since)) this.#dropFromDisk(id, "expiry");
  }

  tierOf(id: SegmentId, isOriginal: boolean): Tier | null {
    if (this.#memory.standing(id) === "held") return isOriginal ? "ORIGINAL" : this.#memoryTier(id);
    return this.#ledger.standing("disk", id) === "held" ? "L3" : null;
  }

  /** what waits for the disk, and what left memory before it could be written */
  get writes(): Pick<DiskWrites, "behind" | "unwritten"> {
    return this.#writes;
  }

  /** sessions that are at some segment */
  get sessions(): number {
    return this.#memory.sessions;
  }

  get askCount(): number {
    return this.#asks.size;
  }

  /** What is wrong with the books; empty when they are sound. Cost O(entries + asks).
   *  @param isQueued whether the scheduler has a job for a segment */
  breaches(isQueued: (id: SegmentId) => boolean): string[] {
    const out: string[] = [];
    for (const tier of ledgerTiers) {
      const bytes = this.#ledger.bytes(tier);
      if (bytes !== this.#ledger.recount(tier)) out.push(`${tier} books ${bytes} bytes wrongly`);
      // memory may be above a budget that has shrunk, as far as it is in use
      const isAbove = bytes > this.#ledger.budget(tier);
      if (isAbove && (tier === "disk" || this.#ledger.hasIdle(tier)))
        out.push(`${tier} is above its budget`);
    }
    out.push(...this.#memory.breaches());
    const asks = [...this.#asks.values()];
    const reads = [...this.#filling.values()].filter(({ by }) => by === "read").length;
    const leases = asks.filter(({ isLeased }) => isLeased).length + reads + this.#writes.size;
    if (leases !== this.#ledger.leaseCount())
      out.push(`${this.#ledger.leaseCount()} leases, ${leases} users`);
    for (const { ask, id, isLeased } of asks) {
      const isHeld = isLeased && this.#memory.standing(id) === "held";
      if (isHeld || this.#filling.get(id)?.by === "read" || this.#readsWaiting.has(id)) continue;
      if (this.#memory.standing(id) === "leaving" || isQueued(id)) continue;
      out.push(`ask ${ask} waits for ${id}, which nobody makes`);
    }
    return out;
  }

  #place(ask: Open): void {
    const standing = this.#memory.standing(ask.id);
    if (standing === "leaving") return; // placed anew when it has left
    if (standing !== undefined) {
      this.#lease(ask);
      if (this.#isRendering(ask.id)) this.#orders.askRender(ask);
    } else if (!ask.isOriginal && this.#ledger.standing("disk", ask.id) === "held")
      this.#beginRead(ask.id);
    else this.#orders.askRender(ask);
  }

  #reask(ask: Open): void {
    const comes = this.#filling.get(ask.id)?.by === "read" || this.#readsWaiting.has(ask.id);
    if (!comes && this.#memory.standing(ask.id) !== "leaving") this.#orders.askRender(ask);
  }

  #lease(ask: Open): void {
    this.#memory.lease(ask.id);
    ask.isLeased = true;
    const filling = this.#filling.get(ask.id);
    const ready = filling ? (filling.by === "read" ? "L3" : "MISS") : this.#memoryTier(ask.id);
    this.#orders.answer(ask.ask, ask.isOriginal ? "ORIGINAL" : ready);
  }

  #grantRender(id: SegmentId, bytes: number, isOriginal: boolean): void {
    this.#memory.reserve(id, bytes);
    this.#filling.set(id, { by: "render", isOriginal });
    for (const ask of this.#askersOf(id)) this.#lease(ask);
    this.#orders.answerRoom(id, "granted");
  }

  #beginRead(id: SegmentId): void {
    if (this.#filling.has(id)) return;
    if (this.#ledger.standing("disk", id) !== "held") {
      // it had to leave the disk while it waited for memory
      this.#readsWaiting.delete(id);
      for (const ask of this.#askersOf(id)) this.#orders.askRender(ask);
      return;
    }
    const bytes = this.#ledger.size("disk", id) - this.#fileHeaderBytes;
    if (this.#memory.makeRoom(id, bytes) !== "fits") {
      this.#readsWaiting.add(id);
      return;
    }
    this.#readsWaiting.delete(id);
    this.#memory.reserve(id, bytes);
    this.#ledger.lease("disk", id);
    this.#filling.set(id, { by: "read", isOriginal: false });
    for (const ask of this.#askersOf(id)) {
      // it may have asked for a render when nobody knew that it lies on disk
      this.#orders.withdrawRender(id, ask.ask, true);
      this.#lease(ask);
    }
    this.#orders.carry("disk", "read", id);
  }

  #readEnded(id: SegmentId, isDone: boolean): void {
    this.#ledger.release("disk", id);
    if (isDone) {
      this.#filling.delete(id);
      this.#ledger.touch("disk", id);
      this.#memory.hold(id);
      this.#orders.announceTier(id);
      return;
    }
    this.#dropUnfinished(id);
    this.#dropFromDisk(id, "corrupt");
    for (const ask of this.#askersOf(id)) {
      ask.isLeased = false;
      this.#orders.askRender(ask);
    }
  }

  #dropEnded(tier: LedgerTier, id: SegmentId): void {
    if (this.#ledger.standing(tier, id) !== "leaving") return; // a file that was never adopted
    if (tier === "disk") this.#ledger.gone("disk", id);
    else this.#memory.gone(id);
    this.#orders.announceTier(id);
    if (tier === "disk") return;
    this.#writes.forget(id);
    // a read that begins for the first serves them all
    for (const ask of this.#askersOf(id)) if (!ask.isLeased) this.#place(ask);
    for (const [waiting, { bytes, isOriginal }] of [...this.#rendersWaiting]) {
      this.#rendersWaiting.delete(waiting);
      this.wantRoom(waiting, bytes, isOriginal);
    }
  }

  /** Whatever waited for room or for the disk is tried again. */
  #retry(): void {
    for (const id of [...this.#readsWaiting]) this.#beginRead(id);
    this.#writes.run();
    this.#memory.settle();
    if (!this.#isRenderRefused) return;
    this.#isRenderRefused = false;
    this.#orders.announceRoom();
  }

  #memoryTier(id: SegmentId): "L1" | "L2" {
    return this.#memory.tierOf(id) === "hot" ? "L1" : "L2";
  }

  #dropUnfinished(id: SegmentId): void {
    if (!this.#filling.delete(id)) return;
    this.#memory.gone(id);
    this.#orders.discard(id);
  }

  #dropFromDisk(id: SegmentId, why: EvictionReason): void {
    this.#ledger.leave("disk", id);
    this.evictions.note("disk", why);
    this.#orders.announceTier(id);
    this.#orders.carry("disk", "drop", id);
  }

  #isRendering(id: SegmentId): boolean {
    return this.#filling.get(id)?.by === "render";
  }

  #askersOf(id: SegmentId): readonly Open[] {
    return [...(this.#askers.get(id) ?? [])].map((ask) => this.#asks.get(ask)!);
  }

  #fail(ask: Open, why: Fault): void {
    this.#forget(ask);
    this.#orders.withdrawRender(ask.id, ask.ask, false);
    this.#orders.fail(ask.ask, why);
  }

  #forget(ask: Open): void {
    this.#asks.delete(ask.ask);
    const askers = this.#askers.get(ask.id);
    askers?.delete(ask.ask);
    if (askers?.size === 0) this.#askers.delete(ask.id);
  }
}
