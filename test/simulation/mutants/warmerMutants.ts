/** Guards of what is made ahead: the warmer, its claims, and who gives way to whom. */
import type { Mutant, Planting } from "./mutant.ts";

const at = (file: `src/${string}`, find: string, replace: string): Planting => {
  return { by: "source", file, find, replace };
};

export const warmerMutants: readonly Mutant[] = [
  {
    name: "warming-goes-on-in-a-pause",
    what: "what is made ahead is still asked for when the listener has paused, or has gone",
    guard: "warmer: rest",
    planting: at(
      "src/actors/host/warming.ts",
      "    for (const { ask } of [...this.#asks.values()].reverse()) ask.release(false);\n    this.#asks.clear();\n    this.#spares.releaseAll();\n",
      "",
    ),
  },
  {
    name: "warmer-keeps-its-tracks",
    what: "a track that was to follow is not given back",
    guard: "spareTracks: releaseAll",
    planting: at(
      "src/actors/host/spareTracks.ts",
      "    spare?.taking.release();\n",
      "    void spare;\n",
    ),
  },
  {
    name: "warming-is-critical",
    what: "what nobody has asked for is as urgent as what somebody waits for",
    guard: "warming: priority",
    planting: at(
      "src/actors/host/warming.ts",
      `const ask = access.ask(id, variant === "original", priority, deadlineMs, listener, asker);`,
      `const ask = access.ask(id, variant === "original", "critical", 0, listener, asker);`,
    ),
  },
  {
    name: "urgent-waits-behind-warming",
    what: "what somebody waits for is rendered when all that nobody waits for has been",
    guard: "renderScheduler: spareOne",
    planting: at(
      "src/machines/renderScheduler.machine.ts",
      "if (!hurriedWaits() || !spareOne()) return;\n        continue;",
      "return;",
    ),
  },
];
