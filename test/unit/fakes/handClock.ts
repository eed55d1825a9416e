/** A clock that a test turns by hand; timers of one instant fire in the order they were set. */
import type { Clock, WallClock } from "#engine/ports/clock.ts";

export type HandClock = Clock &
  WallClock & {
    /** Lets `ms` pass, timer by timer. */
    readonly pass: (ms: number) => void;
    /** timers that are set now */
    readonly timers: () => number;
  };

/** Wall time begins at `wallOrigin`, the clock at 0. */
export function handClock(wallOrigin = 1_000_000_000_000): HandClock {
  type Timer = { readonly at: number; readonly order: number; readonly run: () => void };
  const timers = new Set<Timer>();
  let now = 0;
  let order = 0;
  return {
    now: () => now,
    wallNow: () => wallOrigin + now,
    setTimeout: (callback, delayMs) => {
      const timer = { at: now + Math.max(0, delayMs), order: order++, run: () => callback() };
      timers.add(timer);
      return timer;
    },
    clearTimeout: (id) => void timers.delete(id as Timer),
    pass: (ms) => {
      const until = now + ms;
      for (;;) {
        const due = [...timers]
          .filter(({ at }) => at <= until)
          .sort((a, b) => a.at - b.at || a.order - b.order)[0];
        if (!due) break;
        timers.delete(due);
        now = due.at;
        due.run();
      }
      now = until;
    },
    timers: () => timers.size,
  };
}
