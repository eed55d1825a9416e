/** What every `Random` owes its users. */
import { describe, expect, it } from "vitest";
import { random } from "../../apps/web/adapters/random.ts";
import { World } from "../simulation/world/world.ts";

const benches = {
  "web app's": () => random.uniform,
  simulated: () => {
    const { random: seeded } = new World(1).realm("page");
    return () => seeded.uniform();
  },
};

describe.each(Object.entries(benches))("the %s randomness", (_kind, begin) => {
  it("is uniform in [0, 1)", () => {
    const uniform = begin();
    const counts = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 20_000; i++) {
      const value = uniform();
      expect(value >= 0 && value < 1).toBe(true);
      counts[Math.floor(value * 10)]!++;
    }
    // 2000 expected in each; 200 is nearly five standard deviations
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });
});
