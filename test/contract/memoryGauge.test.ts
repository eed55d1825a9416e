/** What every `MemoryGauge` owes its users: the Node host's over any process, the browser's over any
 *  heap, and the simulated one. */
import { describe, expect, it, vi } from "vitest";
import type { MemoryGauge, MemoryLevel } from "#engine/ports/memoryGauge.ts";
import { createMemoryGauge } from "../../apps/node-host/adapters/memoryGauge.ts";
import { createHeapGauge } from "../../apps/web/adapters/memoryGauge.ts";
import { SimulatedMemory, simulatedMemoryGauge } from "../simulation/ports/simulatedMemory.ts";
import { World } from "../simulation/world/world.ts";

type Bench = {
  readonly gauge: MemoryGauge;
  /** makes it so, and lets two seconds pass */
  readonly press: (level: MemoryLevel) => void;
};

const benches: Readonly<Record<string, () => Bench>> = {
  "node host's": () => {
    vi.useFakeTimers();
    const bytes = { roomy: 100, tight: 800, critical: 900 };
    let used = bytes.roomy;
    const gauge = createMemoryGauge({ limitBytes: 1000, everyMs: 500, usedBytes: () => used });
    const press = (level: MemoryLevel): void => {
      used = bytes[level];
      vi.advanceTimersByTime(2000);
    };
    return { gauge, press };
  },
  "browser's": () => {
    vi.useFakeTimers();
    const bytes = { roomy: 100, tight: 800, critical: 900 };
    let usedJSHeapSize = bytes.roomy;
    const heap = () => ({ usedJSHeapSize, jsHeapSizeLimit: 1000 });
    const press = (level: MemoryLevel): void => {
      usedJSHeapSize = bytes[level];
      vi.advanceTimersByTime(2000);
    };
    return { gauge: createHeapGauge({ heap, everyMs: 500 }), press };
  },
  simulated: () => {
    const world = new World(1);
    const memory = new SimulatedMemory(world);
    const gauge = simulatedMemoryGauge(world, world.realm("host"), memory);
    let untilMs = 0;
    const press = (level: MemoryLevel): void => {
      // a spell ends when the next step begins
      memory.press(level, 2000);
      untilMs += 2000 - 1e-3;
      while (world.step(untilMs));
    };
    return { gauge, press };
  },
};

describe.each(Object.keys(benches))("the %s memory gauge", (kind) => {
  const begin = () => {
    const told: MemoryLevel[] = [];
    const { gauge, press } = benches[kind]!();
    return { told, press, cancel: gauge(null, (level) => told.push(level)) };
  };

  it("says nothing while there is memory, and nothing before it returns", () => {
    const { told, press } = begin();
    expect(told).toEqual([]);
    press("roomy");
    expect(told).toEqual([]);
  });

  it("tells every change once, up and down", () => {
    const { told, press } = begin();
    press("tight");
    press("tight");
    expect(told).toEqual(["tight"]);
    press("critical");
    expect(told).toEqual(["tight", "critical"]);
  });

  it("tells that memory is there again", () => {
    const { told, press } = begin();
    press("critical");
    press("roomy");
    press("roomy");
    expect(told).toEqual(["critical", "roomy"]);
  });

  it("says nothing after it was cancelled", () => {
    const { told, press, cancel } = begin();
    press("tight");
    cancel();
    press("critical");
    expect(told).toEqual(["tight"]);
  });
});

it("the node host's memory gauge does not waver about a bound", () => {
  vi.useFakeTimers();
  let used = 0;
  const told: MemoryLevel[] = [];
  const gauge = createMemoryGauge({ limitBytes: 1000, everyMs: 500, usedBytes: () => used });
  gauge(null, (level) => told.push(level));
  for (const bytes of [710, 690, 710, 660, 705, 640, 690]) {
    used = bytes;
    vi.advanceTimersByTime(500);
  }
  expect(told).toEqual(["tight", "roomy"]);
});

it("the browser's memory gauge says nothing where the browser does not tell", () => {
  vi.useFakeTimers();
  const told: MemoryLevel[] = [];
  const cancel = createHeapGauge({ heap: () => undefined })(null, (level) => told.push(level));
  vi.advanceTimersByTime(60_000);
  expect(vi.getTimerCount()).toBe(0);
  expect(told).toEqual([]);
  cancel();
});
