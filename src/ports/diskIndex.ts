/** Index of the segments on disk: what lies there, how large it is, and in which order it was used, told
 *  without a look at every file. The files are the truth: the index is written after them, may be behind
 *  them after a crash, and may be lost; whoever reads it compares it with the folder. Rows, not SQL. */
import type { DiskFailed } from "./disk.ts";
import type { Start } from "./port.ts";

export type IndexedFile = {
  /** the segment, as `<render key>/<number>` */
  readonly id: string;
  readonly bytes: number;
  /** ms since 1970 */
  readonly written: number;
};

/** `put`: it is there, and was used just now. `use` and `drop` of what is not there change nothing. */
export type IndexChange =
  | ({ readonly type: "put" } & IndexedFile)
  | { readonly type: "use"; readonly id: string }
  | { readonly type: "drop"; readonly id: string };

/** One user at a time: the folder's lock is held by whoever opens it. */
export type DiskIndex = {
  /** Reads what a former run left, used last first. What cannot be used (damaged, locked, of another
   *  version) is replaced by an empty index, and said once by the app; `failed` when that cannot be either. */
  readonly open: Start<
    null,
    { readonly type: "opened"; readonly files: readonly IndexedFile[] } | DiskFailed
  >;
  /** Changes in the order in which they happened, all of them or none; not before it is open, and one call
   *  at a time. Survives a crash of the process, not one of the machine. */
  readonly write: Start<
    { readonly changes: readonly IndexChange[] },
    { readonly type: "written" } | DiskFailed
  >;
  /** Writes what was left to write, if it can, and lets go of the index. It may never have been open. */
  readonly close: (changes: readonly IndexChange[]) => void;
};
