import type { Clock } from "#engine/ports/clock.ts";

/** The browser's monotonic clock and timers, in a window or in a worker. ms. */
export const clock: Clock = {
  now: () => performance.now(),
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs),
  clearTimeout: (id) => clearTimeout(id as ReturnType<typeof setTimeout>),
};
