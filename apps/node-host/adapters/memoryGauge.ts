import { constrainedMemory, memoryUsage } from "node:process";
import { totalmem } from "node:os";
import { levelTeller, type MemoryGauge } from "#engine/ports/memoryGauge.ts";

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
    const tell = levelTeller(emit);
    const timer = setInterval(() => tell(usedBytes() / limitBytes), everyMs);
    timer.unref();
    return () => clearInterval(timer);
  };
}
