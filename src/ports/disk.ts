/** The host's disk, for the main thread: whole small files and segments; asynchronous.
 *  Paths are relative to the data folder, with `/`. */
import type { Fault } from "../protocol/faults.ts";
import type { Start } from "./port.ts";

export type DiskFailed = { readonly type: "failed"; readonly fault: Fault };

export type Disk = {
  readonly read: Start<
    { readonly path: string },
    | { readonly type: "read"; readonly bytes: Uint8Array }
    | { readonly type: "missing" }
    | DiskFailed
  >;
  /** Temporary name, fsync, rename: the file is there whole or not at all. */
  readonly write: Start<
    { readonly path: string; readonly bytes: Uint8Array },
    { readonly type: "written" } | DiskFailed
  >;
  /** Removing what is not there is no failure. */
  readonly remove: Start<{ readonly path: string }, { readonly type: "removed" } | DiskFailed>;
  /** Files below a folder, recursively; a missing folder is empty. Files that are known are told by their
   *  names alone, in `known`: looking at each is what takes time. */
  readonly list: Start<
    { readonly folder: string; readonly known?: readonly string[] },
    | {
        readonly type: "listed";
        /** those of the asker's `known` that are there */
        readonly known?: readonly string[];
        readonly files: readonly {
          readonly path: string;
          readonly bytes: number;
          /** ms since 1970 */
          readonly modified: number;
        }[];
      }
    | DiskFailed
  >;
};
