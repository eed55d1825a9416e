/** The judge can fail: every planted defect is found, and as what it is, within a few seeds. */
import { describe, expect, it } from "vitest";
import { plantings, type PlantName } from "./plants.ts";
import { generateScenario } from "./generateScenario.ts";
import { runScenario } from "./simulation.ts";

/** Seeds within which a planted defect has to show. */
const seedsMax = 60;

function firstViolation(plant: PlantName): { seed: number; invariant: string } | null {
  for (let seed = 1; seed <= seedsMax; seed++) {
    const { violation } = runScenario(generateScenario(seed), { plants: plantings[plant]() });
    if (violation) return { seed, invariant: violation.invariant };
  }
  return null;
}

const defects: readonly (readonly [PlantName, string, readonly string[]])[] = [
  ["wrong-frame", "a segment that begins one frame late", ["wrong-audio", "click"]],
  ["wrong-variant", "enhanced segments that hold the original", ["liveness", "wrong-audio"]],
  ["deaf-to-pause", "a mixer that goes on in a pause", ["sound-while-paused"]],
  ["checksum-ignored", "damaged slices with a checksum that fits", ["noise", "glitch"]],
  ["seek-off-by-one", "a seek that begins one frame late", ["wrong-audio"]],
  ["stale-commit", "a superseded intention that takes over", ["wrong-audio"]],
  ["lopsided-fade", "a fade that is none", ["fade"]],
  ["lost-feed", "a port that loses messages", ["liveness", "gap", "click", "view"]],
  ["leaky-clock", "timers that cannot be cleared", ["leak", "escape"]],
];

describe("the judge notices", () => {
  it.each(defects)("%s: %s", (plant, _what, invariants) => {
    const found = firstViolation(plant);
    if (found?.invariant === "escape")
      console.log(
        runScenario(generateScenario(found.seed), { plants: plantings[plant]() }).violation,
      );
    expect(found, `not found in ${seedsMax} seeds`).not.toBeNull();
    expect(invariants).toContain(found!.invariant);
  });
});
