import { describe, expect, it } from "vitest";
import {
  demandSignature,
  isFulfilment,
  planWants,
  type LaneNeed,
} from "#engine/machines/planDemand.ts";
import { WindowCache } from "#engine/machines/windowCache.ts";

const rate = 100;

/** A lane of 1000 frames that sounds at `from`, all of it in the window but what `held` leaves out. */
function planAt(from: number, held: number): string {
  const window = new WindowCache();
  window.add("key", { start: 0, frames: held, channels: 1, samples: new Int16Array(held) });
  const need: LaneNeed = {
    track: "track",
    variant: "warm@80",
    key: "key",
    from,
    end: 1000,
    urgentFrames: 2 * rate,
    aheadFrames: 5 * rate,
  };
  return demandSignature(planWants([need], "original", window, rate, 16));
}

describe("the identity of a demand", () => {
  it("stays while everything that is wanted is held, wherever the playhead is", () => {
    expect(planAt(37, 1000)).toBe(planAt(36, 1000));
    expect(planAt(900, 1000)).toBe(planAt(36, 1000));
  });

  it("changes in steps of the grid while the far end is lacking", () => {
    expect(planAt(31, 400)).toBe(planAt(99, 400));
    expect(planAt(31, 400)).not.toBe(planAt(100, 400));
  });

  it("changes when frames are lacking that were held", () => {
    expect(planAt(36, 400)).not.toBe(planAt(36, 1000));
  });
});

describe("a plan that follows another", () => {
  const need: LaneNeed = {
    track: "track",
    variant: "warm@80",
    key: "key",
    from: 0,
    end: 1000,
    urgentFrames: 2 * rate,
    aheadFrames: 5 * rate,
  };
  const other: LaneNeed = { ...need, variant: "original", key: "other", urgentFrames: 0 };
  function windowWith(...runs: readonly (readonly [from: number, until: number])[]): WindowCache {
    const window = new WindowCache();
    for (const [start, until] of runs) {
      const frames = until - start;
      const samples = new Int16Array(frames);
      window.add("key", { start, frames, channels: 1, samples });
      window.add("other", { start, frames, channels: 1, samples });
    }
    return window;
  }
  const plan = (needs: readonly LaneNeed[], window: WindowCache) =>
    planWants(needs, null, window, rate, 16);
  const before = plan([need], windowWith());

  it("only lacks what has come", () => {
    for (const run of [
      [0, 50],
      [0, 200],
      [0, 500],
      [300, 400],
    ] as const) {
      const window = windowWith(run);
      expect(isFulfilment(before, plan([need], window), [need], window), `${run}`).toBe(true);
    }
  });

  it("asks for more as the playhead goes on", () => {
    const later = { ...need, from: 100 };
    const window = windowWith([0, 500]);
    expect(isFulfilment(before, plan([later], window), [later], window)).toBe(false);
  });

  it("asks for less, though it has not come", () => {
    const shorter = { ...need, aheadFrames: 3 * rate };
    const window = windowWith();
    expect(isFulfilment(before, plan([shorter], window), [shorter], window)).toBe(false);
    const elsewhere = { ...need, from: 450 };
    expect(isFulfilment(before, plan([elsewhere], window), [elsewhere], window)).toBe(false);
  });

  it("asks again for what was held, and was dropped", () => {
    const held = plan([need], windowWith([0, 300]));
    const window = windowWith([200, 300]);
    expect(isFulfilment(held, plan([need], window), [need], window)).toBe(false);
  });

  it("asks for something sooner", () => {
    const urgent = { ...need, urgentFrames: 4 * rate };
    const window = windowWith();
    expect(isFulfilment(before, plan([urgent], window), [urgent], window)).toBe(false);
  });

  it("leaves a side of A/B out, or takes one in", () => {
    const window = windowWith([0, 500]);
    const both = plan([need, other], windowWith());
    expect(isFulfilment(both, plan([need], window), [need], window)).toBe(false);
    expect(isFulfilment(before, plan([need, other], window), [need, other], window)).toBe(false);
    expect(isFulfilment(both, plan([need, other], window), [need, other], window)).toBe(true);
  });
});
