/** What it costs to be looked at: for each event of an actor, for the page that shows it, and for what is heard. */
import { eventCost } from "./inspection/eventCost.ts";
import { watchedPlay } from "./inspection/watchedPlay.ts";
import { viewLoad } from "./inspection/viewLoad.ts";
import type { Print } from "./host/openBench.ts";

export const inspectionParts = ["events", "view", "play"] as const;
export type InspectionPart = (typeof inspectionParts)[number];

/** @param options `minutes` of play, watched and not */
export async function run(
  print: Print,
  {
    parts = inspectionParts,
    minutes = 1,
  }: { parts?: readonly InspectionPart[]; minutes?: number } = {},
): Promise<void> {
  const measure: Readonly<Record<InspectionPart, () => Promise<void> | void>> = {
    events: () => eventCost(print),
    view: () => viewLoad(print),
    play: () => watchedPlay(minutes, print),
  };
  for (const part of parts) await measure[part]();
}
