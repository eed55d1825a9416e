/** Faulty ports: what reaches the engine, or leaves it, is not what the port promises. */
import { plantings, plantNames, type PlantName } from "../plants.ts";
import type { Mutant } from "./mutant.ts";

const described: Readonly<Record<PlantName, readonly [what: string, guard: string]>> = {
  "wrong-frame": ["a segment begins one frame late", "the worker's frame range"],
  "wrong-variant": ["enhanced segments hold the original", "the plan in the render key"],
  "deaf-to-pause": ["the mixer goes on when it hears of a pause", "mixer/transport"],
  "checksum-ignored": ["slices are damaged and their checksum fits", "the checksum of a slice"],
  "seek-off-by-one": ["a seek begins one frame late", "the start frame of a lane"],
  "stale-commit": ["a superseded intention takes over all the same", "mixer/intend"],
  "lopsided-fade": ["fades take one side down faster than the other", "the gain of a fade"],
  "lost-feed": ["the mixer's port loses everything after a while", "order and credit of the feed"],
  "leaky-clock": ["what is cleared goes on ticking", "clearTimeout of whoever ends"],
};

export const portMutants: readonly Mutant[] = plantNames.map((name): Mutant => {
  const [what, guard] = described[name];
  return { name, what, guard, planting: { by: "port", plants: plantings[name] } };
});
