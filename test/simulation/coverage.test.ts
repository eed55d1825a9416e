/** Coverage counts what the engine's machines really did, and knows all that they could. */
import { readdirSync } from "node:fs";
import { createActor } from "xstate";
import { describe, expect, it } from "vitest";
import { windowCacheMachine } from "#engine/machines/windowCache.machine.ts";
import { Coverage } from "./hunt/coverage.ts";
import { everyMachine } from "./hunt/everyMachine.ts";

const machines = new URL("../../src/machines/", import.meta.url);

function counted(coverage: Coverage, bytes: number): void {
  const input = { windowBytesMin: 0, windowBytes: 100 };
  const actor = createActor(windowCacheMachine, { input, inspect: coverage.watch });
  actor.start();
  actor.send({ type: "window.counted", bytes, lanes: 1 });
}

/** Only a named race has two tabs, and is not counted: `test/model/tabClaim.test.ts` and the browser tests walk this one. */
const elsewhere = ["tabClaim"];

describe("coverage of transitions", () => {
  it("knows every machine of the engine", () => {
    const files = readdirSync(machines).filter((file) => file.endsWith(".machine.ts"));
    expect([...everyMachine().keys(), ...elsewhere].toSorted()).toEqual(
      files.map((file) => file.replace(".machine.ts", "")).toSorted(),
    );
  });

  it("counts the branch that was taken, and no other", () => {
    const coverage = new Coverage();
    counted(coverage, 10);
    expect(coverage.serialise()).toEqual({ "windowCache: window.counted [1]": 1 });
    expect(coverage.missing()).toHaveLength(coverage.total - 1);
    expect(coverage.missing()).toContain("windowCache: window.counted [0]");
    expect(coverage.table()).toContain("windowCache      1 of 6 (16.7 %)");
  });

  it("adds what another process has counted", () => {
    const [here, there] = [new Coverage(), new Coverage()];
    counted(here, 10);
    counted(there, 10);
    counted(there, 99);
    here.merge(there.serialise());
    expect(here.serialise()).toEqual({
      "windowCache: window.counted [0]": 1,
      "windowCache: window.counted [1]": 2,
    });
    expect(here.line()).toMatch(/^transitions 2 of \d+ \(0\.\d %\)$/);
  });

  it("does not accept a transition that no machine has", () => {
    expect(() => new Coverage().merge({ "tap: turned": 1 })).toThrow(RangeError);
  });
});
