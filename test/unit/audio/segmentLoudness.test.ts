import { describe, expect, test } from "vitest";
import { ditherToS16 } from "#engine/audio/dither.ts";
import { LoudnessMeter } from "#engine/audio/loudness.ts";
import { joinedLoudness, SegmentLoudnessMeter } from "#engine/audio/segmentLoudness.ts";
import { madeMusic } from "./madeSignals.ts";

/** A track measured in segments, run by run, last segment first. */
function inSegments(planar: readonly Float32Array[], rate: number, segment: number, run = 5000) {
  const total = planar[0]!.length;
  const starts = Array.from({ length: Math.ceil(total / segment) }, (_, k) => k * segment);
  const parts = starts.reverse().map((from) => {
    const meter = new SegmentLoudnessMeter(rate, planar.length);
    const until = Math.min(total, from + segment);
    for (let at = from; at < until; at += run) {
      const end = Math.min(until, at + run);
      const pieces = planar.map((x) => x.subarray(at, end));
      meter.push(at, end - at, ditherToS16(pieces, end - at, at));
    }
    return meter.finish();
  });
  return joinedLoudness(parts, rate, total);
}

function whole(planar: readonly Float32Array[], rate: number) {
  const meter = new LoudnessMeter(rate, planar.length);
  meter.push(planar, planar[0]!.length);
  return meter.finish().integrated;
}

describe("the loudness of segments, joined", () => {
  test.each([
    [44_100, 10],
    [48_000, 10],
    [11_025, 3],
    [8000, 0.73],
  ])("is that of the whole at %d Hz in segments of %d s", (rate, seconds) => {
    const music = madeMusic(32.7, rate, 0.4);
    const joined = inSegments(music, rate, Math.round(seconds * rate))!;
    // the shorter a segment, the more of it is the beginning of a filter
    expect(Math.abs(joined - whole(music, rate)!)).toBeLessThan(seconds < 1 ? 0.05 : 0.01);
  });

  test("does not depend on the length of the runs", () => {
    const [left] = madeMusic(3, 44_100, 0.4);
    const once = inSegments([left!], 44_100, 44_100, 44_100)!;
    for (const run of [1, 1024, 4410]) {
      const x = run === 1 ? left!.subarray(0, 20_000) : left!;
      const expected = run === 1 ? inSegments([x], 44_100, 44_100, 44_100)! : once;
      expect(inSegments([x], 44_100, 44_100, run)!).toBeCloseTo(expected, 9);
    }
  });

  test("of less than a gating block is its mean; of silence, and of nothing, none", () => {
    const music = madeMusic(0.3, 44_100, 0.4);
    expect(Math.abs(inSegments(music, 44_100, 4410)! - whole(music, 44_100)!)).toBeLessThan(0.3);
    expect(joinedLoudness([{ firstHop: 0, sums: [0, 0, 0, 0, 0, 0] }], 44_100, 26_460)).toBeNull();
    expect(joinedLoudness([], 44_100, 0)).toBeNull();
  });
});
