/** The clock port of one realm. Timers are a little late, as real ones are; they fire in an order that
 *  the seed decides when they are due at the same instant. In a hidden tab they wait for the next second. */
import type { Clock, TimerId, WallClock } from "#engine/ports/clock.ts";
import type { Realm } from "../world/realm.ts";
import type { Scheduled, World } from "../world/world.ts";

/** ms by which a timer may be late */
const latenessMs = 2;
/** an arbitrary day, so that wall time and the clock's origin are never mistaken for each other */
const wallOrigin = Date.UTC(2026, 0, 5);

/** ms since 1970, as everybody on the machine reads it. */
export function wallNow(world: World): number {
  return wallOrigin + world.now + world.wallSkewMs;
}

/** @param realm whose timers these are; they die with it */
export function virtualClock(world: World, realm: Realm): Clock & WallClock {
  const label = `${realm.name}.timer`;
  return {
    now: () => world.now,
    wallNow: () => wallNow(world),
    setTimeout: (callback, delayMs) => {
      realm.timers++;
      const timer = new Timer(world, realm, label, callback);
      const delay = (Number.isFinite(delayMs) ? delayMs : 0) + realm.random.uniform() * latenessMs;
      timer.event = world.schedule(delay, label, () => timer.due(), realm);
      return timer;
    },
    clearTimeout: (id: TimerId) => {
      const timer = id as Timer | undefined | null;
      if (!timer?.event) return;
      realm.timers--;
      world.cancel(timer.event);
      timer.event = null;
    },
  };
}

class Timer {
  event: Scheduled | null = null;
  private readonly world: World;
  private readonly realm: Realm;
  private readonly label: string;
  private readonly callback: () => void;

  constructor(world: World, realm: Realm, label: string, callback: () => void) {
    this.world = world;
    this.realm = realm;
    this.label = label;
    this.callback = callback;
  }

  due(): void {
    const { timerGridMs: grid } = this.realm;
    const waitMs = grid === null ? 0 : Math.ceil(this.world.now / grid) * grid - this.world.now;
    if (waitMs > 0)
      this.event = this.world.schedule(waitMs, this.label, () => this.fire(), this.realm);
    else this.fire();
  }

  private fire(): void {
    this.event = null;
    this.realm.timers--;
    this.callback();
  }
}
