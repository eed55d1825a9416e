import type { Clock, WallClock } from "#engine/ports/clock.ts";

/** Node's clocks. */
export const clock: Clock & WallClock = {
  now: () => performance.now(),
  wallNow: () => Date.now(),
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs),
  clearTimeout: (id) => clearTimeout(id as NodeJS.Timeout),
};
