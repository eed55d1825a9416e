/** Plants a mutant in this process, for good: who hunts it has a process of its own. */
import type { RunOptions } from "../simulation.ts";
import { allMutants } from "./allMutants.ts";

/** @returns what every run has to be given
 *  @throws RangeError for a name that there is not, or a guard, action or delay that the machine has not */
export function plantNamed(name: string): () => RunOptions {
  const mutant = allMutants.find((one) => one.name === name);
  if (!mutant) throw new RangeError(`no mutant is named ${name}`);
  const { planting } = mutant;
  switch (planting.by) {
    case "port":
      return () => ({ plants: planting.plants() });
    case "provide": {
      const { machine, provided } = planting;
      for (const [kind, entries] of Object.entries(provided)) {
        const own = machine.implementations[kind as keyof typeof provided] as object;
        for (const entry of Object.keys(entries))
          if (!(entry in own)) throw new RangeError(`${machine.id} has no ${entry} in its ${kind}`);
        Object.assign(own, entries);
      }
      return () => ({});
    }
    case "source":
      return () => ({});
  }
}
