import { describe, expect, it } from "vitest";
import { demandSignature, planWants, type LaneNeed } from "#engine/machines/planDemand.ts";
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
