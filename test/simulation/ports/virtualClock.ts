/** The clock port of one realm. Timers are a little late, as real ones are; they fire in an order that
 *  the seed decides when they are due at the same instant. */
import type { Clock, TimerId, WallClock } from "#engine/ports/clock.ts";
import type { Realm } from "../world/realm.ts";
import type { Scheduled, World } from "../world/world.ts";

/** ms by which a timer may be late */
const latenessMs = 2;
/** an arbitrary day, so that wall time and the clock's origin are never mistaken for each other */
const wallOrigin = Date.UTC(2026, 0, 5);

/** @param realm whose timers these are; they die with it */
export function virtualClock(world: World, realm: Realm): Clock & WallClock {
  const label = `${realm.name}.timer`;
  return {
    now: () => world.now,
    wallNow: () => wallOrigin + world.now,
    setTimeout: (callback, delayMs) => {
      realm.timers++;
      const delay = (Number.isFinite(delayMs) ? delayMs : 0) + realm.random.uniform() * latenessMs;
      return world.schedule(
        delay,
        label,
        () => {
          realm.timers--;
          callback();
        },
        realm,
      );
    },
    clearTimeout: (id: TimerId) => {
      const timer = id as Scheduled | undefined | null;
      if (!timer?.run) return;
      realm.timers--;
      world.cancel(timer);
    },
  };
}
