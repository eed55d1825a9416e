/** Told runs: what is told and not drawn: every scenario that once went wrong, and every named race with all that its
 *  test expects. A planted defect meets them before any seed. */
import { readdirSync } from "node:fs";
import type { Violation } from "../judge/docket.ts";
import { storybook, told } from "../races/storybook.ts";
import { runScenario, type RunOptions } from "../simulation.ts";
import { foundFolder, readScenario } from "./foundScenario.ts";

export type ToldRun = {
  /** of its file in `found/`, or the title of the race */
  readonly name: string;
  /** of its file in `found/`: a single run */
  readonly isFound: boolean;
  /** @returns how many scenarios were run, and what went wrong */
  readonly tell: (options: RunOptions) => {
    readonly runs: number;
    readonly violation: Violation | null;
  };
};

const races = new URL("../races/", import.meta.url);

/** All of them, always in the same order: first what is a single run. */
export async function toldRuns(): Promise<readonly ToldRun[]> {
  if (storybook.length === 0)
    for (const file of readdirSync(races).toSorted())
      if (file.endsWith(".test.ts")) await import(new URL(file, races).href);
  const found = readdirSync(foundFolder).toSorted();
  return [
    ...found.map((file): ToldRun => {
      const scenario = readScenario(`${foundFolder}${file}`);
      return {
        name: `found/${file}`,
        isFound: true,
        tell: (options) => ({ runs: 1, violation: runScenario(scenario, options).violation }),
      };
    }),
    ...storybook.map(({ title, tell }): ToldRun => ({
      name: title,
      isFound: false,
      tell: () => live(tell),
    })),
  ];
}

/** A race is violated as well by what its test expects beyond the judge. */
function live(tell: () => void): { readonly runs: number; readonly violation: Violation | null } {
  told.runs = 0;
  told.violation = null;
  try {
    tell();
  } catch (thrown) {
    const detail = thrown instanceof Error ? thrown.message : String(thrown);
    told.violation ??= { invariant: "race", detail, atMs: 0 };
  }
  return { ...told };
}
