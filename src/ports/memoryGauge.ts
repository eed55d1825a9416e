/** How much memory the machine has left for what could be made again. */
import type { Start } from "./port.ts";

/** `tight`: half of what is kept can be spared. `critical`: keep what is needed, no more. */
export const memoryLevels = ["roomy", "tight", "critical"] as const;
export type MemoryLevel = (typeof memoryLevels)[number];

/** Reports every change of the level, never the same twice in a row; it is roomy until something else is
 *  reported. Nothing is reported before `start` returns. */
export type MemoryGauge = Start<null, MemoryLevel>;

/** shares of what may be taken above which memory is tight, and critical */
const bounds = { tight: 0.7, critical: 0.85 } as const;
/** share that has to be free again before it is said that things are better */
const slack = 0.05;

/** For gauges that look now and then. @returns hears the share that is taken, 0…1, and tells the level when it is
 *  another one; a share that wavers about a bound is told once */
export function levelTeller(tell: (level: MemoryLevel) => void): (share: number) => void {
  let told: MemoryLevel = "roomy";
  return (share) => {
    const now = levelAt(share);
    const isBetter = memoryLevels.indexOf(now) < memoryLevels.indexOf(told);
    const level = isBetter ? levelAt(share + slack) : now;
    if (level === told) return;
    told = level;
    tell(level);
  };
}

function levelAt(share: number): MemoryLevel {
  if (share > bounds.critical) return "critical";
  return share > bounds.tight ? "tight" : "roomy";
}

/** For who has nothing to spare, or cannot tell. */
export const noMemoryGauge: MemoryGauge = () => () => {};
