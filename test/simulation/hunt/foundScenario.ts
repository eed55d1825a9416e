/** Scenarios as files: what once violated an invariant is kept in `found/` for ever. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { blowTypes } from "../faults/faultKinds.ts";
import { players, type Climate, type Scenario } from "../scenario.ts";

export const foundFolder = fileURLToPath(new URL("../found/", import.meta.url));

const moment = {
  atMs: z.number().min(0),
  after: z.optional(
    z.strictObject({
      label: z.string(),
      nth: z.int().min(0),
      fromMs: z.optional(z.number().min(0)),
    }),
  ),
};
const player = z
  .int()
  .min(0)
  .max(players - 1);
const deed = z.looseObject({ type: z.string() });
const climate = {
  hotBytes: z.optional(z.int().min(1)),
  queueMax: z.optional(z.int().min(1)),
  analysisMs: z.optional(z.number().min(0)),
  scanMs: z.optional(z.number().min(0)),
  isTagged: z.optional(z.boolean()),
  isSurveyed: z.optional(z.boolean()),
  areTabs: z.optional(z.boolean()),
  windowBytes: z.optional(z.int().min(1)),
  deviceGib: z.optional(z.number().min(0)),
  sliceBytes: z.optional(z.int().min(1)),
} satisfies Record<keyof Climate, z.ZodType>;
const scenarioSchema = z.strictObject({
  seed: z.int(),
  commands: z.array(z.strictObject({ ...moment, player, deed })),
  faults: z.array(z.looseObject({ ...moment, type: z.enum(blowTypes) })),
  climate: z.optional(z.strictObject(climate)),
});

/** @throws Error with a message for people when the file is no scenario */
export function readScenario(path: string): Scenario {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new Error(`${path} cannot be read as a scenario: ${(cause as Error).message}`, { cause });
  }
  const parsed = scenarioSchema.safeParse(json);
  if (!parsed.success) throw new Error(`${path} is no scenario: ${z.prettifyError(parsed.error)}`);
  return parsed.data as unknown as Scenario;
}

/** @param name of the file, without its ending @returns its path */
export function keepScenario(name: string, scenario: Scenario): string {
  const path = `${foundFolder}${name}.json`;
  writeFileSync(path, `${JSON.stringify(scenario, null, 2)}\n`);
  return path;
}
