/** Plants one mutant after the other and hunts each until an invariant is violated. */
import type { Mutant } from "../mutants/mutant.ts";
import { mutatedTree } from "../mutants/mutatedTree.ts";
import { huntProcesses, type Hunt } from "./huntProcesses.ts";
import type { Killer } from "./killers.ts";
import type { Found } from "./runBatch.ts";
import { Tally } from "./tally.ts";
import { toldRuns } from "./toldRuns.ts";

export type MutantOutcome = {
  readonly mutant: Mutant;
  /** runs until it was found; all of them when it was not */
  readonly runs: number;
  /** null: it survived */
  readonly killedBy: Found | null;
  /** what violates something without it, too */
  readonly guilty: readonly Found[];
};

export type MutantHunt = {
  readonly seed: number;
  /** it has survived after so many */
  readonly runsMax: number;
  readonly jobs: number;
  /** whether it meets what is told before any seed */
  readonly told: boolean;
  /** what is tried before all else */
  readonly killer?: Killer | undefined;
};

/** Hunts one mutant: through what is told, then through seeds. What violates something without it, too, proves nothing:
 *  the hunt goes on behind it. */
export async function huntMutant(
  mutant: Mutant,
  { seed, runsMax, jobs, told, killer }: MutantHunt,
): Promise<MutantOutcome> {
  const tree = mutant.planting.by === "source" ? mutatedTree(mutant) : null;
  const where = { mutant: tree ? null : mutant.name, ...(tree && { root: tree.root }) };
  const guilty: Found[] = [];
  let runs = 0;
  const hunt = async (of: "seeds" | "told", first: number, until: () => number) => {
    for (let from = first; from < until(); from = guilty.at(-1)!.seed + 1) {
      const batch = { of, seed: from, runs: until() - from, jobs, stopsAtFirst: true, ...where };
      const tally = await tallyOf(batch);
      runs += tally.runs;
      const found = tally.found[0];
      if (!found || !(await violates(of, found.seed))) return found ?? null;
      guilty.push(found);
    }
    return null;
  };
  try {
    const stories = told ? await toldRuns() : [];
    const at = stories.findIndex(({ name }) => name === killer);
    const killedBy =
      (typeof killer === "number" ? await hunt("seeds", killer, () => killer + 1) : null) ??
      (at >= 0 ? await hunt("told", at, () => at + 1) : null) ??
      (await hunt("told", 0, () => Math.min(stories.length, runsMax))) ??
      (await hunt("seeds", seed, () => seed + Math.max(0, runsMax - runs)));
    return { mutant, runs, killedBy, guilty };
  } finally {
    tree?.remove();
  }
}

const looked = new Map<string, Promise<boolean>>();

/** Whether a seed, or what is told, violates anything as the code is. It does so always or never: it is run once. */
function violates(of: "seeds" | "told", seed: number): Promise<boolean> {
  const name = `${of} ${seed}`;
  const known = looked.get(name);
  if (known) return known;
  const look = tallyOf({ of, seed, runs: 1, jobs: 1 }).then(({ found }) => found.length > 0);
  looked.set(name, look);
  return look;
}

async function tallyOf(hunt: Omit<Hunt, "onBatch">): Promise<Tally> {
  const tally = new Tally();
  await huntProcesses({ ...hunt, onBatch: (batch) => tally.add(batch) });
  return tally;
}
