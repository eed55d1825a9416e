/** Ledger: which segment lies in which tier, how many bytes, who uses it. Plain, deterministic.
 *  An entry counts from the moment room is reserved for it until it is gone, so a tier's bytes
 *  never exceed its budget, but for what was in use when the budget shrank; a leased entry is never chosen
 *  to leave. Every operation costs O(1), or O(what it makes leave), unless it says otherwise. */
import type { SegmentId } from "./segmentId.ts";

/** `hot`: where listeners are. `warm`: what was heard lately, or made ahead. Both are memory. */
export const ledgerTiers = ["hot", "warm", "disk"] as const;
export type LedgerTier = (typeof ledgerTiers)[number];
export type Standing = "reserved" | "held" | "leaving";

type Entry = { bytes: number; standing: Standing; leases: number; since: number };
type Books = {
  readonly entries: Map<SegmentId, Entry>;
  /** held and not leased; the first has been so for longest */
  readonly idle: Map<SegmentId, Entry>;
  bytes: number;
  idleBytes: number;
  leavingBytes: number;
  leases: number;
  budget: number;
};

/** `fits`: reserve now. `leaving`: reserve once these are gone. `full`: what is there is in use. */
export type Room =
  | { readonly type: "fits" }
  | { readonly type: "leaving"; readonly ids: readonly SegmentId[] }
  | { readonly type: "full" };

export class Ledger {
  readonly #books: Readonly<Record<LedgerTier, Books>>;

  constructor(budget: Readonly<Record<LedgerTier, number>>) {
    const { hot, warm, disk } = budget;
    this.#books = { hot: emptyBooks(hot), warm: emptyBooks(warm), disk: emptyBooks(disk) };
  }

  /** Whether so many bytes could be reserved now. */
  fits(tier: LedgerTier, bytes: number): boolean {
    const books = this.#books[tier];
    return books.bytes + bytes <= books.budget;
  }

  /** Looks for room and marks as leaving what has to go, least recently used first.
   *  Nothing is marked unless enough can go. */
  makeRoom(tier: LedgerTier, bytes: number): Room {
    const books = this.#books[tier];
    const lacking = books.bytes + bytes - books.budget;
    if (lacking <= 0) return { type: "fits" };
    if (lacking > books.leavingBytes + books.idleBytes) return { type: "full" };
    return { type: "leaving", ids: this.#leaveUntil(tier, lacking) };
  }

  /** Another budget from now on. What is above a smaller one goes by `trim`, or stays while it is used. */
  resize(tier: LedgerTier, budget: number): void {
    this.#books[tier].budget = budget;
  }

  /** Marks as leaving what a smaller budget has no room for, least recently used first, as far as it is not
   *  in use. @returns what was marked */
  trim(tier: LedgerTier): readonly SegmentId[] {
    const { bytes, budget } = this.#books[tier];
    return this.#leaveUntil(tier, bytes - budget);
  }

  /** @throws RangeError when it is there already or does not fit (ask `makeRoom` before) */
  reserve(tier: LedgerTier, id: SegmentId, bytes: number, since = 0): void {
    this.#enter(tier, id, { bytes, standing: "reserved", leases: 0, since });
  }

  /** Takes in what a former run left. @returns false when it does not fit: it has to go */
  adopt(tier: LedgerTier, id: SegmentId, bytes: number, since: number): boolean {
    if (!this.fits(tier, bytes)) return false;
    this.reserve(tier, id, bytes, since);
    this.hold(tier, id);
    return true;
  }

  /** One transition from one tier to another, with its leases, as what was used last; no bytes move.
   *  @throws RangeError when it is leaving, is there already or does not fit */
  move(from: LedgerTier, to: LedgerTier, id: SegmentId): void {
    const entry = this.#entry(from, id);
    if (entry.standing === "leaving") throw new RangeError(`${id} is leaving ${from}`);
    this.#enter(to, id, entry);
    this.#books[to].leases += entry.leases;
    this.#exit(from, id, entry);
    this.#books[from].leases -= entry.leases;
  }

  /** What was reserved is whole and may be served. */
  hold(tier: LedgerTier, id: SegmentId): void {
    const entry = this.#entry(tier, id);
    if (entry.standing !== "reserved")
      throw new RangeError(`${id} is ${entry.standing} in ${tier}`);
    entry.standing = "held";
    this.#rest(tier, id, entry);
  }

  /** @throws RangeError when it is leased or not held */
  leave(tier: LedgerTier, id: SegmentId): void {
    const entry = this.#entry(tier, id);
    if (!isIdle(entry))
      throw new RangeError(`${id} cannot leave ${tier}: ${entry.standing}, ${entry.leases} leases`);
    this.#wake(tier, id, entry);
    entry.standing = "leaving";
    this.#books[tier].leavingBytes += entry.bytes;
  }

  /** Its bytes are free again: a move out has ended, or what was reserved never came. */
  gone(tier: LedgerTier, id: SegmentId): void {
    const entry = this.#entry(tier, id);
    if (entry.standing === "held") throw new RangeError(`${id} is held in ${tier}`);
    this.#exit(tier, id, entry);
    this.#books[tier].leases -= entry.leases;
    if (entry.standing === "leaving") this.#books[tier].leavingBytes -= entry.bytes;
  }

  lease(tier: LedgerTier, id: SegmentId): void {
    const entry = this.#entry(tier, id);
    if (entry.standing === "leaving") throw new RangeError(`${id} is leaving ${tier}`);
    if (isIdle(entry)) this.#wake(tier, id, entry);
    entry.leases++;
    this.#books[tier].leases++;
  }

  /** Who is through with it was the last to use it. */
  release(tier: LedgerTier, id: SegmentId): void {
    const entry = this.#entry(tier, id);
    if (entry.leases === 0) throw new RangeError(`${id} has no lease in ${tier}`);
    entry.leases--;
    this.#books[tier].leases--;
    this.#rest(tier, id, entry);
  }

  /** Marks as just used. */
  touch(tier: LedgerTier, id: SegmentId): void {
    const entry = this.#entry(tier, id);
    if (!isIdle(entry)) return;
    this.#wake(tier, id, entry);
    this.#rest(tier, id, entry);
  }

  standing(tier: LedgerTier, id: SegmentId): Standing | undefined {
    return this.#books[tier].entries.get(id)?.standing;
  }

  leases(tier: LedgerTier, id: SegmentId): number {
    return this.#books[tier].entries.get(id)?.leases ?? 0;
  }

  /** Bytes of one entry. @throws RangeError when there is none */
  size(tier: LedgerTier, id: SegmentId): number {
    return this.#entry(tier, id).bytes;
  }

  /** Held entries without a lease that came before `since`. Cost O(entries). */
  olderThan(tier: LedgerTier, since: number): readonly SegmentId[] {
    const ids: SegmentId[] = [];
    for (const [id, entry] of this.#books[tier].idle) if (entry.since < since) ids.push(id);
    return ids;
  }

  bytes(tier: LedgerTier): number {
    return this.#books[tier].bytes;
  }

  budget(tier: LedgerTier): number {
    return this.#books[tier].budget;
  }

  /** Everything in a tier, in no order that matters. Cost O(entries). */
  ids(tier: LedgerTier): readonly SegmentId[] {
    return [...this.#books[tier].entries.keys()];
  }

  /** What could leave, in the order in which it would. Cost O(entries). */
  idle(tier: LedgerTier): readonly SegmentId[] {
    return [...this.#books[tier].idle.keys()];
  }

  /** Whether anything could leave. */
  hasIdle(tier: LedgerTier): boolean {
    return this.#books[tier].idle.size > 0;
  }

  leaseCount(): number {
    return ledgerTiers.reduce((sum, tier) => sum + this.#books[tier].leases, 0);
  }

  /** Bytes counted anew. Cost O(entries); equals `bytes`, or the books are wrong. */
  recount(tier: LedgerTier): number {
    let bytes = 0;
    for (const entry of this.#books[tier].entries.values()) bytes += entry.bytes;
    return bytes;
  }

  #entry(tier: LedgerTier, id: SegmentId): Entry {
    const entry = this.#books[tier].entries.get(id);
    if (!entry) throw new RangeError(`${tier} has no ${id}`);
    return entry;
  }

  #enter(tier: LedgerTier, id: SegmentId, entry: Entry): void {
    const books = this.#books[tier];
    if (books.entries.has(id)) throw new RangeError(`${tier} has ${id} already`);
    if (!this.fits(tier, entry.bytes))
      throw new RangeError(`${tier} has no room for ${entry.bytes} bytes`);
    books.entries.set(id, entry);
    books.bytes += entry.bytes;
    this.#rest(tier, id, entry);
  }

  #exit(tier: LedgerTier, id: SegmentId, entry: Entry): void {
    const books = this.#books[tier];
    books.entries.delete(id);
    books.bytes -= entry.bytes;
    if (isIdle(entry)) this.#wake(tier, id, entry);
  }

  /** It may leave from now on, if nobody uses it; all others before it. */
  #rest(tier: LedgerTier, id: SegmentId, entry: Entry): void {
    if (!isIdle(entry)) return;
    this.#books[tier].idle.set(id, entry);
    this.#books[tier].idleBytes += entry.bytes;
  }

  #wake(tier: LedgerTier, id: SegmentId, entry: Entry): void {
    this.#books[tier].idle.delete(id);
    this.#books[tier].idleBytes -= entry.bytes;
  }

  /** Marks as leaving until so many bytes are on their way out, with those that were before. */
  #leaveUntil(tier: LedgerTier, bytes: number): readonly SegmentId[] {
    const books = this.#books[tier];
    const ids: SegmentId[] = [];
    for (const id of books.idle.keys()) {
      if (books.leavingBytes >= bytes) break;
      this.leave(tier, id);
      ids.push(id);
    }
    return ids;
  }
}

function isIdle({ standing, leases }: Entry): boolean {
  return standing === "held" && leases === 0;
}

function emptyBooks(budget: number): Books {
  const counts = { bytes: 0, idleBytes: 0, leavingBytes: 0, leases: 0, budget };
  return { entries: new Map(), idle: new Map(), ...counts };
}
