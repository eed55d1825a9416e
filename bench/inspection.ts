/** What it costs to be looked at: for each event of an actor, and for the page that shows it. */
import { eventCost } from "./inspection/eventCost.ts";
import { viewLoad } from "./inspection/viewLoad.ts";
import type { Print } from "./host/openBench.ts";

export const inspectionParts = ["events", "view"] as const;
export type InspectionPart = (typeof inspectionParts)[number];

export async function run(
  print: Print,
  { parts = inspectionParts }: { parts?: readonly InspectionPart[] } = {},
): Promise<void> {
  const measure: Readonly<Record<InspectionPart, () => Promise<void> | void>> = {
    events: () => eventCost(print),
    view: () => viewLoad(print),
  };
  for (const part of parts) await measure[part]();
}
