/** A batch: scenarios from a run of seeds, one after the other, and what came of them. */
import type { Violation } from "../judge/docket.ts";
import { generateScenario } from "../generateScenario.ts";
import { runScenario, type RunOptions } from "../simulation.ts";
import { Coverage, type TakenCounts } from "./coverage.ts";

export type Found = { readonly seed: number } & Violation;

/** Plain data: it travels between processes. */
export type BatchResult = {
  readonly runs: number;
  readonly events: number;
  readonly virtualMs: number;
  readonly heardFrames: number;
  /** CPU time of this process */
  readonly cpuMs: number;
  /** faults that struck, by kind */
  readonly struck: Readonly<Record<string, number>>;
  readonly taken: TakenCounts;
  readonly found: readonly Found[];
};

export type BatchOptions = {
  /** what every run has, made anew for each: plants keep count */
  readonly options?: () => RunOptions;
  /** ends the batch with the first violation */
  readonly stopsAtFirst?: boolean;
};

/** Runs the seeds `first … first + count − 1`. Synchronous: some 0.4 s of CPU each. */
export function runBatch(
  first: number,
  count: number,
  { options = () => ({}), stopsAtFirst = false }: BatchOptions = {},
): BatchResult {
  const began = process.cpuUsage();
  const coverage = new Coverage();
  const found: Found[] = [];
  const struck: Record<string, number> = {};
  const sums = { runs: 0, events: 0, virtualMs: 0, heardFrames: 0 };
  for (let seed = first; seed < first + count; seed++) {
    const outcome = runScenario(generateScenario(seed), { ...options(), coverage });
    sums.runs++;
    sums.events += outcome.events;
    sums.virtualMs += outcome.virtualMs;
    sums.heardFrames += outcome.heardFrames;
    addCounts(struck, outcome.struck);
    if (outcome.violation) found.push({ seed, ...outcome.violation });
    if (found.length > 0 && stopsAtFirst) break;
  }
  const { user, system } = process.cpuUsage(began);
  return { ...sums, cpuMs: (user + system) / 1000, struck, taken: coverage.serialise(), found };
}

export function addCounts(
  sums: Record<string, number>,
  counts: Readonly<Record<string, number>>,
): void {
  for (const [name, times] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + times;
}
