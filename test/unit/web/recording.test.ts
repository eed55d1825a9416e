import { expect, it } from "vitest";
import type { InspectionBatch } from "#engine/protocol/inspection.ts";
import { Recording } from "../../../apps/web/inspect/recording.ts";

const step = (at: number, state: string): InspectionBatch["notes"][number] => ({
  type: "step",
  at,
  actor: "link",
  machine: "link",
  event: "socket.opened",
  by: null,
  data: "",
  state,
  taken: [],
});
const batches: readonly InspectionBatch[] = [
  { side: "worker", tab: "player 0", notes: [step(0, "idle"), step(40, "live")], missed: 0 },
  { side: "worker", tab: "player 0", notes: [{ type: "ended", at: 90, actor: "link" }], missed: 0 },
];

it("knows of every moment what lived, in which state, and what had happened until then", () => {
  const recording = Recording.read("run.json", JSON.stringify(batches))!;
  expect([recording.from, recording.until]).toEqual([0, 90]);
  const seen = [0, 39, 40, 90].map((at) => {
    const { actors, steps } = recording.at(at);
    return `${actors.map(({ state }) => state).join()} ${steps.length}`;
  });
  expect(seen).toEqual(["idle 1", "idle 1", "live 2", " 2"]);
});

it.each([
  ["no JSON", "<html>"],
  ["something else", '{"seed":7}'],
  ["a batch of another shape", '[{"side":"moon","tab":"","notes":[],"missed":0}]'],
  ["nothing at all", "[]"],
])("refuses %s", (_what, text) => {
  expect(Recording.read("x", text)).toBeNull();
});
