/** Killers: what found each planted defect last. It is tried first the next time, so that to look whether all of them
 *  are still found takes minutes. */
import { readFileSync, writeFileSync } from "node:fs";
import type { Found } from "./runBatch.ts";

/** a seed, or the name of what is told */
export type Killer = number | string;

const path = new URL("../mutants/killers.json", import.meta.url);

/** By the name of the defect. */
export function readKillers(): Readonly<Record<string, Killer>> {
  return JSON.parse(readFileSync(path, "utf8")) as Record<string, Killer>;
}

/** Notes what found a defect. */
export function keepKiller(mutant: string, { told, seed }: Found): void {
  const killers = { ...readKillers(), [mutant]: told ?? seed };
  const sorted = Object.entries(killers).toSorted(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(path, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
}
