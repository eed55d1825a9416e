/** The window cache, by example; `test/model` holds it against single frames. */
import { describe, expect, it } from "vitest";
import { WindowCache } from "#engine/machines/windowCache.ts";

const key = "0".repeat(32);

/** Samples of a slice: each frame spells itself. */
function slice(start: number, frames: number) {
  const samples = Int16Array.from({ length: frames }, (_, i) => start + i);
  return { start, frames, channels: 1, samples };
}

describe("the window cache", () => {
  it("holds nothing twice", () => {
    const cache = new WindowCache();
    expect(cache.add(key, slice(0, 10))).toBe(10);
    expect(cache.add(key, slice(5, 10))).toBe(5);
    expect(cache.add(key, slice(0, 15))).toBe(0);
    expect(cache.bytes).toBe(30);
  });
});
