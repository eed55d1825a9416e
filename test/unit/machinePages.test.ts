/** docs/machines says what the code says. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createMachine } from "xstate";
import { chartOf } from "#engine/actors/chartOf.ts";
import { machinePages, machinesFolder } from "../../scripts/machines.ts";
import { knownMachines } from "../../scripts/machines/knownMachines.ts";
import { readTree } from "./sourceTree.ts";

const written = await machinePages();

it("docs/machines is what `npm run machines` writes", () => {
  expect(readdirSync(machinesFolder).sort()).toEqual([...written.keys()].sort());
  for (const [name, text] of written)
    expect(readFileSync(join(machinesFolder, name), "utf8"), name).toBe(text);
});

it("every machine of the code is among them", () => {
  const files = readTree().map(({ path }) => path);
  const machines = files.filter((path) => path.endsWith(".machine.ts"));
  expect(
    knownMachines()
      .map(({ file }) => file)
      .sort(),
  ).toEqual(machines.sort());
});

it.each(knownMachines().map(({ machine }) => [machine.id, machine] as const))(
  "the definition of %s makes a machine with the same chart",
  (id, machine) => {
    const definition = JSON.parse(written.get(`${id}.json`)!) as Record<string, never>;
    expect(chartOf(createMachine(definition))).toEqual(chartOf(machine));
  },
);

it.each(knownMachines().map(({ machine }) => [machine.id, machine] as const))(
  "every state of %s says what it is",
  (_id, machine) => {
    const silent = chartOf(machine).states.filter(({ description }) => description === null);
    expect(silent.map(({ path }) => path)).toEqual([]);
  },
);
