import { describe, expect, test } from "vitest";
import * as fc from "fast-check";
import { ditherAt, ditherToS16, exactToS16 } from "#engine/audio/dither.ts";
import { engineDither } from "#engine/audio/engineDither.ts";
import { noise, tone } from "./madeSignals.ts";

const int16 = (bytes: Uint8Array) => new Int16Array(Uint8Array.from(bytes).buffer);

describe("dither", () => {
  const frames = 200_000;
  const values = Float64Array.from({ length: frames }, (_, frame) => ditherAt(frame, 0));
  const mean = (f: (i: number) => number, from = 0) => {
    let sum = 0;
    for (let i = from; i < frames; i++) sum += f(i);
    return sum / (frames - from);
  };

  test("is triangular between -1 and 1: mean nil, variance 1/6, half of it within 0.2929", () => {
    expect(Math.abs(mean((i) => values[i]!))).toBeLessThan(0.005);
    expect(mean((i) => values[i]! ** 2)).toBeCloseTo(1 / 6, 2);
    expect(mean((i) => (Math.abs(values[i]!) < 0.2929 ? 1 : 0))).toBeCloseTo(0.5, 2);
    expect(values.every((value) => Math.abs(value) <= 1)).toBe(true);
  });

  test("is white, and independent between channels", () => {
    for (const lag of [1, 2, 3, 7, 64, 441, 1024, 4096])
      expect(Math.abs(mean((i) => values[i]! * values[i - lag]!, lag)) * 6).toBeLessThan(0.015);
    expect(Math.abs(mean((i) => values[i]! * ditherAt(i, 1))) * 6).toBeLessThan(0.015);
  });

  test("depends on the absolute frame only: pieces equal the whole", () => {
    const x = tone(3000, 48_000, 440, 0.3);
    for (const start of [0, 2 ** 32 - 1000, 24 * 3600 * 192_000 - 3000]) {
      const whole = ditherToS16([x, x], 3000, start);
      const pieces = [0, 1000, 2000].map((at) => {
        const piece = x.subarray(at, at + 1000);
        return ditherToS16([piece, piece], 1000, start + at);
      });
      expect(Buffer.concat(pieces).equals(whole)).toBe(true);
      const first = int16(whole)[0]!;
      expect(first).toBe(Math.floor(x[0]! * 32_768 + ditherAt(start, 0) + 0.5));
    }
  });

  test("does not repeat after 2^32 frames", () => {
    const near = Array.from({ length: 64 }, (_, i) => ditherAt(i, 0));
    const far = Array.from({ length: 64 }, (_, i) => ditherAt(i + 2 ** 32, 0));
    expect(far).not.toEqual(near);
  });

  test("keeps a tone that is smaller than one step: amplitude right on average", () => {
    const x = tone(frames, 48_000, 1000, 0.4 / 32_768);
    const samples = int16(ditherToS16([x], frames, 0));
    const amplitude = 2 * mean((i) => samples[i]! * Math.sin((2 * Math.PI * 1000 * i) / 48_000));
    expect(amplitude).toBeCloseTo(0.4, 1);
    expect(Math.abs(amplitude - 0.4)).toBeLessThan(0.02);
  });
});

describe("the engine's dither", () => {
  const wide = fc.oneof(
    fc.constantFrom(0, 2 ** 32 - 1000, 2 ** 32 - 1, 2 ** 32, 24 * 3600 * 192_000),
    fc.integer({ min: 0, max: 2 ** 45 }),
  );
  test("has the reference's bytes, of one channel or two, at any level, length and frame", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 }),
        fc.integer({ min: 0, max: 20_000 }),
        wide,
        fc.constantFrom(0, 1e-7, 0.3, 1, 1.5, 1e9),
        (channels, count, start, gain) => {
          const planar = [noise(count, gain, 3), noise(count, gain, 4)].slice(0, channels);
          const made = engineDither(planar, count, start);
          expect(Buffer.compare(made, ditherToS16(planar, count, start))).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("takes any sample that there is", () => {
    const odd = Float32Array.of(NaN, Infinity, -Infinity, 3e38, -0, 1e-45, 32_767.5 / 32_768, -1);
    expect(Buffer.compare(engineDither([odd, odd], 8, 7), ditherToS16([odd, odd], 8, 7))).toBe(0);
    expect(() => engineDither([odd, odd, odd], 8, 0)).toThrow(RangeError);
  });
});

describe("sixteen bits", () => {
  test("saturate instead of wrapping", () => {
    const x = Float32Array.from([2, -2, 1, -1, NaN]);
    for (const samples of [int16(ditherToS16([x], 4, 9)), int16(exactToS16([x], 4))]) {
      expect(samples[0]).toBe(32_767);
      expect(samples[1]).toBe(-32_768);
      expect(samples[2]).toBeGreaterThanOrEqual(32_766);
      expect(samples[3]).toBeLessThanOrEqual(-32_767);
    }
  });

  test("interleave the channels", () => {
    const left = Float32Array.from([1, 2, 3], (n) => n / 32_768);
    const right = Float32Array.from([-1, -2, -3], (n) => n / 32_768);
    expect([...int16(exactToS16([left, right], 3))]).toEqual([1, -1, 2, -2, 3, -3]);
  });
});
