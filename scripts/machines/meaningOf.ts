import type { Chart } from "#engine/actors/chartOf.ts";
import { hostMeanings } from "./hostMeanings.ts";
import { pageMeanings } from "./pageMeanings.ts";

const meanings: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ...pageMeanings,
  ...hostMeanings,
};

/** What an event says, in a sentence. @param machine its id @param event as a chart calls it
 *  @returns null where nobody has said it */
export function meaningOf(machine: string, event: string): string | null {
  return meanings[machine]?.[event] ?? null;
}

/** The same chart, each of its transitions described by what its event says. */
export function withMeanings(chart: Chart): Chart {
  const transitions = chart.transitions.map((each) => ({
    ...each,
    description: each.description ?? meaningOf(chart.id, each.event),
  }));
  return { ...chart, transitions };
}

/** @returns machine and event of every sentence */
export function allMeanings(): readonly { readonly machine: string; readonly event: string }[] {
  return Object.entries(meanings).flatMap(([machine, events]) =>
    Object.keys(events).map((event) => ({ machine, event })),
  );
}
