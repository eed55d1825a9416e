/** A process that hunts: it is sent what to run and answers with what came of it, until it is told to go.
 *  One of several (`huntProcesses.ts`), or the only one over a source tree with a planted defect. */
import { plantNamed } from "../mutants/plantNamed.ts";
import type { RunOptions } from "../simulation.ts";
import { runBatch, type BatchResult } from "./runBatch.ts";

export type HuntOrder = {
  readonly first: number;
  readonly count: number;
  readonly stopsAtFirst: boolean;
  /** a defect to plant before the first run; null when there is none, or it stands in the source */
  readonly mutant: string | null;
};

let planted: { readonly name: string; readonly options: () => RunOptions } | null = null;

process.on("message", ({ first, count, stopsAtFirst, mutant }: HuntOrder) => {
  if (mutant !== null && planted?.name !== mutant)
    planted = { name: mutant, options: plantNamed(mutant) };
  const options = planted?.options ?? (() => ({}));
  const result: BatchResult = runBatch(first, count, { options, stopsAtFirst });
  process.send!(result);
});
