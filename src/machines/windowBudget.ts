/** Window budget: how many bytes of slices a page may hold, from the device and from how short of memory it is. */
import type { MemoryLevel } from "../ports/memoryGauge.ts";

export type WindowBounds = {
  /** bytes where there is memory to spare */
  readonly windowBytes: number;
  /** bytes that are left when memory is critical: less, and what is heard cannot be kept ahead of */
  readonly windowBytesMin: number;
};

const bytesPerGib = 2 ** 30;
/** A tab is one of many things on a device: below 2 GiB this is less than the window would take elsewhere. */
const deviceShare = 1 / 200;

/** @param deviceGib as the browser tells it, in GiB; null when it does not @param level of the memory that is left
 *  @returns bytes, `windowBytesMin` … `windowBytes` (the smaller of the two when they are given the other way round) */
export function windowBudget(
  { windowBytes, windowBytesMin }: WindowBounds,
  deviceGib: number | null,
  level: MemoryLevel,
): number {
  const least = Math.min(windowBytesMin, windowBytes);
  if (level === "critical") return least;
  const share = deviceGib === null ? windowBytes : deviceGib * bytesPerGib * deviceShare;
  const most = Math.min(windowBytes, share);
  return Math.max(least, Math.floor(level === "tight" ? most / 2 : most));
}
