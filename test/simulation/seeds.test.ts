/** Random scenarios through the production roots of both sides: play, seek, toggle, pause, cuts, damage
 *  and restarts of the host, every frame judged. The same seeds every time. */
import { describe, expect, it } from "vitest";
import { generateScenario } from "./generateScenario.ts";
import { players } from "./scenario.ts";
import { runScenario } from "./simulation.ts";

const seeds = 48;
const seedsPerTest = 16;

describe("no invariant is violated", () => {
  const firsts = Array.from({ length: seeds / seedsPerTest }, (_, i) => 1 + i * seedsPerTest);
  it.each(firsts)(`in the ${seedsPerTest} scenarios from seed %i`, (first) => {
    let heardFrames = 0;
    let struck = 0;
    for (let seed = first; seed < first + seedsPerTest; seed++) {
      const outcome = runScenario(generateScenario(seed));
      const { violation } = outcome;
      expect(violation, `seed ${seed}: npm run sim -- --replay ${seed} --trace`).toBeNull();
      heardFrames += outcome.heardFrames;
      struck += Object.values(outcome.struck).reduce((sum, times) => sum + times, 0);
    }
    // a silent simulation would violate nothing
    expect(heardFrames).toBeGreaterThan(seedsPerTest * 2000);
    expect(struck).toBeGreaterThan(seedsPerTest / 2);
  });
});

describe("a scenario", () => {
  it("runs the same way twice, event for event", () => {
    for (const seed of [3, 7, 11]) {
      const once = runScenario(generateScenario(seed));
      const again = runScenario(generateScenario(seed));
      expect(again.hash).toBe(once.hash);
      expect(again.events).toBe(once.events);
      expect(again.heardFrames).toBe(once.heardFrames);
    }
  });

  it("differs from the next one", () => {
    expect(runScenario(generateScenario(5)).hash).not.toBe(runScenario(generateScenario(6)).hash);
  });

  it("has two players, eight commands and sixty seconds", () => {
    for (let seed = 1; seed <= 50; seed++) {
      const { commands } = generateScenario(seed);
      expect(commands.length).toBeGreaterThanOrEqual(8);
      expect(new Set(commands.map(({ player }) => player)).size).toBe(players);
    }
    expect(runScenario(generateScenario(1)).virtualMs).toBeGreaterThanOrEqual(60_000);
  });
});
