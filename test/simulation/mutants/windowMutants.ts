/** Guards of the page's window: what bounds its bytes. */
import type { Mutant, Planting } from "./mutant.ts";

const at = (file: `src/${string}`, find: string, replace: string): Planting => {
  return { by: "source", file, find, replace };
};

export const windowMutants: readonly Mutant[] = [
  {
    name: "window-deaf-to-pressure",
    what: "a page that is short of memory holds as much as ever",
    guard: "windowBudget: level",
    planting: at(
      "src/machines/windowBudget.ts",
      `if (level === "critical") return least;`,
      'level = "roomy";',
    ),
  },
  {
    name: "window-blind-to-its-device",
    what: "a page of a device with little memory holds as much as any other",
    guard: "windowBudget: deviceShare",
    planting: at(
      "src/machines/windowBudget.ts",
      "const share = deviceGib === null ? windowBytes",
      "const share = deviceGib !== null ? windowBytes",
    ),
  },
  {
    name: "window-trimmed-only-by-time",
    what: "the lanes' shares of the bytes are not looked at when slices are dropped",
    guard: "windowKeeper: keep",
    planting: at(
      "src/actors/pageWorker/windowKeeper.ts",
      "step <= steps && this.window.bytes > this.budgetBytes",
      "step > steps",
    ),
  },
];
