/** Memory tiers: in which of the two a segment lies, and when it passes from one to the other. Part of the
 *  segment desk; plain, deterministic.
 *
 *  Hot is what sessions are at: a few segments each, which they name. It has no order of use: nothing leaves
 *  it for something else, and nothing that no session names lies in it, but for what waits to pass to warm.
 *  Warm is everything else, the least recently used first to leave. To pass from one to the other is one
 *  transition of the ledger, leases and all; the bytes stay where they are. */
import type { DeskOrders } from "./deskOrders.ts";
import type { EvictionCount, EvictionReason } from "./evictionCount.ts";
import type { Ledger, LedgerTier, Standing } from "./ledger.ts";
import type { SegmentId } from "./segmentId.ts";

export const memoryTiers = ["hot", "warm"] as const satisfies readonly LedgerTier[];
export type MemoryTier = (typeof memoryTiers)[number];
export type MemoryBudget = Readonly<Record<MemoryTier, number>>;

export class MemoryTiers {
  readonly #ledger: Ledger;
  readonly #orders: Pick<DeskOrders, "carry" | "announceTier">;
  readonly #evictions: EvictionCount<LedgerTier>;
  /** what each session is at */
  readonly #near = new Map<string, readonly SegmentId[]>();
  /** how many sessions are at each */
  readonly #sessionsAt = new Map<SegmentId, number>();
  /** in hot, and no session is there any more */
  readonly #outgoing = new Set<SegmentId>();
  /** a segment that a session is at lies in warm, for want of room in hot */
  #isCrowded = false;
  /** room came up in hot since that was looked at */
  #hasHotChanged = false;

  constructor(
    ledger: Ledger,
    orders: Pick<DeskOrders, "carry" | "announceTier">,
    evictions: EvictionCount<LedgerTier>,
  ) {
    this.#ledger = ledger;
    this.#orders = orders;
    this.#evictions = evictions;
  }

  /** A session is at these segments, the most urgent first, and no more at those it named before.
   *  `settle` has to follow. Cost O(ids). */
  follow(session: string, ids: readonly SegmentId[]): void {
    const before = this.#near.get(session) ?? [];
    if (ids.length > 0) this.#near.set(session, ids);
    else this.#near.delete(session);
    for (const id of ids) this.#sessionsAt.set(id, (this.#sessionsAt.get(id) ?? 0) + 1);
    for (const id of before) {
      const left = this.#sessionsAt.get(id)! - 1;
      if (left > 0) this.#sessionsAt.set(id, left);
      else {
        this.#sessionsAt.delete(id);
        if (this.tierOf(id) === "hot") this.#outgoing.add(id);
      }
    }
    for (const id of ids) this.#promote(id);
  }

  /** The bytes that the tiers may take from now on; `settle` has to follow. */
  resize(budget: MemoryBudget): void {
    for (const tier of memoryTiers) this.#ledger.resize(tier, budget[tier]);
    this.#hasHotChanged = true;
  }

  tierOf(id: SegmentId): MemoryTier | undefined {
    if (this.#ledger.standing("hot", id) !== undefined) return "hot";
    return this.#ledger.standing("warm", id) === undefined ? undefined : "warm";
  }

  standing(id: SegmentId): Standing | undefined {
    return this.#ledger.standing("hot", id) ?? this.#ledger.standing("warm", id);
  }

  /** Whether it could never be held, whatever leaves. */
  isTooLarge(id: SegmentId, bytes: number): boolean {
    const isHot = this.#sessionsAt.has(id) && bytes <= this.#ledger.budget("hot");
    return !isHot && bytes > this.#ledger.budget("warm");
  }

  /** Looks for room, and has what is in its way leave. */
  makeRoom(id: SegmentId, bytes: number): "fits" | "leaving" | "full" {
    if (this.#isForHot(id, bytes)) return "fits";
    return this.#makeWarmRoom(bytes);
  }

  /** @throws RangeError when it is there already or does not fit */
  reserve(id: SegmentId, bytes: number): void {
    const tier = this.#isForHot(id, bytes) ? "hot" : "warm";
    this.#ledger.reserve(tier, id, bytes);
    if (tier === "warm" && this.#sessionsAt.has(id)) this.#isCrowded = true;
  }

  hold(id: SegmentId): void {
    this.#ledger.hold(this.#tier(id), id);
  }

  lease(id: SegmentId): void {
    this.#ledger.lease(this.#tier(id), id);
  }

  release(id: SegmentId): void {
    this.#ledger.release(this.#tier(id), id);
  }

  /** Marks as just used. */
  touch(id: SegmentId): void {
    this.#ledger.touch(this.#tier(id), id);
  }

  size(id: SegmentId): number {
    return this.#ledger.size(this.#tier(id), id);
  }

  /** Its bytes are free again. */
  gone(id: SegmentId): void {
    const tier = this.#tier(id);
    this.#ledger.gone(tier, id);
    this.#outgoing.delete(id);
    if (tier === "hot") this.#hasHotChanged = true;
  }

  /** Lets everything pass that can. */
  settle(): void {
    for (const tier of memoryTiers)
      for (const id of this.#ledger.trim(tier)) this.#carryDrop(tier, id, "pressure");
    for (const id of this.#outgoing) if (!this.#demote(id)) break;
    if (!this.#isCrowded || !this.#hasHotChanged) return;
    this.#isCrowded = false;
    this.#hasHotChanged = false;
    for (const id of this.#sessionsAt.keys()) this.#promote(id);
  }

  /** sessions that are anywhere */
  get sessions(): number {
    return this.#near.size;
  }

  /** What is wrong with the two; empty when all is well. Cost O(entries in memory). */
  breaches(): readonly string[] {
    const stray = this.#ledger
      .ids("hot")
      .filter((id) => !this.#sessionsAt.has(id) && !this.#outgoing.has(id))
      .filter((id) => this.#ledger.standing("hot", id) !== "leaving")
      .map((id) => `${id} is hot, and nobody is there`);
    const both = this.#ledger
      .ids("hot")
      .filter((id) => this.#ledger.standing("warm", id) !== undefined)
      .map((id) => `${id} is hot and warm`);
    return [...stray, ...both];
  }

  #tier(id: SegmentId): MemoryTier {
    const tier = this.tierOf(id);
    if (!tier) throw new RangeError(`memory has no ${id}`);
    return tier;
  }

  #isForHot(id: SegmentId, bytes: number): boolean {
    return this.#sessionsAt.has(id) && this.#ledger.fits("hot", bytes);
  }

  #promote(id: SegmentId): void {
    this.#outgoing.delete(id);
    const standing = this.#ledger.standing("warm", id);
    if (standing === undefined || standing === "leaving") return;
    if (this.#ledger.fits("hot", this.#ledger.size("warm", id))) this.#move("warm", "hot", id);
    else {
      // it may be the next to be heard: what nobody is at goes before it
      this.#ledger.touch("warm", id);
      this.#isCrowded = true;
    }
  }

  /** @returns false when it waits for what has to leave before */
  #demote(id: SegmentId): boolean {
    const standing = this.#ledger.standing("hot", id);
    if (standing === undefined || standing === "leaving") return this.#outgoing.delete(id);
    const room = this.#makeWarmRoom(this.#ledger.size("hot", id));
    if (room === "leaving") return false;
    if (room === "fits") {
      this.#outgoing.delete(id);
      this.#move("hot", "warm", id);
      this.#hasHotChanged = true;
    } else if (standing === "held" && this.#ledger.leases("hot", id) === 0) {
      // all of warm is in use
      this.#outgoing.delete(id);
      this.#ledger.leave("hot", id);
      this.#carryDrop("hot", id, "room");
    }
    return true;
  }

  #move(from: MemoryTier, to: MemoryTier, id: SegmentId): void {
    this.#ledger.move(from, to, id);
    this.#orders.announceTier(id);
  }

  #makeWarmRoom(bytes: number): "fits" | "leaving" | "full" {
    const room = this.#ledger.makeRoom("warm", bytes);
    if (room.type === "leaving") for (const id of room.ids) this.#carryDrop("warm", id, "room");
    return room.type;
  }

  #carryDrop(tier: MemoryTier, id: SegmentId, why: EvictionReason): void {
    this.#evictions.note(tier, why);
    this.#orders.announceTier(id);
    this.#orders.carry(tier, "drop", id);
  }
}
