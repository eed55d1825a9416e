/** How much memory the machine has left for what could be made again. */
import type { Start } from "./port.ts";

/** `tight`: half of what is kept can be spared. `critical`: keep what is needed, no more. */
export const memoryLevels = ["roomy", "tight", "critical"] as const;
export type MemoryLevel = (typeof memoryLevels)[number];

/** Reports every change of the level, never the same twice in a row; it is roomy until something else is
 *  reported. Nothing is reported before `start` returns. */
export type MemoryGauge = Start<null, MemoryLevel>;

/** For who has nothing to spare, or cannot tell. */
export const noMemoryGauge: MemoryGauge = () => () => {};
