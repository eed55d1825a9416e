/** Disk writes: rendered segments on their way to disk, leased in memory until they are there.
 *  Part of the segment desk; bounded, so that a slow disk pins little memory. */
import type { DeskOrders } from "./deskOrders.ts";
import type { EvictionCount } from "./evictionCount.ts";
import type { Ledger, LedgerTier } from "./ledger.ts";
import type { MemoryTiers } from "./memoryTiers.ts";
import type { SegmentId } from "./segmentId.ts";

/** segments that may wait for the disk; one more is not written at all */
const writesMax = 8;

export class DiskWrites {
  readonly #ledger: Ledger;
  readonly #memory: Pick<MemoryTiers, "lease" | "release" | "size">;
  readonly #orders: Pick<DeskOrders, "carry" | "announceTier" | "wallNow">;
  readonly #fileHeaderBytes: number;
  readonly #evictions: EvictionCount<LedgerTier>;
  readonly #waiting = new Set<SegmentId>();
  readonly #running = new Set<SegmentId>();
  unwritten = 0;

  constructor(
    ledger: Ledger,
    memory: Pick<MemoryTiers, "lease" | "release" | "size">,
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
    const standing = this.#ledger.standing("disk", id);
    if (standing !== undefined && standing !== "leaving") return;
    if (this.size >= writesMax) {
      this.unwritten++;
      return;
    }
    this.#memory.lease(id);
    this.#waiting.add(id);
  }

  /** Begins what fits; makes room for what does not and waits for that. */
  run(): void {
    for (const id of this.#waiting) {
      if (this.#ledger.standing("disk", id) === "leaving") continue;
      const bytes = this.#memory.size(id) + this.#fileHeaderBytes;
      const room = this.#ledger.makeRoom("disk", bytes);
      if (room.type === "leaving") {
        for (const each of room.ids) {
          this.#evictions.note("disk", "room");
          this.#orders.announceTier(each);
          this.#orders.carry("disk", "drop", each);
        }
        return;
      }
      this.#waiting.delete(id);
      if (room.type === "full") {
        this.unwritten++;
        this.#memory.release(id);
        continue;
      }
      this.#ledger.reserve("disk", id, bytes, this.#orders.wallNow());
      this.#running.add(id);
      this.#orders.carry("disk", "write", id);
    }
  }

  ended(id: SegmentId, isDone: boolean): void {
    this.#running.delete(id);
    this.#memory.release(id);
    if (isDone) this.#ledger.hold("disk", id);
    else this.#ledger.gone("disk", id);
    this.#orders.announceTier(id);
  }

  /** segments that are leased for the disk */
  get size(): number {
    return this.#waiting.size + this.#running.size;
  }
}
