import { describe, expect, test } from "vitest";
import { Resampler } from "#engine/audio/resample.ts";
import { dbOf } from "./madeSignals.ts";

/** Resamples `[from, until)` of a source given as a function of its frame. */
function resampled(
  fromRate: number,
  toRate: number,
  source: (frame: number) => number,
  from: number,
  until: number,
): Float32Array {
  const resampler = new Resampler(fromRate, toRate);
  const range = resampler.sourceRange(from, until);
  const input = Float32Array.from({ length: range.until - range.from }, (_, i) =>
    source(range.from + i),
  );
  const into = new Float32Array(until - from);
  resampler.resample([input], from, until, [into]);
  return into;
}

/** Largest distance of the resampled tone from the true one, dB below full scale. */
function toneErrorDb(fromRate: number, toRate: number, frequency: number, from = 0): number {
  const out = resampled(
    fromRate,
    toRate,
    (frame) => Math.sin((2 * Math.PI * frequency * frame) / fromRate),
    from,
    from + 2000,
  );
  let largest = 0;
  out.forEach((x, i) => {
    const wanted = Math.sin((2 * Math.PI * frequency * (from + i)) / toRate);
    largest = Math.max(largest, Math.abs(x - wanted));
  });
  return dbOf(largest);
}

describe("resampling", () => {
  test.each([
    [44_100, 48_000],
    [48_000, 44_100],
    [44_100, 96_000],
    [96_000, 44_100],
    [192_000, 44_100],
    [8000, 48_000],
    [48_000, 8000],
    [11_025, 192_000],
    [22_050, 44_100],
    [44_099, 48_000],
    [1000, 1500],
  ])("%d Hz to %d Hz keeps a tone in tune and in place to -95 dB", (fromRate, toRate) => {
    const nyquist = Math.min(fromRate, toRate) / 2;
    for (const share of [0.02, 0.3, 0.7, 0.89])
      expect(toneErrorDb(fromRate, toRate, share * nyquist)).toBeLessThan(-95);
  });

  test.each([
    [48_000, 44_100],
    [96_000, 44_100],
    [192_000, 48_000],
    [44_100, 8000],
  ])("%d Hz to %d Hz lets nothing above the new Nyquist frequency alias", (fromRate, toRate) => {
    for (const share of [1.005, 1.05, 1.3]) {
      const frequency = (share * toRate) / 2;
      if (frequency > fromRate / 2) continue;
      const out = resampled(
        fromRate,
        toRate,
        (frame) => Math.sin((2 * Math.PI * frequency * frame) / fromRate),
        0,
        2000,
      );
      expect(dbOf(Math.max(...out.map(Math.abs)))).toBeLessThan(-98);
    }
  });

  test("leaves no image above the old Nyquist frequency", () => {
    const frequency = 0.89 * 22_050;
    // What is left after the true tone is taken away is image and ripple.
    expect(toneErrorDb(44_100, 96_000, frequency)).toBeLessThan(-98);
  });

  test("has unity gain for a constant", () => {
    const out = resampled(44_100, 48_000, () => 0.5, 1000, 1500);
    out.forEach((x) => expect(x).toBeCloseTo(0.5, 6));
  });

  test("OUT-8: computes any range exactly as the whole: joins cannot be told", () => {
    const source = (frame: number) => Math.sin(frame * frame * 0.0001) * 0.7;
    for (const [fromRate, toRate] of [
      [44_100, 48_000],
      [48_000, 44_100],
      [44_099, 48_000],
    ] as const) {
      const whole = resampled(fromRate, toRate, source, 0, 3000);
      for (const [from, until] of [
        [0, 1],
        [1, 2],
        [1234, 2345],
        [2999, 3000],
      ] as const)
        expect(resampled(fromRate, toRate, source, from, until)).toEqual(whole.slice(from, until));
    }
  });

  test("is as exact after a day as at the start", () => {
    const day = 24 * 3600;
    // A whole number of periods per second, so that the wanted tone can be computed exactly.
    const from = day * 192_000 - 500;
    const out = resampled(
      176_400,
      192_000,
      (frame) => Math.sin((2 * Math.PI * 1000 * (frame % 176_400)) / 176_400),
      from,
      from + 1000,
    );
    let largest = 0;
    out.forEach((x, i) => {
      const wanted = Math.sin((2 * Math.PI * 1000 * ((from + i) % 192_000)) / 192_000);
      largest = Math.max(largest, Math.abs(x - wanted));
    });
    expect(dbOf(largest)).toBeLessThan(-95);
  });
});
