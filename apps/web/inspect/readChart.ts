/** The charts of all machines, as `npm run machines` wrote them: each is fetched when it is looked at. */
import { createMachine } from "xstate";
import { chartOf, type Chart } from "#engine/actors/chartOf.ts";
import { layoutSchema, type Layout } from "./layout.ts";

export type DrawnChart = { readonly chart: Chart; readonly layout: Layout };

const definitions = import.meta.glob<Record<string, never>>(
  ["../../../docs/machines/*.json", "!../../../docs/machines/*.layout.json"],
  { import: "default" },
);
const layouts = import.meta.glob("../../../docs/machines/*.layout.json", { import: "default" });

/** @returns every machine's definition as JSON, by its id */
export async function definitionTexts(): Promise<ReadonlyMap<string, string>> {
  const read = await Promise.all(Object.values(definitions).map((definition) => definition()));
  const texts = new Map(read.map((each) => [String(each["id"]), JSON.stringify(each)]));
  for (const tier of ["hotTier", "warmTier"]) texts.set(tier, texts.get("diskTier")!);
  return texts;
}

/** @param machine its id; the tiers of a cache share one
 *  @returns null when no such machine is known */
export async function readChart(machine: string): Promise<DrawnChart | null> {
  const name = machine.endsWith("Tier") ? "diskTier" : machine;
  const definition = definitions[`../../../docs/machines/${name}.json`];
  const layout = layouts[`../../../docs/machines/${name}.layout.json`];
  if (!definition || !layout) return null;
  const [defined, placed] = await Promise.all([definition(), layout()]);
  return { chart: chartOf(createMachine(defined)), layout: layoutSchema.parse(placed) };
}
