/** Scenarios that once violated an invariant, kept for ever. They are named for what was wrong. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Scenario } from "./scenario.ts";
import { runScenario } from "./simulation.ts";

const folder = new URL("./found/", import.meta.url);

describe("what was found once", () => {
  it.each(readdirSync(folder))("stays mended: %s", (file) => {
    const scenario = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as Scenario;
    expect(runScenario(scenario).violation).toBeNull();
  });
});
