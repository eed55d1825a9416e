/** Disk writes: rendered segments on their way to disk. Part of the segment desk; plain, deterministic.
 *
 *  A few are leased in memory until they are there, so that a slow disk pins little; the others, and those whose
 *  write failed, are remembered as long as they stay in memory anyway. After a failure nothing is written
 *  until the disk has rested, and then one segment at a time until one has come through. */
import type { DeskOrders } from "./deskOrders.ts";
import type { EvictionCount } from "./evictionCount.ts";
import type { Ledger, LedgerTier } from "./ledger.ts";
import type { MemoryTiers } from "./memoryTiers.ts";
import type { SegmentId } from "./segmentId.ts";

/** segments that may be leased for the disk */
const writesMax = 8;

export class DiskWrites {
  readonly #ledger: Ledger;
  readonly #memory: Pick<MemoryTiers, "lease" | "release" | "size" | "standing">;
  readonly #orders: Pick<DeskOrders, "carry" | "announceTier" | "wallNow">;
  readonly #fileHeaderBytes: number;
  readonly #evictions: EvictionCount<LedgerTier>;
  /** leased, and not begun: what lies on disk has to leave before */
  readonly #waiting = new Set<SegmentId>();
  readonly #running = new Set<SegmentId>();
  /** in memory and to be written, but not leased; the first has waited longest */
  readonly #backlog = new Set<SegmentId>();
  #health: "sound" | "resting" | "on trial" = "sound";
  /** segments that have left memory before they could be written */
  unwritten = 0;

  constructor(
    ledger: Ledger,
    memory: Pick<MemoryTiers, "lease" | "release" | "size" | "standing">,
    orders: Pick<DeskOrders, "carry" | "announceTier" | "wallNow">,
    fileHeaderBytes: number,
    evictions: EvictionCount<LedgerTier>,
  ) {
    this.#evictions = evictions;
    this.#ledger = ledger;
    this.#memory = memory;
    this.#orders = orders;
    this.#fileHeaderBytes = fileHeaderBytes;
  }

  /** Takes a segment that is held in memory; `run` begins to write it. One whose damaged file is still on its
   *  way out waits for that. */
  add(id: SegmentId): void {
    if (this.#isThere(id) || this.#waiting.has(id)) return;
    if (this.#mayLease()) this.#lease(id);
    else this.#backlog.add(id);
  }

  /** It has left memory. */
  forget(id: SegmentId): void {
    if (this.#backlog.delete(id)) this.unwritten++;
  }

  /** The disk has rested: it may be tried again. `run` does so. */
  rested(): void {
    if (this.#health === "resting") this.#health = "on trial";
  }

  /** Begins what fits; makes room for what does not and waits for that. Cost O(what begins). */
  run(): void {
    if (this.#health === "resting") return;
    for (const id of this.#waiting) if (!this.#begin(id)) return;
    for (const id of this.#backlog) {
      if (!this.#mayLease()) return;
      this.#backlog.delete(id);
      // one that is leaving is lost to the disk when it has left
      if (this.#memory.standing(id) !== "held") this.unwritten++;
      else if (!this.#isThere(id)) {
        this.#lease(id);
        if (!this.#begin(id)) return;
      }
    }
  }

  ended(id: SegmentId, isDone: boolean): void {
    this.#running.delete(id);
    this.#memory.release(id);
    if (isDone) {
      this.#ledger.hold("disk", id);
      if (this.#health === "on trial") this.#health = "sound";
    } else {
      this.#ledger.gone("disk", id);
      this.#health = "resting";
      for (const each of [id, ...this.#waiting]) this.#putOff(each);
    }
    this.#orders.announceTier(id);
  }

  /** segments that are leased for the disk */
  get size(): number {
    return this.#waiting.size + this.#running.size;
  }

  /** segments that wait without a lease */
  get behind(): number {
    return this.#backlog.size;
  }

  #mayLease(): boolean {
    if (this.#health === "resting") return false;
    return this.size < (this.#health === "sound" ? writesMax : 1);
  }

  #lease(id: SegmentId): void {
    this.#memory.lease(id);
    this.#waiting.add(id);
  }

  /** Back to those that are remembered only. */
  #putOff(id: SegmentId): void {
    if (this.#waiting.delete(id)) this.#memory.release(id);
    this.#backlog.add(id);
  }

  #isThere(id: SegmentId): boolean {
    const standing = this.#ledger.standing("disk", id);
    return standing !== undefined && standing !== "leaving";
  }

  /** @returns false when nothing else can begin now */
  #begin(id: SegmentId): boolean {
    if (this.#ledger.standing("disk", id) === "leaving") return true;
    const bytes = this.#memory.size(id) + this.#fileHeaderBytes;
    const room = this.#ledger.makeRoom("disk", bytes);
    if (room.type === "leaving") {
      for (const each of room.ids) {
        this.#evictions.note("disk", "room");
        this.#orders.announceTier(each);
        this.#orders.carry("disk", "drop", each);
      }
      return false;
    }
    if (room.type === "full") {
      this.#putOff(id);
      if (bytes <= this.#ledger.budget("disk")) return false;
      this.forget(id);
      return true;
    }
    this.#waiting.delete(id);
    this.#ledger.reserve("disk", id, bytes, this.#orders.wallNow());
    this.#running.add(id);
    this.#orders.carry("disk", "write", id);
    return true;
  }
}
