import { describe, expect, it } from "vitest";
import { LinkPace } from "#engine/machines/linkPace.ts";

const bounds = { min: 64_000, max: 256_000 };

/** Slices that come one behind the other, as fast as a line takes them. @returns when the last one came, ms */
function burst(pace: LinkPace, fromMs: number, count: number, bytesPerMs: number): number {
  const bytes = 16_000;
  for (let nth = 0; nth < count; nth++) pace.count(bytes, fromMs + (nth * bytes) / bytesPerMs);
  return fromMs + ((count - 1) * bytes) / bytesPerMs;
}

describe("what may be under way on a link", () => {
  it("is the most while it is not known what the line takes", () => {
    const pace = new LinkPace();
    expect(pace.allowance(bounds)).toBe(bounds.max);
    burst(pace, 0, 40, 625);
    expect(pace.allowance(bounds), "no round trip was measured").toBe(bounds.max);
  });

  it("is what the line takes in a round trip and 20 ms", () => {
    const pace = new LinkPace();
    pace.roundTrip(160, 0);
    burst(pace, 0, 40, 625);
    expect(pace.allowance(bounds)).toBe(625 * 180);
  });

  it("is kept within bounds", () => {
    const fast = new LinkPace();
    fast.roundTrip(100, 0);
    burst(fast, 0, 400, 12_500);
    expect(fast.allowance(bounds)).toBe(bounds.max);
    const slow = new LinkPace();
    slow.roundTrip(100, 0);
    burst(slow, 0, 10, 20);
    expect(slow.allowance(bounds)).toBe(bounds.min);
  });

  it("does not grow by its own queue, which makes round trips longer", () => {
    const pace = new LinkPace();
    pace.roundTrip(160, 0);
    burst(pace, 0, 40, 625);
    pace.roundTrip(700, 2000);
    expect(pace.allowance(bounds)).toBe(625 * 180);
  });

  it("does not shrink because nothing was asked for, nor because the host was slow for a while", () => {
    const pace = new LinkPace();
    pace.roundTrip(160, 0);
    let atMs = burst(pace, 0, 40, 625);
    for (let nth = 0; nth < 8; nth++) atMs = burst(pace, atMs + 1000, 2, 625);
    burst(pace, atMs + 100, 20, 300);
    expect(pace.allowance(bounds)).toBe(625 * 180);
  });

  it("follows a line that stays slower, within twenty seconds", () => {
    const pace = new LinkPace();
    pace.roundTrip(400, 0);
    burst(pace, 0, 40, 625);
    burst(pace, 3000, 400, 250);
    expect(pace.allowance(bounds)).toBe(250 * 420);
  });

  it("takes a burst that is shorter than a window for what came in a window at least", () => {
    const pace = new LinkPace();
    pace.roundTrip(400, 0);
    for (const atMs of [0, 5, 10]) pace.count(20_000, atMs);
    pace.count(20_000, 2000);
    expect(pace.allowance({ min: 0, max: 1e9 })).toBe((40_000 / 100) * 420);
  });
});
