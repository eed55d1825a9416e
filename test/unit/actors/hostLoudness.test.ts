/** What *Match loudness* goes by: excerpts at first, and what was rendered once that is the whole track. */
import { describe, expect, it } from "vitest";
import { hostRig, readyOf } from "../fakes/hostRig.ts";

/** Ten seconds at 100 Hz a segment, the last one five: hops of ten frames. @param squares mean ones, by segment */
const rigOf = (squares: readonly number[]) => {
  const rig = hostRig();
  rig.world.segmentLoudness = (segment) => ({
    firstHop: 100 * segment,
    sums: Array.from({ length: segment === 2 ? 50 : 100 }, () => 10 * squares[segment]!),
  });
  return rig;
};
const warm = { variant: "warm@80" };

describe("the loudness of an enhanced variant", () => {
  it("is that of excerpts until all of its segments have been made, then that of all of them", () => {
    const { pass, join, world } = rigOf([0.01, 0.01, 0.01]);
    const player = join();
    const told = () => readyOf(player.all("rendition"), "warm@80").loudness;
    player.want([{ ...warm, until: 2000 }]);
    pass(150);
    expect(world.rendered).toHaveLength(2);
    expect(told()).toBe(-14);
    player.want([{ ...warm, from: 2000, until: 2500 }]);
    pass(50);
    expect(told()).toBeCloseTo(-20.69, 2);
    expect(world.calls.measure).toBe(1);
  });

  it("is gated over all of them together: a quiet segment does not count", () => {
    const { pass, join } = rigOf([0.01, 1e-6, 0.01]);
    const player = join();
    player.want([{ ...warm, until: 5000 }]);
    pass(200);
    const { loudness } = readyOf(player.all("rendition"), "warm@80");
    expect(Math.abs(loudness! + 20.69)).toBeLessThan(1);
  });

  it("is kept over a restart, exact as it was", () => {
    const first = rigOf([0.01, 0.01, 0.01]);
    const player = first.join();
    player.want([{ ...warm, until: 5000 }]);
    first.pass(200);
    const { world } = first;
    const { measure } = world.calls;
    const again = hostRig({ epoch: "run2" }, world);
    const { said } = again.open("warm@80");
    again.pass(200);
    expect(readyOf(said, "warm@80").loudness).toBeCloseTo(-20.69, 2);
    expect(world.calls.measure).toBe(measure);
  });

  it("stays that of excerpts where the engine does not measure what it makes", () => {
    const { pass, join } = hostRig();
    const player = join();
    player.want([{ ...warm, until: 5000 }]);
    pass(200);
    expect(readyOf(player.all("rendition"), "warm@80").loudness).toBe(-14);
  });
});
