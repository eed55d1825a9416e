/** Runs random steps on a structure and on its reference model, side by side: every step has to come to
 *  the same on both, and both have to look the same after it. */
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect } from "vitest";

/** One step. What `real` and `model` return is compared; a RangeError counts as `throws`. */
export type Step<Model, Real> = {
  /** `name(arguments)`, as a failure prints it */
  readonly text: string;
  readonly real: (real: Real) => unknown;
  readonly model: (model: Model) => unknown;
  /** when the structure's contract lets its caller do this; always, if absent */
  readonly isAllowed?: (model: Model) => boolean;
};

export type ModelTest<Model, Real> = {
  readonly setup: () => { readonly model: Model; readonly real: Real };
  readonly steps: readonly fc.Arbitrary<Step<Model, Real>>[];
  /** everything that can be seen of the structure */
  readonly look: (real: Real) => unknown;
  /** the same, as the model has it */
  readonly expected: (model: Model) => unknown;
  /** what has to hold when all steps are done; throws if it does not */
  readonly atEnd?: (model: Model, real: Real) => void;
  readonly seed: number;
  readonly runs: number;
  readonly stepsMax: number;
};

/** Throws what fast-check found, shrunk to few steps, if the two ever differ.
 *  @returns how often each step came to each outcome, as `name: outcome`, sorted: a test that says
 *  which it expects cannot pass by doing nothing */
export function runAgainstModel<Model extends object, Real>(
  test: ModelTest<Model, Real>,
): ReadonlyMap<string, number> {
  const outcomes = new Map<string, number>();
  const commands = test.steps.map((steps) =>
    steps.map((step) => commandOf(step, test, (outcome) => count(outcomes, outcome))),
  );
  fc.assert(
    fc.property(fc.commands(commands, { maxCommands: test.stepsMax, size: "max" }), (list) => {
      const begun = test.setup();
      fc.modelRun(() => begun, list);
      test.atEnd?.(begun.model, begun.real);
    }),
    { seed: test.seed, numRuns: test.runs },
  );
  return new Map([...outcomes].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Says `throws` of a RangeError, and lets every other error through. */
export function orThrows<T>(act: () => T): T | "throws" {
  try {
    return act();
  } catch (error) {
    if (error instanceof RangeError) return "throws";
    throw error;
  }
}

function commandOf<Model extends object, Real>(
  { text, real: doReal, model: doModel, isAllowed = () => true }: Step<Model, Real>,
  { look, expected }: ModelTest<Model, Real>,
  tell: (outcome: string) => void,
): fc.Command<Model, Real> {
  return {
    check: (model) => isAllowed(model),
    run(model, real) {
      const should = doModel(model);
      same(
        orThrows(() => doReal(real)),
        should,
        text,
      );
      same(look(real), expected(model), `what is seen after ${text}`);
      tell(`${text.slice(0, text.indexOf("("))}: ${outcomeOf(should)}`);
    },
    toString: () => text,
  };
}

/** As `expect`, which alone would take most of a run's time. */
function same(found: unknown, should: unknown, what: string): void {
  if (!isDeepStrictEqual(found, should)) expect(found, what).toStrictEqual(should);
}

function outcomeOf(result: unknown): string {
  if (result === undefined) return "done";
  if (typeof result === "number") return result === 0 ? "none" : "some";
  if (Array.isArray(result)) return result.length === 0 ? "none" : "some";
  if (typeof result === "object" && result !== null && "type" in result) return `${result.type}`;
  return `${result as string | boolean}`;
}

function count(outcomes: Map<string, number>, outcome: string): void {
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
}
