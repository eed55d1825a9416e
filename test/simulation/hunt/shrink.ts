/** Shrinks a scenario that violates an invariant to a small one that violates the same: first whole groups
 *  of commands and faults go (delta debugging, Zeller and Hildebrandt 2002), then what is left is made
 *  plain: times instead of hooks, round numbers, short faults. */
import type { Command, Fault, Moment, Scenario } from "../scenario.ts";
import { runScenario, type RunOptions } from "../simulation.ts";

export type Shrunk = {
  readonly scenario: Scenario;
  /** runs that it took */
  readonly runs: number;
};

/** ms by which a smaller scenario may fail later than the whole one: calm is ten seconds */
const slackMs = 12_000;

type Step =
  | { readonly kind: "command"; readonly step: Command }
  | { readonly kind: "fault"; readonly step: Fault };

/** @param invariant name of the violation that has to remain
 *  @param options what the scenario has to run with, e.g. the planted defect; made anew for every run
 *  @param runsMax the search ends there, with the best that it has */
export function shrink(
  scenario: Scenario,
  invariant: string,
  options: () => RunOptions = () => ({}),
  runsMax = 600,
): Shrunk {
  let runs = 0;
  let untilMs = Number.POSITIVE_INFINITY;
  const fails = (steps: readonly Step[]): boolean => {
    if (runs >= runsMax) return false;
    runs++;
    const smaller = scenarioOf(scenario, steps);
    const { violation } = runScenario(smaller, { ...options(), untilMs });
    return violation?.invariant === invariant;
  };
  let steps = stepsOf(scenario);
  const first = runScenario(scenario, options()).violation;
  if (first?.invariant !== invariant) return { scenario, runs: 1 };
  // what fails later than this is hardly the same; most of what does not fail is broken off early
  untilMs = first.atMs + slackMs;
  for (let before = Number.POSITIVE_INFINITY; before > weigh(steps) && runs < runsMax;) {
    before = weigh(steps);
    steps = simplify(drop(steps, fails), fails);
  }
  return { scenario: scenarioOf(scenario, steps), runs };
}

/** Leaves out ever smaller groups of steps for as long as it still fails. */
function drop(steps: readonly Step[], fails: (steps: readonly Step[]) => boolean): readonly Step[] {
  let kept = steps;
  let size = Math.ceil(kept.length / 2);
  while (size >= 1) {
    let dropped = false;
    for (let at = 0; at < kept.length;) {
      const fewer = [...kept.slice(0, at), ...kept.slice(at + size)];
      if (fails(fewer)) {
        kept = fewer;
        dropped = true;
      } else at += size;
    }
    if (size === 1 && !dropped) break;
    size = dropped ? Math.min(size, Math.ceil(kept.length / 2)) : Math.floor(size / 2);
  }
  return kept;
}

/** Makes one step after the other plainer, each in every way that still fails. */
function simplify(
  steps: readonly Step[],
  fails: (steps: readonly Step[]) => boolean,
): readonly Step[] {
  let kept = steps;
  for (let at = 0; at < kept.length; at++)
    for (const plainer of plainerThan(kept[at]!)) {
      const changed = kept.with(at, plainer);
      if (weigh(changed) < weigh(kept) && fails(changed)) kept = changed;
    }
  return kept;
}

function* plainerThan({ kind, step }: Step): Iterable<Step> {
  const make = (change: object): Step => ({ kind, step: { ...step, ...change } }) as Step;
  const { after, atMs } = step;
  if (after) {
    if (after.nth > 0) yield make({ after: { ...after, nth: 0 } });
    if (after.nth > 1) yield make({ after: { ...after, nth: Math.floor(after.nth / 2) } });
    if (atMs > 0) yield make({ atMs: 0 });
  }
  for (const digits of [3, 2, 1, 0]) yield make({ atMs: roundTo(atMs, digits) });
  for (const [name, value] of Object.entries(step)) {
    if (!name.endsWith("Ms") || name === "atMs" || typeof value !== "number") continue;
    yield make({ [name]: Math.round(value / 4) });
    yield make({ [name]: Math.round(value / 2) });
    yield make({ [name]: Math.round(value) });
  }
  if (kind === "command" && step.deed.type === "seek")
    for (const digits of [1, 0])
      yield make({ deed: { ...step.deed, seconds: roundTo(step.deed.seconds, digits) } });
}

/** @param digits 0: to whole numbers, 3: to thousands */
function roundTo(value: number, digits: number): number {
  const unit = 10 ** digits;
  return Math.round(value / unit) * unit;
}

/** What a reader has to read. */
function weigh(steps: readonly Step[]): number {
  return steps.reduce(
    (sum, { step }) => sum + 100 + JSON.stringify(step).length + lengths(step),
    0,
  );
}

function lengths(step: Moment): number {
  const spans = Object.entries(step).filter(([name]) => name.endsWith("Ms") && name !== "atMs");
  return spans.reduce((sum, [, value]) => sum + Math.log10(1 + Number(value)), 0);
}

function stepsOf({ commands, faults }: Scenario): readonly Step[] {
  return [
    ...faults.map((step): Step => ({ kind: "fault", step })),
    ...commands.map((step): Step => ({ kind: "command", step })),
  ];
}

function scenarioOf({ seed, climate }: Scenario, steps: readonly Step[]): Scenario {
  const commands: Command[] = [];
  const faults: Fault[] = [];
  for (const one of steps)
    if (one.kind === "command") commands.push(one.step);
    else faults.push(one.step);
  return { seed, commands, faults, ...(climate && { climate }) };
}
