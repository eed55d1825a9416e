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

/** Why a chart cannot be drawn: no such machine is known, or it could not be fetched. */
export type Undrawn = "unknown" | "unreachable";

/** @param machine its id; the tiers of a cache share one */
export async function readChart(machine: string): Promise<DrawnChart | Undrawn> {
  const name = machine.endsWith("Tier") ? "diskTier" : machine;
  const definition = definitions[`../../../docs/machines/${name}.json`];
  const layout = layouts[`../../../docs/machines/${name}.layout.json`];
  if (!definition || !layout) return "unknown";
  const fetched = await Promise.all([definition(), layout()]).catch(() => null);
  if (!fetched) return "unreachable";
  const [defined, placed] = fetched;
  return { chart: chartOf(createMachine(defined)), layout: layoutSchema.parse(placed) };
}
