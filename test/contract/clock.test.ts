/** What every `Clock` owes its users: Node's, the browser's and the virtual one. */
import { describe, expect, it } from "vitest";
import type { Clock } from "#engine/ports/clock.ts";
import { clock as nodeClock } from "../../apps/node-host/adapters/clock.ts";
import { clock as webClock } from "../../apps/web/adapters/clock.ts";
import { virtualClock } from "../simulation/ports/virtualClock.ts";
import { World } from "../simulation/world/world.ts";
import { Reports } from "./reports.ts";

type Bench = {
  readonly clock: Clock;
  /** lets everything happen that is due within some tens of ms */
  readonly settle: () => void;
};

const benches: Readonly<Record<string, () => Bench>> = {
  "node host's": () => ({ clock: nodeClock, settle: () => undefined }),
  "web app's": () => ({ clock: webClock, settle: () => undefined }),
  virtual: () => {
    const world = new World(1);
    const settle = (): void => {
      while (world.step(world.now + 100));
    };
    return { clock: virtualClock(world, world.realm("page")), settle };
  },
};

describe.each(Object.keys(benches))("the %s clock", (kind) => {
  const begin = (): Bench & { readonly fired: Reports<string> } => {
    return { ...benches[kind]!(), fired: new Reports() };
  };

  it("fires a timer once, not before its time and never inside setTimeout", async () => {
    const { clock, settle, fired } = begin();
    const before = clock.now();
    clock.setTimeout(() => fired.emit("timer"), 12);
    clock.setTimeout(() => fired.emit("at once"), 0);
    expect(fired.all).toEqual([]);
    settle();
    await fired.until((name) => name === "timer");
    // timers of the platform are rounded to the millisecond, downwards too
    expect(clock.now() - before).toBeGreaterThanOrEqual(11);
    expect(fired.all).toEqual(["at once", "timer"]);
  });

  it("never fires what was cleared", async () => {
    const { clock, settle, fired } = begin();
    const first = clock.setTimeout(() => fired.emit("cleared"), 5);
    clock.setTimeout(() => fired.emit("kept"), 15);
    clock.clearTimeout(first);
    settle();
    await fired.until((name) => name === "kept");
    expect(fired.all).toEqual(["kept"]);
  });

  it("never fires what was due at once and is cleared by another that was", async () => {
    const { clock, settle, fired } = begin();
    const timers = [0, 0].map((delayMs, at) =>
      clock.setTimeout(() => {
        fired.emit("one of two");
        clock.clearTimeout(timers[1 - at]);
      }, delayMs),
    );
    clock.setTimeout(() => fired.emit("later"), 5);
    settle();
    await fired.until((name) => name === "later");
    expect(fired.all).toEqual(["one of two", "later"]);
  });

  it("takes it calmly when a timer is cleared twice, late or never was", async () => {
    const { clock, settle, fired } = begin();
    const timer = clock.setTimeout(() => fired.emit("timer"), 1);
    settle();
    await fired.until(() => true);
    clock.clearTimeout(timer);
    clock.clearTimeout(timer);
    clock.clearTimeout(undefined);
    expect(fired.all).toEqual(["timer"]);
  });

  it("lets a timer set another, and its functions be taken off it", async () => {
    const { clock, settle, fired } = begin();
    const { setTimeout: wait, now } = clock;
    const began = now();
    wait(() => wait(() => fired.emit("second"), 2), 2);
    settle();
    await fired.until(() => true);
    expect(now()).toBeGreaterThan(began);
  });
});
