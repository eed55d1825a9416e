/** Plants one mutant after the other and hunts each until an invariant is violated. */
import type { Mutant } from "../mutants/mutant.ts";
import { mutatedTree } from "../mutants/mutatedTree.ts";
import { huntProcesses } from "./huntProcesses.ts";
import { Tally } from "./tally.ts";

export type MutantOutcome = {
  readonly mutant: Mutant;
  /** runs until it was found; all of them when it was not */
  readonly runs: number;
  /** null: it survived */
  readonly killedBy: {
    readonly seed: number;
    readonly invariant: string;
    readonly detail: string;
  } | null;
  /** seeds that violate something without it, too */
  readonly guilty: readonly number[];
};

/** Hunts one mutant. A seed that violates something without it, too, proves nothing: the hunt goes on behind it.
 *  @param runsMax it has survived after so many */
export async function huntMutant(
  mutant: Mutant,
  {
    seed,
    runsMax,
    jobs,
  }: { readonly seed: number; readonly runsMax: number; readonly jobs: number },
): Promise<MutantOutcome> {
  const tree = mutant.planting.by === "source" ? mutatedTree(mutant) : null;
  const guilty: number[] = [];
  const until = seed + runsMax;
  let runs = 0;
  try {
    for (let from = seed; from < until; from = guilty.at(-1)! + 1) {
      const tally = new Tally();
      await huntProcesses({
        seed: from,
        runs: until - from,
        jobs,
        stopsAtFirst: true,
        mutant: tree ? null : mutant.name,
        ...(tree && { root: tree.root }),
        onBatch: (batch) => tally.add(batch),
      });
      runs += tally.runs;
      const first = tally.found[0];
      if (!first) break;
      if (!(await violates(first.seed))) return { mutant, runs, killedBy: first, guilty };
      guilty.push(first.seed);
    }
  } finally {
    tree?.remove();
  }
  return { mutant, runs, killedBy: null, guilty };
}

/** Whether a seed violates anything as the code is. */
async function violates(seed: number): Promise<boolean> {
  const tally = new Tally();
  await huntProcesses({ seed, runs: 1, jobs: 1, onBatch: (batch) => tally.add(batch) });
  return tally.found.length > 0;
}
