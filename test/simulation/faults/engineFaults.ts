/** Faults of the render engine. */
import { faultKind } from "./faultKind.ts";

export const engineFaults = [
  /** the next renders lose their worker */
  faultKind({
    type: "renderFails",
    weight: 1,
    draw: (random) => ({ times: 1 + random.below(3) }),
    // the page worker asks again after growing pauses
    lastsMs: ({ times }) => times * 4000,
    strike: ({ mishaps }, { times }) => {
      mishaps.renders += times;
    },
  }),
] as const;
