import { expect, it } from "vitest";
import { windowCacheMachine } from "#engine/machines/windowCache.machine.ts";
import { reportCoverage } from "./coverage.ts";
import { walkMachine } from "./walkMachine.ts";

it("the window cache says full above nine tenths of its budget, whatever it said before", () => {
  const walked = walkMachine({
    machine: windowCacheMachine,
    input: { budgetBytes: 1000 },
    events: [0, 900, 901, 1200].flatMap((bytes) =>
      [1, 3].map((lanes) => ({ type: "window.counted" as const, bytes, lanes })),
    ),
    key: ({ snapshot: { context } }) => [context.bytes, context.lanes],
    invariants: ({ event, after: { snapshot } }) => {
      expect(snapshot.matches("full")).toBe(event.bytes > 900);
      expect(snapshot.context).toEqual({
        bytes: event.bytes,
        lanes: event.lanes,
        budgetBytes: 1000,
      });
    },
  });
  reportCoverage(walked);
});
