/** What fails is made small, and goes on failing in the same way. */
import { expect, it } from "vitest";
import { generateScenario } from "./generateScenario.ts";
import { shrink } from "./hunt/shrink.ts";
import { plantings } from "./plants.ts";
import { runScenario } from "./simulation.ts";

it("a scenario that fails is shrunk to the few clicks that it takes, and fails in the same way", () => {
  const options = () => ({ plants: plantings["deaf-to-pause"]() });
  const seed = [1, 2, 3, 4, 5].find(
    (one) => runScenario(generateScenario(one), options()).violation,
  )!;
  const whole = generateScenario(seed);
  const before = runScenario(whole, options()).violation!;
  const { scenario, runs } = shrink(whole, before.invariant, options, 200);
  expect(runs).toBeLessThanOrEqual(200);
  // something to hear, and a pause
  expect(scenario.commands.map(({ deed }) => deed.type)).toContain("pause");
  expect(scenario.commands.length).toBeLessThanOrEqual(3);
  expect(scenario.faults).toEqual([]);
  const after = runScenario(scenario, options());
  expect(after.violation?.invariant).toBe(before.invariant);
  // event for event
  expect(runScenario(scenario, options()).hash).toBe(after.hash);
  expect(runScenario(scenario).violation).toBeNull();
});

it("what does not fail is left as it is", () => {
  const whole = generateScenario(1);
  const { scenario } = shrink(whole, "wrong-audio", () => ({}), 3);
  expect(scenario.commands).toHaveLength(whole.commands.length);
});
