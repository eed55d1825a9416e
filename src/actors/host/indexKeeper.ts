/** Index keeper: carries out what the index's machine orders, and takes the tier's changes. */
import {
  batchMax,
  type DiskIndexEvent,
  type DiskIndexOrders,
} from "../../machines/diskIndex.machine.ts";
import { IndexChanges } from "../../machines/indexChanges.ts";
import type { DiskIndex, IndexChange, IndexedFile } from "../../ports/diskIndex.ts";
import type { Cancel } from "../../ports/port.ts";

export type IndexKeeper = {
  readonly changes: IndexChanges;
  readonly orders: DiskIndexOrders;
  /** Tells what the index names, used last first, once it was read; null when there is none. */
  readonly onOpened: (listen: (files: readonly IndexedFile[] | null) => void) => void;
  /** Something has happened to files; it is done already. An event for each would hold up everybody else when
   *  the files of a whole folder are noted. */
  readonly note: (changes: readonly IndexChange[]) => void;
};

/** @param toMachine to the actor of `diskIndexMachine` */
export function indexKeeper(
  index: DiskIndex,
  toMachine: (event: DiskIndexEvent) => void,
): IndexKeeper {
  const changes = new IndexChanges();
  let cancel: Cancel = () => {};
  /** what is being written */
  let batch: readonly IndexChange[] = [];
  let listen: (files: readonly IndexedFile[] | null) => void = () => {};
  return {
    changes,
    orders: {
      open: () => {
        cancel = index.open(null, (report) => {
          toMachine({ type: report.type === "opened" ? "index.opened" : "index.failed" });
          listen(report.type === "opened" ? report.files : null);
        });
      },
      write: () => {
        batch = changes.take(batchMax);
        cancel = index.write({ changes: batch }, ({ type }) => {
          batch = [];
          toMachine({ type: type === "written" ? "batch.written" : "batch.failed" });
        });
      },
      close: () => {
        cancel();
        // a batch that is cancelled may have been written or not; twice is the same as once
        index.close([...batch, ...changes.take(Number.POSITIVE_INFINITY)]);
      },
    },
    onOpened: (next) => {
      listen = next;
    },
    note: (noted) => {
      for (let at = 0; at < noted.length; at += batchMax)
        toMachine({ type: "changes.noted", changes: noted.slice(at, at + batchMax) });
    },
  };
}

/** For a host without an index: every file is looked at when it starts. */
export const noIndex: Pick<IndexKeeper, "onOpened" | "note"> = {
  onOpened: (listen) => listen(null),
  note: () => {},
};
