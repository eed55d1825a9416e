import type { Clock, WallClock } from "#engine/ports/clock.ts";

/** A callback that is due in a turn of its own, and no later. */
type NextTurn = { readonly immediate: NodeJS.Immediate };

/** Node's clocks. Its timers are a millisecond late at least; what is due at once comes in the next turn. */
export const clock: Clock & WallClock = {
  now: () => performance.now(),
  wallNow: () => Date.now(),
  setTimeout: (callback, delayMs) =>
    delayMs > 0
      ? setTimeout(callback, delayMs)
      : ({ immediate: setImmediate(callback) } satisfies NextTurn),
  clearTimeout: (id) => {
    if (isNextTurn(id)) clearImmediate(id.immediate);
    else clearTimeout(id as NodeJS.Timeout | undefined);
  },
};

function isNextTurn(id: unknown): id is NextTurn {
  return typeof id === "object" && id !== null && "immediate" in id;
}
