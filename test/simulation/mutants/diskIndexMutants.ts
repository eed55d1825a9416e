/** Guards of the disk's index: the files are the truth, and the order of use is kept. */
import type { Mutant } from "./mutant.ts";

const carriers = "src/actors/host/tierCarriers.ts";

export const diskIndexMutants: readonly Mutant[] = [
  {
    name: "index-believed-over-the-files",
    what: "what the index names is taken in without a look at the folder",
    guard: "tierCarriers: stillThere",
    planting: {
      by: "source",
      file: carriers,
      find: "if (there.has(pathOf(id))) out.push",
      replace: "void there;\n      if (id) out.push",
    },
  },
  {
    name: "use-of-a-file-forgotten",
    what: "a file that is read stays as long unused in the index as it was",
    guard: "tierCarriers: read",
    planting: {
      by: "source",
      file: carriers,
      find: `        index.note([{ type: "use", id }]);\n`,
      replace: "",
    },
  },
  {
    name: "dropped-file-stays-in-the-index",
    what: "what leaves the disk is named by the index for ever",
    guard: "tierCarriers: carry",
    planting: {
      by: "source",
      file: carriers,
      find: `if (report.type === "removed") index.note([{ type: "drop", id }]);`,
      replace: `if (report.type === "removed") void index;`,
    },
  },
  {
    name: "found-files-not-taken-in",
    what: "of what lies on disk only what the index names is taken in",
    guard: "tierCarriers: list",
    planting: {
      by: "source",
      file: carriers,
      find: "[...found, ...stillThere(report.known)]",
      replace: "report.known ? stillThere(report.known) : [...found]",
    },
  },
];
