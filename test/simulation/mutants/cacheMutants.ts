/** Guards of what the host makes and keeps: one render for each segment, in the order of need; files that are
 *  what they say; what is made ahead. */
import type { Mutant, Planting } from "./mutant.ts";

const at = (file: `src/${string}`, find: string, replace: string): Planting => {
  return { by: "source", file, find, replace };
};
const queue = "src/machines/renderQueue.ts";

export const cacheMutants: readonly Mutant[] = [
  {
    name: "promotion-lost",
    what: "a render that somebody begins to wait for keeps its place among those that nobody waits for",
    guard: "renderQueue: ask",
    planting: at(
      queue,
      `      this.#rerank(job);\n      return "joined";`,
      `      return "joined";`,
    ),
  },
  {
    name: "two-renders-for-one-key",
    what: "a segment that is being rendered is rendered anew for whoever asks for it then",
    guard: "renderQueue: ask",
    planting: at(
      queue,
      "    if (job) {\n      if (!job.waiters.has(waiter.ask))",
      `    if (job && job.standing !== "running") {\n      if (!job.waiters.has(waiter.ask))`,
    ),
  },
  {
    name: "signature-not-looked-at",
    what: "a file that was saved anew is taken for the one that was opened",
    guard: "trackJobs: compare",
    planting: at(
      "src/actors/host/trackJobs.ts",
      "} else if (report.source.signature !== signature)",
      "} else if (report.source.signature !== signature && signature === undefined)",
    ),
  },
  {
    name: "file-of-another-believed",
    what: "a whole file is served under whatever name it lies",
    guard: "segmentFile: key and segment",
    planting: at(
      "src/actors/host/segmentFile.ts",
      "    found === key &&\n    view.getUint32(20, true) === segment &&\n",
      "",
    ),
  },
  {
    name: "made-ahead-in-circles",
    what: "what was made ahead and has been evicted since is made ahead again, at once",
    guard: "warming: warmed",
    planting: at(
      "src/actors/host/warming.ts",
      "if (this.#warmed.has(id) || this.#isHeld(id)) continue;",
      "if (this.#isHeld(id)) continue;",
    ),
  },
];
