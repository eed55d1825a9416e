import type { Clock } from "#engine/ports/clock.ts";

/** Node's monotonic clock and timers, in the main thread or in a worker. ms. */
export const clock: Clock = {
  now: () => performance.now(),
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs),
  clearTimeout: (id) => clearTimeout(id as NodeJS.Timeout),
};
