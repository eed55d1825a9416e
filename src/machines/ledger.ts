/** Ledger: which segment lies in which tier, how many bytes, who uses it. Plain, deterministic.
 *  An entry counts from the moment room is reserved for it until it is gone, so a tier's bytes
 *  never exceed its budget, but for what was in use when the budget shrank; a leased entry is never chosen
 *  to leave. */
import type { SegmentId } from "./segmentId.ts";

export const ledgerTiers = ["hot", "disk"] as const;
export type LedgerTier = (typeof ledgerTiers)[number];
export type Standing = "reserved" | "held" | "leaving";

type Entry = { bytes: number; standing: Standing; leases: number; since: number };

/** `fits`: reserve now. `leaving`: reserve once these are gone. `full`: what is there is in use. */
export type Room =
  | { readonly type: "fits" }
  | { readonly type: "leaving"; readonly ids: readonly SegmentId[] }
  | { readonly type: "full" };

export class Ledger {
  /** insertion order is order of use: the first was used longest ago */
  readonly #entries: Readonly<Record<LedgerTier, Map<SegmentId, Entry>>> = {
    hot: new Map(),
    disk: new Map(),
  };
  readonly #bytes: Record<LedgerTier, number> = { hot: 0, disk: 0 };
  readonly #budget: Record<LedgerTier, number>;

  constructor(budget: Readonly<Record<LedgerTier, number>>) {
    this.#budget = { ...budget };
  }

  /** Looks for room and marks as leaving what has to go, least recently used first.
   *  Nothing is marked unless enough can go. @param promised bytes granted but not reserved yet */
  makeRoom(tier: LedgerTier, bytes: number, promised = 0): Room {
    let lacking = this.#bytes[tier] + promised + bytes - this.#budget[tier];
    if (lacking <= 0) return { type: "fits" };
    for (const entry of this.#entries[tier].values())
      if (entry.standing === "leaving") lacking -= entry.bytes;
    const ids: SegmentId[] = [];
    for (const [id, entry] of this.#entries[tier]) {
      if (lacking <= 0) break;
      if (entry.standing !== "held" || entry.leases > 0) continue;
      ids.push(id);
      lacking -= entry.bytes;
    }
    if (lacking > 0) return { type: "full" };
    for (const id of ids) this.leave(tier, id);
    return { type: "leaving", ids };
  }

  /** Another budget from now on. What is above a smaller one goes by `trim`, or stays while it is used. */
  resize(tier: LedgerTier, budget: number): void {
    this.#budget[tier] = budget;
  }

  /** Marks as leaving what a smaller budget has no room for, least recently used first, as far as it is not
   *  in use. @returns what was marked */
  trim(tier: LedgerTier): readonly SegmentId[] {
    let excess = this.#bytes[tier] - this.#budget[tier];
    if (excess <= 0) return [];
    const idle: SegmentId[] = [];
    for (const [id, { bytes, standing, leases }] of this.#entries[tier]) {
      if (standing === "leaving") excess -= bytes;
      else if (standing === "held" && leases === 0) idle.push(id);
    }
    const ids: SegmentId[] = [];
    for (const id of idle) {
      if (excess <= 0) break;
      this.leave(tier, id);
      excess -= this.size(tier, id);
      ids.push(id);
    }
    return ids;
  }

  /** @throws RangeError when it is there already or does not fit (ask `makeRoom` before) */
  reserve(tier: LedgerTier, id: SegmentId, bytes: number, since = 0): void {
    if (this.#entries[tier].has(id)) throw new RangeError(`${tier} has ${id} already`);
    if (this.#bytes[tier] + bytes > this.#budget[tier])
      throw new RangeError(`${tier} has no room for ${bytes} bytes`);
    this.#entries[tier].set(id, { bytes, standing: "reserved", leases: 0, since });
    this.#bytes[tier] += bytes;
  }

  /** Takes in what a former run left. @returns false when it does not fit: it has to go */
  adopt(tier: LedgerTier, id: SegmentId, bytes: number, since: number): boolean {
    if (this.#bytes[tier] + bytes > this.#budget[tier]) return false;
    this.reserve(tier, id, bytes, since);
    this.hold(tier, id);
    return true;
  }

  /** What was reserved is whole and may be served. */
  hold(tier: LedgerTier, id: SegmentId): void {
    const entry = this.#entry(tier, id);
    if (entry.standing !== "reserved")
      throw new RangeError(`${id} is ${entry.standing} in ${tier}`);
    entry.standing = "held";
  }

  /** @throws RangeError when it is leased or not held */
  leave(tier: LedgerTier, id: SegmentId): void {
    const entry = this.#entry(tier, id);
    if (entry.standing !== "held" || entry.leases > 0)
      throw new RangeError(`${id} cannot leave ${tier}: ${entry.standing}, ${entry.leases} leases`);
    entry.standing = "leaving";
  }

  /** Its bytes are free again: a move out has ended, or what was reserved never came. */
  gone(tier: LedgerTier, id: SegmentId): void {
    const entry = this.#entry(tier, id);
    if (entry.standing === "held") throw new RangeError(`${id} is held in ${tier}`);
    this.#entries[tier].delete(id);
    this.#bytes[tier] -= entry.bytes;
  }

  lease(tier: LedgerTier, id: SegmentId): void {
    const entry = this.#entry(tier, id);
    if (entry.standing === "leaving") throw new RangeError(`${id} is leaving ${tier}`);
    entry.leases++;
  }

  release(tier: LedgerTier, id: SegmentId): void {
    const entry = this.#entry(tier, id);
    if (entry.leases === 0) throw new RangeError(`${id} has no lease in ${tier}`);
    entry.leases--;
  }

  /** Marks as just used. */
  touch(tier: LedgerTier, id: SegmentId): void {
    const entry = this.#entry(tier, id);
    this.#entries[tier].delete(id);
    this.#entries[tier].set(id, entry);
  }

  standing(tier: LedgerTier, id: SegmentId): Standing | undefined {
    return this.#entries[tier].get(id)?.standing;
  }

  leases(tier: LedgerTier, id: SegmentId): number {
    return this.#entries[tier].get(id)?.leases ?? 0;
  }

  /** Bytes of one entry. @throws RangeError when there is none */
  size(tier: LedgerTier, id: SegmentId): number {
    return this.#entry(tier, id).bytes;
  }

  /** Held entries without a lease that came before `since`. */
  olderThan(tier: LedgerTier, since: number): readonly SegmentId[] {
    return [...this.#entries[tier]]
      .filter(([, entry]) => entry.standing === "held" && entry.leases === 0 && entry.since < since)
      .map(([id]) => id);
  }

  bytes(tier: LedgerTier): number {
    return this.#bytes[tier];
  }

  ids(tier: LedgerTier): readonly SegmentId[] {
    return [...this.#entries[tier].keys()];
  }

  /** Whether anything could leave. */
  hasIdle(tier: LedgerTier): boolean {
    return [...this.#entries[tier].values()].some(
      ({ standing, leases }) => standing === "held" && leases === 0,
    );
  }

  leaseCount(): number {
    let count = 0;
    for (const tier of ledgerTiers)
      for (const entry of this.#entries[tier].values()) count += entry.leases;
    return count;
  }

  /** Bytes counted anew. Cost O(entries); equals `bytes`, or the books are wrong. */
  recount(tier: LedgerTier): number {
    let bytes = 0;
    for (const entry of this.#entries[tier].values()) bytes += entry.bytes;
    return bytes;
  }

  budget(tier: LedgerTier): number {
    return this.#budget[tier];
  }

  #entry(tier: LedgerTier, id: SegmentId): Entry {
    const entry = this.#entries[tier].get(id);
    if (!entry) throw new RangeError(`${tier} has no ${id}`);
    return entry;
  }
}
