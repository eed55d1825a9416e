import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WindowCache } from "#engine/machines/windowCache.ts";

const key = "0".repeat(32);

/** Samples of a slice: each frame spells itself. */
function slice(start: number, frames: number) {
  const samples = Int16Array.from({ length: frames }, (_, i) => start + i);
  return { start, frames, channels: 1, samples };
}

const spans = fc.array(fc.record({ start: fc.nat(60), frames: fc.integer({ min: 1, max: 12 }) }), {
  maxLength: 20,
});

describe("the window cache", () => {
  it("agrees with a set of frames, whatever is added and trimmed in whatever order", () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({
          kind: fc.constant("add" as const),
          start: fc.nat(60),
          frames: fc.integer({ min: 1, max: 12 }),
        }),
        fc.record({ kind: fc.constant("trim" as const), start: fc.nat(60), frames: fc.nat(40) }),
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(steps, (list) => {
        const cache = new WindowCache();
        for (const step of list) {
          if (step.kind === "add") cache.add(key, slice(step.start, step.frames));
          else cache.trim(key, [{ from: step.start, until: step.start + step.frames }]);
          expect(cache.bytes).toBe(cache.recount());
        }
        const held = new Set<number>();
        for (const { from, until } of cache.runs(key))
          for (let frame = from; frame < until; frame++) held.add(frame);
        for (let frame = 0; frame < 80; frame++) {
          const found = cache.at(key, frame);
          expect(found !== undefined).toBe(held.has(frame));
          if (found) expect(found.samples[frame - found.start]).toBe(frame);
        }
        expect(cache.bytes).toBe(held.size * 2);
      }),
    );
  });

  it("names exactly the missing ranges", () => {
    fc.assert(
      fc.property(spans, fc.nat(60), fc.nat(40), (list, from, length) => {
        const cache = new WindowCache();
        const held = new Set<number>();
        for (const { start, frames } of list) {
          cache.add(key, slice(start, frames));
          for (let i = 0; i < frames; i++) held.add(start + i);
        }
        const missing = new Set<number>();
        for (const gap of cache.gaps(key, from, from + length))
          for (let frame = gap.from; frame < gap.until; frame++) missing.add(frame);
        for (let frame = from; frame < from + length; frame++)
          expect(missing.has(frame)).toBe(!held.has(frame));
        const until = cache.heldUntil(key, from, from + length);
        for (let frame = from; frame < until; frame++) expect(held.has(frame)).toBe(true);
        if (until < from + length) expect(held.has(until)).toBe(false);
      }),
    );
  });

  it("holds nothing twice", () => {
    const cache = new WindowCache();
    expect(cache.add(key, slice(0, 10))).toBe(10);
    expect(cache.add(key, slice(5, 10))).toBe(5);
    expect(cache.add(key, slice(0, 15))).toBe(0);
    expect(cache.bytes).toBe(30);
  });
});
