/** docs/machines says what the code says. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createMachine } from "xstate";
import { chartOf } from "#engine/actors/chartOf.ts";
import { machinePages, machinesFolder } from "../../scripts/machines.ts";
import { allMeanings, withMeanings } from "../../scripts/machines/meaningOf.ts";
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
    expect(chartOf(createMachine(definition))).toEqual(withMeanings(chartOf(machine)));
  },
);

it.each(knownMachines().map(({ machine }) => [machine.id, machine] as const))(
  "every state of %s says what it is",
  (_id, machine) => {
    const silent = chartOf(machine).states.filter(({ description }) => description === null);
    expect(silent.map(({ path }) => path)).toEqual([]);
  },
);

it.each(knownMachines().map(({ machine }) => [machine.id, machine] as const))(
  "every transition of %s says what its event means",
  (_id, machine) => {
    const { transitions } = withMeanings(chartOf(machine));
    const silent = transitions.filter(({ description }) => description === null);
    expect(silent.map(({ event }) => event)).toEqual([]);
  },
);

it("no sentence is about an event that nobody hears", () => {
  const heard = new Set(
    knownMachines().flatMap(({ machine }) =>
      chartOf(machine).transitions.map(({ event }) => `${machine.id} ${event}`),
    ),
  );
  const unheard = allMeanings().map(({ machine, event }) => `${machine} ${event}`);
  expect(unheard.filter((each) => !heard.has(each))).toEqual([]);
});

it.each(knownMachines().map(({ machine }) => [machine.id, machine] as const))(
  "every action of %s has a name of its own",
  (_id, machine) => {
    const { states, transitions } = chartOf(machine);
    const actions = [
      ...states.flatMap(({ entry, exit }) => [...entry, ...exit]),
      ...transitions.flatMap((each) => each.actions),
    ];
    expect(actions.filter((name) => name.startsWith("xstate."))).toEqual([]);
  },
);
