/** The judge can fail. All mutants are hunted by `npm run sim -- --mutants`; here one of each sort, those
 *  that show soon, and that every one of them can still be planted. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { huntMutant } from "./hunt/killMutants.ts";
import { allMutants } from "./mutants/allMutants.ts";

/** Runs within which these have to show. */
const runsMax = 20;

const soonFound: readonly (readonly [name: string, invariants: readonly string[]])[] = [
  ["wrong-frame", ["wrong-audio", "click"]],
  ["generation-not-raised", ["liveness", "wrong-audio", "view"]],
  ["paused-lane-goes-on", ["sound-while-paused"]],
];

describe("the judge notices", () => {
  it.each(soonFound)("%s", async (name, invariants) => {
    const mutant = allMutants.find((one) => one.name === name)!;
    const { killedBy } = await huntMutant(mutant, { seed: 1, runsMax, jobs: 1, told: false });
    expect(killedBy, `not found in ${runsMax} runs`).not.toBeNull();
    expect(invariants).toContain(killedBy!.invariant);
  });
});

describe("every mutant can be planted", () => {
  it.each(allMutants.map((mutant) => [mutant.name, mutant] as const))(
    "%s",
    (_name, { planting }) => {
      if (planting.by === "source") {
        const text = readFileSync(new URL(`../../${planting.file}`, import.meta.url), "utf8");
        expect(text.split(planting.find)).toHaveLength(2);
      }
      if (planting.by === "provide")
        for (const [kind, entries] of Object.entries(planting.provided))
          expect(Object.keys(planting.machine.implementations[kind as "guards"])).toEqual(
            expect.arrayContaining(Object.keys(entries)),
          );
      if (planting.by === "port") expect(planting.plants()).toHaveProperty("buildMixer");
    },
  );
});
