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
};

/** Hunts one mutant. @param runsMax it has survived after so many
 *  @throws Error when what it is found by is violated without it, too */
export async function huntMutant(
  mutant: Mutant,
  {
    seed,
    runsMax,
    jobs,
  }: { readonly seed: number; readonly runsMax: number; readonly jobs: number },
): Promise<MutantOutcome> {
  const tally = new Tally();
  const tree = mutant.planting.by === "source" ? mutatedTree(mutant) : null;
  try {
    await huntProcesses({
      seed,
      runs: runsMax,
      jobs,
      stopsAtFirst: true,
      mutant: tree ? null : mutant.name,
      ...(tree && { root: tree.root }),
      onBatch: (batch) => tally.add(batch),
    });
  } finally {
    tree?.remove();
  }
  const first = tally.found[0];
  if (first)
    await huntProcesses({
      seed: first.seed,
      runs: 1,
      jobs: 1,
      onBatch: ({ found: [innocent] }) => {
        if (innocent)
          throw new Error(
            `seed ${first.seed} violates ${innocent.invariant} without ${mutant.name}, too`,
          );
      },
    });
  return { mutant, runs: tally.runs, killedBy: first ?? null };
}
