/** A process that hunts: it is sent what to run and answers with what came of it, until it is told to go.
 *  One of several (`huntProcesses.ts`), or the only one over a source tree with a planted defect. */
import { plantNamed } from "../mutants/plantNamed.ts";
import type { RunOptions } from "../simulation.ts";
import { runBatch, runTold, type BatchResult } from "./runBatch.ts";
import { toldRuns } from "./toldRuns.ts";

export type HuntOrder = {
  /** seeds, or places among what is told */
  readonly of: "seeds" | "told";
  readonly first: number;
  readonly count: number;
  readonly stopsAtFirst: boolean;
  /** a defect to plant before the first run; null when there is none, or it stands in the source */
  readonly mutant: string | null;
};

let planted: { readonly name: string; readonly options: () => RunOptions } | null = null;

async function carryOut({ of, first, count, stopsAtFirst, mutant }: HuntOrder): Promise<void> {
  if (mutant !== null && planted?.name !== mutant)
    planted = { name: mutant, options: plantNamed(mutant) };
  const batch = { options: planted?.options ?? (() => ({})), stopsAtFirst };
  const result: BatchResult =
    of === "seeds" ? runBatch(first, count, batch) : runTold(await toldRuns(), first, count, batch);
  process.send!(result);
}

process.on("message", (order: HuntOrder) => {
  carryOut(order).catch((cause: unknown) => {
    console.error(cause);
    process.exit(70);
  });
});

// whoever gave orders is gone
process.on("disconnect", () => process.exit());
