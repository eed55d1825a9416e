import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  chunkRange,
  defaultGeometry,
  frames,
  framesToSeconds,
  intervalFrames,
  locate,
  resampledLength,
  secondsToFrames,
  segmentCount,
  segmentRange,
} from "#engine/protocol/geometry.ts";

const rates = fc.constantFrom(8000, 11_025, 22_050, 44_100, 48_000, 96_000, 192_000);
/** frames: mostly of tracks of some minutes, some of tracks of hours */
const lengths = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 0, max: 60 * 192_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 24 * 3600 * 8000 }) },
);
const geometry = defaultGeometry;

describe("segments", () => {
  it("CACHE-13 tile a track of any length exactly: no padding, no lost tail", () => {
    fc.assert(
      fc.property(rates, lengths, (rate, total) => {
        const count = segmentCount(geometry, rate, frames(total));
        let at = 0;
        for (let k = 0; k < count; k++) {
          const { from, until } = segmentRange(geometry, rate, k, frames(total));
          expect(from).toBe(at);
          expect(until).toBeGreaterThan(from);
          at = until;
        }
        expect(at).toBe(total);
      }),
    );
  });

  it("SEEK-4 every frame lies in exactly the segment and at the offset that locate names", () => {
    fc.assert(
      fc.property(rates, fc.nat(24 * 3600 * 8000), (rate, at) => {
        const { segment, offset } = locate(geometry, rate, frames(at));
        expect(segment * intervalFrames(geometry, rate) + offset).toBe(at);
        expect(offset).toBeLessThan(intervalFrames(geometry, rate));
      }),
    );
  });

  it("a chunk is its segment and the first half of the next, cut at the end of the track", () => {
    const total = frames(25 * 44_100);
    expect(chunkRange(geometry, 44_100, 0, total)).toEqual({ from: 0, until: 15 * 44_100 });
    expect(chunkRange(geometry, 44_100, 1, total)).toEqual({ from: 441_000, until: total });
    expect(chunkRange(geometry, 44_100, 2, total)).toEqual({ from: 882_000, until: total });
  });

  it("of 0.3, 8, 10, 12, 15, 21, 40 and 43 s and of 3 h number ceil(length / interval)", () => {
    const counts = [0.3, 8, 10, 12, 15, 21, 40, 43, 10_800].map((seconds) =>
      segmentCount(geometry, 44_100, frames(Math.round(seconds * 44_100))),
    );
    expect(counts).toEqual([1, 1, 1, 2, 2, 3, 4, 5, 1080]);
  });
});

describe("conversions", () => {
  it("between time and frame are inverse to within half a frame", () => {
    fc.assert(
      fc.property(rates, fc.double({ min: 0, max: 86_400, noNaN: true }), (rate, seconds) => {
        const back = framesToSeconds(secondsToFrames(seconds, rate), rate);
        expect(Math.abs(back - seconds)).toBeLessThanOrEqual(0.5 / rate + 1e-9);
      }),
    );
  });

  it("of a negative time is frame zero, of no number a bug", () => {
    expect(secondsToFrames(-3, 44_100)).toBe(0);
    expect(() => secondsToFrames(Number.NaN, 44_100)).toThrow(RangeError);
  });

  it("a resampled track covers all of the source", () => {
    expect(resampledLength(frames(44_100), 44_100, 48_000)).toBe(48_000);
    expect(resampledLength(frames(1), 44_100, 48_000)).toBe(2);
    expect(resampledLength(frames(7), 48_000, 48_000)).toBe(7);
  });
});
