import { expect, it } from "vitest";
import { budgetBytes, windowCacheMachine } from "#engine/machines/windowCache.machine.ts";
import { memoryLevels } from "#engine/ports/memoryGauge.ts";
import { reportCoverage } from "./coverage.ts";
import { walkMachine } from "./walkMachine.ts";

const bounds = { windowBytes: 1000, windowBytesMin: 300 };
/** GiB of which a window may take 600 bytes */
const smallGib = (600 * 200) / 2 ** 30;

it("the window cache says full above nine tenths of its budget, whatever it said before", () => {
  const walked = walkMachine({
    machine: windowCacheMachine,
    input: bounds,
    events: [
      ...[0, 271, 500, 541, 901, 1200].map((bytes) => {
        return { type: "window.counted" as const, bytes, lanes: bytes > 500 ? 3 : 1 };
      }),
      ...[null, smallGib, 64].map((gib) => ({ type: "device.told" as const, gib })),
      ...memoryLevels.map((level) => ({ type: "memory.changed" as const, level })),
    ],
    key: ({ snapshot: { context } }) => [context.bytes, context.deviceGib, context.memory],
    invariants: ({ before, event, after: { snapshot } }) => {
      const { type, ...said } = event;
      const { context } = snapshot;
      const names = { gib: "deviceGib", level: "memory" } as const;
      for (const [name, value] of Object.entries(said))
        expect(context).toHaveProperty(names[name as "gib"] ?? name, value);
      if (type !== "window.counted") expect(context.bytes).toBe(before.snapshot.context.bytes);

      const most = context.deviceGib === smallGib ? 600 : 1000;
      const budget = { roomy: most, tight: Math.max(300, most / 2), critical: 300 };
      expect(budgetBytes(context)).toBe(budget[context.memory]);
      expect(snapshot.matches("full")).toBe(context.bytes > budget[context.memory] * 0.9);
    },
  });
  reportCoverage(walked);
});
