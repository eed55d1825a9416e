/** A mutant: one deliberate defect that the simulator has to find. It is never in a code path that ships;
 *  it is put in from outside, in one of three ways. */
import type { AnyStateMachine } from "xstate";
import type { Plants } from "../plants.ts";

/** What replaces a machine's own guards, actions and delays, by name. */
export type Provided = {
  readonly guards?: Readonly<Record<string, (...args: never[]) => boolean>>;
  readonly actions?: Readonly<Record<string, (...args: never[]) => void>>;
  readonly delays?: Readonly<Record<string, number>>;
};

export type Planting =
  /** what `machine.provide` would give it, given to the machine that the roots import */
  | { readonly by: "provide"; readonly machine: AnyStateMachine; readonly provided: Provided }
  /** a faulty port; made anew for every run, some of them keep count */
  | { readonly by: "port"; readonly plants: () => Plants }
  /** a guard in plain code: the text is changed in a copy of the source, and that copy is run.
   *  `find` stands in the file exactly once. */
  | {
      readonly by: "source";
      readonly file: `src/${string}`;
      readonly find: string;
      readonly replace: string;
    };

export type Mutant = {
  /** kebab-case, unique */
  readonly name: string;
  /** the defect, in one sentence */
  readonly what: string;
  /** what was there to prevent it */
  readonly guard: string;
  readonly planting: Planting;
};
