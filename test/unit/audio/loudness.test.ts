import { describe, expect, test } from "vitest";
import { LoudnessMeter } from "#engine/audio/loudness.ts";
import { tone } from "./madeSignals.ts";

/** Stereo 1 kHz tones of given levels (dBFS peak) and lengths (s), one after the other, measured. */
function measured(rate: number, parts: readonly (readonly [number, number])[], block = 4800) {
  const meter = new LoudnessMeter(rate, 2);
  let at = 0;
  for (const [levelDb, seconds] of parts) {
    const phase = (2 * Math.PI * 1000 * at) / rate;
    const x = tone(Math.round(seconds * rate), rate, 1000, 10 ** (levelDb / 20), phase);
    at += x.length;
    for (let i = 0; i < x.length; i += block) {
      const piece = x.subarray(i, i + block);
      meter.push([piece, piece], piece.length);
    }
  }
  return meter.finish();
}

describe("integrated loudness", () => {
  // EBU Tech 3341, table 1.
  test.each([
    ["case 1: -23 dBFS", [[-23, 20]], -23],
    ["case 2: -33 dBFS", [[-33, 20]], -33],
    [
      "case 3: what lies 10 LU below does not count",
      [
        [-36, 10],
        [-23, 60],
        [-36, 10],
      ],
      -23,
    ],
    [
      "case 4: what lies below -70 does not count",
      [
        [-72, 10],
        [-36, 10],
        [-23, 60],
        [-36, 10],
        [-72, 10],
      ],
      -23,
    ],
    [
      "case 5: three levels",
      [
        [-26, 20],
        [-20, 20.1],
        [-26, 20],
      ],
      -23,
    ],
  ] as const)("EBU Tech 3341 %s", (_, parts, lufs) => {
    expect(Math.abs(measured(48_000, parts).integrated! - lufs)).toBeLessThan(0.1);
  });

  test.each([8000, 11_025, 44_100, 96_000, 192_000])("is the same at %d Hz", (rate) => {
    expect(Math.abs(measured(rate, [[-23, 3]]).integrated! + 23)).toBeLessThan(0.15);
  });

  test("of a single channel is 3 LU below that of two", () => {
    const meter = new LoudnessMeter(48_000, 1);
    const x = tone(96_000, 48_000, 1000, 10 ** (-20 / 20));
    meter.push([x], x.length);
    expect(Math.abs(meter.finish().integrated! + 23)).toBeLessThan(0.1);
  });

  test("of silence is none", () => {
    expect(measured(48_000, [[-200, 2]]).integrated).toBeNull();
    expect(new LoudnessMeter(48_000, 2).finish().integrated).toBeNull();
  });

  test("of a sound shorter than a gating block is its mean", () => {
    for (const seconds of [0.25, 0.1, 0.3])
      expect(Math.abs(measured(48_000, [[-23, seconds]]).integrated! + 23)).toBeLessThan(0.4);
  });

  test("does not depend on the partition into pushes", () => {
    const parts = [
      [-26, 2],
      [-20, 3],
    ] as const;
    const whole = measured(44_100, parts, 44_100);
    const pieces = measured(44_100, parts, 777);
    expect(pieces.integrated).toBeCloseTo(whole.integrated!, 9);
    expect(pieces.range).toBeCloseTo(whole.range, 9);
  });
});

describe("loudness range", () => {
  // EBU Tech 3342, table 1.
  test.each([
    [
      "case 1",
      [
        [-20, 20],
        [-30, 20],
      ],
      10,
    ],
    [
      "case 2",
      [
        [-20, 20],
        [-15, 20],
      ],
      5,
    ],
    [
      "case 3",
      [
        [-40, 20],
        [-20, 20],
      ],
      20,
    ],
    [
      "case 4",
      [
        [-50, 20],
        [-35, 20],
        [-20, 20],
        [-35, 20],
        [-50, 20],
      ],
      15,
    ],
  ] as const)("EBU Tech 3342 %s", (_, parts, lu) => {
    expect(Math.abs(measured(48_000, parts).range - lu)).toBeLessThan(1);
  });
});
