import { constrainedMemory, memoryUsage } from "node:process";
import { totalmem } from "node:os";
import { memoryLevels, type MemoryGauge, type MemoryLevel } from "#engine/ports/memoryGauge.ts";

/** shares of the limit above which memory is tight, and critical */
const bounds = { tight: 0.7, critical: 0.85 } as const;
/** share of the limit that has to be free again before it is said that things are better */
const slack = 0.05;

export type MemoryGaugeConfig = {
  /** bytes that the process may take; that of the container, else the machine's */
  readonly limitBytes: number;
  /** ms between two looks */
  readonly everyMs: number;
  /** bytes that the process takes now */
  readonly usedBytes: () => number;
};
const defaults: MemoryGaugeConfig = {
  limitBytes: Math.min(constrainedMemory() || Number.POSITIVE_INFINITY, totalmem()),
  everyMs: 1000,
  usedBytes: () => memoryUsage.rss(),
};

/** Weighs what the process takes against a limit. The timer keeps no process alive. */
export function createMemoryGauge(config: Partial<MemoryGaugeConfig> = {}): MemoryGauge {
  const { limitBytes, everyMs, usedBytes } = { ...defaults, ...config };
  return (_request, emit) => {
    let told: MemoryLevel = "roomy";
    const look = (): void => {
      const share = usedBytes() / limitBytes;
      const now = levelAt(share);
      // one that wavers about a bound is told once
      const isBetter = memoryLevels.indexOf(now) < memoryLevels.indexOf(told);
      const level = isBetter ? levelAt(share + slack) : now;
      if (level === told) return;
      told = level;
      emit(level);
    };
    const timer = setInterval(look, everyMs);
    timer.unref();
    return () => clearInterval(timer);
  };
}

function levelAt(share: number): MemoryLevel {
  if (share > bounds.critical) return "critical";
  return share > bounds.tight ? "tight" : "roomy";
}
