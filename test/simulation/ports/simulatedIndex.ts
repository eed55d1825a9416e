/** The index of the host's disk: in memory, it survives the runs of the host. As in the real adapter a batch
 *  is there whole or not at all, and what a host that died had not written yet is lost. */
import type { DiskIndex, IndexChange, IndexedFile } from "#engine/ports/diskIndex.ts";
import { fault, type Fault } from "#engine/protocol/faults.ts";
import type { Realm } from "../world/realm.ts";
import type { World } from "../world/world.ts";

/** What outlives a run of the host, and what goes wrong with it for now. */
export class IndexMedium {
  /** used last at the end */
  rows = new Map<string, IndexedFile>();
  /** batches that were begun */
  batches = 0;
  /** what opening fails with */
  openFault: Fault | null = null;
  /** what every batch fails with */
  writeFault: Fault | null = null;
  /** as it was when the run that opened it last began */
  private former = new Map<string, IndexedFile>();

  /** used last first */
  open(): readonly IndexedFile[] {
    this.former = new Map(this.rows);
    return [...this.rows.values()].toReversed();
  }

  apply(changes: readonly IndexChange[]): void {
    for (const { type, ...change } of changes) {
      const row = type === "put" ? (change as IndexedFile) : this.rows.get(change.id);
      this.rows.delete(change.id);
      if (row && type !== "drop") this.rows.set(change.id, row);
    }
  }

  /** Somebody deletes it, or it is damaged and replaced: it names nothing. */
  lose(): void {
    this.rows.clear();
  }

  /** It is as it was when the last run began: somebody put an old copy back. */
  fallBack(): void {
    this.rows = new Map(this.former);
  }
}

/** A port over a medium that outlives it. @param later runs something after a while; returns a cancel */
export function indexOver(
  medium: IndexMedium,
  later: (kind: "open" | "write", act: () => void) => () => void,
): DiskIndex {
  return {
    open: (_request, emit) =>
      later("open", () => {
        const { openFault } = medium;
        if (openFault) emit({ type: "failed", fault: openFault });
        else emit({ type: "opened", files: medium.open() });
      }),
    write: ({ changes }, emit) => {
      medium.batches++;
      return later("write", () => {
        const { writeFault } = medium;
        if (writeFault) return emit({ type: "failed", fault: writeFault });
        medium.apply(changes);
        emit({ type: "written" });
      });
    },
    close: (changes) => {
      if (!medium.openFault && !medium.writeFault) medium.apply(changes);
    },
  };
}

/** The index port of one run of the host. */
export function simulatedIndex(world: World, realm: Realm, medium: IndexMedium): DiskIndex {
  const random = realm.random.fork("diskIndex");
  return indexOver(medium, (kind, act) => {
    const event = world.schedule(
      random.between(0.2, 10),
      `${realm.name}.index.${kind}`,
      act,
      realm,
    );
    return () => world.cancel(event);
  });
}

export const indexFailed = fault("disk-failed", "SQLITE_CANTOPEN: unable to open database file");
