/** A batch: scenarios from a run of seeds, or of those that are told, one after the other, and what came of them. */
import type { Violation } from "../judge/docket.ts";
import { generateScenario } from "../generateScenario.ts";
import { runScenario, type Outcome, type RunOptions } from "../simulation.ts";
import { Coverage, type TakenCounts } from "./coverage.ts";
import type { ToldRun } from "./toldRuns.ts";
import { withinMs } from "./withinMs.ts";

/** @property told its name, when no seed was drawn; `seed` is its place among those told then */
export type Found = { readonly seed: number; readonly told: string | null } & Violation;

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

/** ms of real time that a run may take: some hundred times what one needs. Longer than that it is in an event that
 *  does not end */
const runMsMax = 60_000;
/** and a story, which is up to a dozen runs */
const storyMsMax = 240_000;
const endless = { invariant: "livelock", detail: "an event that does not end", atMs: 0 };

/** Runs the seeds `first … first + count − 1`. Synchronous: some 0.4 s of CPU each. */
export function runBatch(
  first: number,
  count: number,
  { options = () => ({}), stopsAtFirst = false }: BatchOptions = {},
): BatchResult {
  const sum = new Sum();
  for (let seed = first; seed < first + count; seed++) {
    const { coverage } = sum;
    const outcome = withinMs(runMsMax, () =>
      runScenario(generateScenario(seed), { ...options(), coverage }),
    );
    sum.add(outcome);
    const violation = outcome ? outcome.violation : endless;
    if (violation) sum.found.push({ seed, told: null, ...violation });
    if (sum.found.length > 0 && stopsAtFirst) break;
  }
  return sum.result();
}

/** Runs some of those that are told. Counted are the runs alone. */
export function runTold(
  all: readonly ToldRun[],
  first: number,
  count: number,
  { options = () => ({}), stopsAtFirst = false }: BatchOptions = {},
): BatchResult {
  const sum = new Sum();
  for (let at = first; at < Math.min(first + count, all.length); at++) {
    const { name, isFound, tell } = all[at]!;
    const outcome = withinMs(isFound ? runMsMax : storyMsMax, () => tell(options()));
    sum.runs += outcome?.runs ?? 1;
    const violation = outcome ? outcome.violation : endless;
    if (violation) sum.found.push({ seed: at, told: name, ...violation });
    if (sum.found.length > 0 && stopsAtFirst) break;
  }
  return sum.result();
}

class Sum {
  runs = 0;
  readonly found: Found[] = [];
  readonly coverage = new Coverage();
  private readonly began = process.cpuUsage();
  private readonly struck: Record<string, number> = {};
  private readonly sums = { events: 0, virtualMs: 0, heardFrames: 0 };

  add(outcome: Outcome | undefined): void {
    this.runs++;
    if (!outcome) return;
    this.sums.events += outcome.events;
    this.sums.virtualMs += outcome.virtualMs;
    this.sums.heardFrames += outcome.heardFrames;
    addCounts(this.struck, outcome.struck);
  }

  result(): BatchResult {
    const { user, system } = process.cpuUsage(this.began);
    const { runs, struck, found, coverage } = this;
    const cpuMs = (user + system) / 1000;
    return { runs, ...this.sums, cpuMs, struck, taken: coverage.serialise(), found };
  }
}

export function addCounts(
  sums: Record<string, number>,
  counts: Readonly<Record<string, number>>,
): void {
  for (const [name, times] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + times;
}
