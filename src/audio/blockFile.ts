/** What the PCM store needs of a file: reading and writing at positions. It may block, since it is
 *  used in workers only, so that a render stays one plain loop. Faults come back as data. */
import type { Fault } from "../protocol/faults.ts";

export type BlockFile = {
  /** bytes in the file now; it may be growing under another hand */
  readonly size: () => number;
  /** Fills `into` from byte `position`; returns the bytes read, fewer at the end of the file. */
  readonly readAt: (position: number, into: Uint8Array) => number | Fault;
  readonly writeAt: (position: number, bytes: Uint8Array) => Fault | null;
  /** Waits until what was written would survive a power cut. */
  readonly flush: () => Fault | null;
  readonly close: () => void;
};

/** Tells a fault from any other answer. */
export function isFault<Value>(value: Value | Fault): value is Fault {
  return typeof value === "object" && value !== null && "code" in value && "retryable" in value;
}
