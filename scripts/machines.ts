/** Every machine as a chart: `npm run machines` writes docs/machines anew. JSON is the machine's definition, which the
 *  Stately editor imports and `/inspect` draws; the pages show it as a Mermaid diagram. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chartOf } from "#engine/actors/chartOf.ts";
import { definitionOf } from "./machines/definitionOf.ts";
import { knownMachines, type KnownMachine } from "./machines/knownMachines.ts";
import { layoutOf } from "./machines/layoutOf.ts";
import { withMeanings } from "./machines/meaningOf.ts";
import { mermaidOf } from "./machines/mermaidOf.ts";

export const machinesFolder = fileURLToPath(new URL("../docs/machines", import.meta.url));

/** @returns texts by name of file */
export async function machinePages(): Promise<ReadonlyMap<string, string>> {
  const pages = new Map<string, string>();
  for (const known of knownMachines()) {
    const { id } = known.machine;
    pages.set(`${id}.json`, `${JSON.stringify(definitionOf(known.machine), null, 2)}\n`);
    pages.set(`${id}.md`, pageOf(known));
    const layout = await layoutOf(chartOf(known.machine));
    pages.set(`${id}.layout.json`, `${JSON.stringify(layout)}\n`);
  }
  pages.set("README.md", indexOf(knownMachines()));
  return pages;
}

function pageOf({ machine, file, purpose }: KnownMachine): string {
  const chart = withMeanings(chartOf(machine));
  const events = new Map(chart.transitions.map(({ event, description }) => [event, description]));
  const said = [...events].map(([event, description]) => `| \`${event}\` | ${description} |`);
  const described = chart.states.filter(({ description }) => description !== null);
  const rows = described.map(({ path, description }) => `| \`${path}\` | ${description} |`);
  return [
    `# ${chart.id}`,
    "",
    `${purpose} What must hold is in the header of [${file}](../../${file}); this page is made from its definition.`,
    "",
    "```mermaid",
    mermaidOf(chart),
    "```",
    "",
    ...["| state | |", "|---|---|", ...rows, ""],
    ...["| event | |", "|---|---|", ...said, ""],
  ].join("\n");
}

function indexOf(known: readonly KnownMachine[]): string {
  const rows = known.map(({ machine, side, purpose }) => {
    const { states, transitions } = chartOf(machine);
    return `| [${machine.id}](${machine.id}.md) | ${side} | ${purpose} | ${states.length} | ${transitions.length} |`;
  });
  return [
    "# The machines",
    "",
    "`npm run machines` writes this folder from the code, and a test holds it to that. An arrow bears its event, the guard in brackets, and behind a",
    "stroke the actions. A state named *any* stands for whichever is active in the state around it. The `.json` files are definitions that the [Stately editor](https://stately.ai/editor) imports.",
    "",
    "| machine | lives in | what it decides | states | transitions |",
    "|---|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(machinesFolder, { recursive: true });
  const pages = await machinePages();
  for (const name of readdirSync(machinesFolder))
    if (!pages.has(name)) rmSync(join(machinesFolder, name));
  for (const [name, text] of pages) writeFileSync(join(machinesFolder, name), text);
}
