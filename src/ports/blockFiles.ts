/** Files of the PCM store, as a worker opens them. Synchronous: workers may block. */
import type { Fault } from "../protocol/faults.ts";
import type { BlockFile } from "../audio/blockFile.ts";

export type BlockFiles = {
  /** Opens an existing file for reading. */
  readonly open: (path: string) => BlockFile | Fault;
  /** A new, empty file; one of that name is forgotten first, its readers keep what they opened. */
  readonly create: (path: string) => BlockFile | Fault;
  /** Removing what is not there is no failure. */
  readonly remove: (path: string) => Fault | null;
};
