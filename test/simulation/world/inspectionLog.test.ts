/** What is told of a whole run to whoever watches: how large it is, and what is not in it. */
import type { StatelyInspectionEvent } from "@statelyai/inspect";
import { beforeAll, expect, it } from "vitest";
import type { InspectionBatch } from "#engine/protocol/inspection.ts";
import { readInspectionFile } from "#engine/streams/inspectionText.ts";
import { StatelyFeed } from "../../../apps/web/inspect/statelyFeed.ts";
import { generateScenario } from "../generateScenario.ts";
import { runScenario } from "../simulation.ts";

const bytesMax = 2048;
let batches: readonly InspectionBatch[];
beforeAll(() => {
  batches = readInspectionFile(runScenario(generateScenario(7), { traced: true }).inspected!)!;
});

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

it("each note is 2 KiB at most, has no secret, and of samples says how many bytes they are", () => {
  const notes = batches.flatMap((batch) => batch.notes);
  expect(notes.length).toBeGreaterThan(1000);
  for (const note of notes) {
    expect(bytesOf(note)).toBeLessThanOrEqual(bytesMax);
    if (!("data" in note)) continue;
    // a row of numbers is cut behind twelve
    expect(note.data).not.toMatch(/(-?\d+(\.\d+)?,){13}/);
    expect(note.data).not.toMatch(/"[^"]*token[^"]*":"(?!…")/i);
  }
});

it("so is each thing that the Stately inspector is told, but what introduces a machine", () => {
  const told: StatelyInspectionEvent[] = [];
  const feed = new StatelyFeed(
    (event) => told.push(event),
    () => undefined,
  );
  for (const batch of batches) feed.take(batch);
  expect(new Set(told.map(({ type }) => type))).toEqual(
    new Set(["@xstate.actor", "@xstate.event", "@xstate.snapshot"]),
  );
  expect(new Set(told.map(({ rootId = "" }) => rootId.split(".")[0]))).toEqual(
    new Set(["host", "page", "worker"]),
  );
  for (const event of told) expect(bytesOf(event)).toBeLessThanOrEqual(bytesMax);
});
