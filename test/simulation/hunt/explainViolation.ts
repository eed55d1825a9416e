/** Explains a violation: the seed, the smallest scenario that violates the same invariant, where it is
 *  kept, and how to run it again. */
import { generateScenario } from "../generateScenario.ts";
import { keepScenario } from "./foundScenario.ts";
import type { Found } from "./runBatch.ts";
import { shrink } from "./shrink.ts";

export type Explaining = {
  readonly shrinks: boolean;
  readonly keeps: boolean;
  readonly say: (line: string) => void;
};

/** One line for each; the first of every invariant is shrunk and kept. */
export function explainViolations(
  found: readonly Found[],
  { shrinks, keeps, say }: Explaining,
): void {
  const explained = new Set<string>();
  for (const { seed, invariant, detail, atMs } of found) {
    say(`seed ${seed} at ${atMs.toFixed(1)} ms: ${invariant}: ${brief(detail)}`);
    if (!shrinks || explained.has(invariant)) continue;
    explained.add(invariant);
    const whole = generateScenario(seed);
    const { scenario, runs } = shrink(whole, invariant);
    const { commands, faults } = scenario;
    say(
      `  shrunk in ${runs} runs from ${whole.commands.length} commands and ${whole.faults.length} faults ` +
        `to ${commands.length} and ${faults.length}:`,
    );
    for (const step of [...commands, ...faults]) say(`    ${JSON.stringify(step)}`);
    if (!keeps) continue;
    const path = keepScenario(`${invariant}-${seed}`, scenario);
    say(`  kept as ${path}`);
    say(`  npm run sim -- --replay ${path} --trace`);
  }
}

/** The first lines of a violation: stacks are long. */
export function brief(detail: string): string {
  return detail.split("\n").slice(0, 4).join("\n");
}
