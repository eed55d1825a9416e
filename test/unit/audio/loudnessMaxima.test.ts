/** EBU Tech 3341, cases 9–14: stereo tones of 1 kHz at 48 kHz, made from their published descriptions. */
import { describe, expect, test } from "vitest";
import { LoudnessMaxima } from "#engine/audio/loudnessMaxima.ts";
import { tone } from "./madeSignals.ts";

const rate = 48_000;
/** dBFS of the peak (null: silence), seconds */
type Part = readonly [levelDb: number | null, seconds: number];

const frames = (seconds: number) => Math.round(seconds * rate);

/** @param heard called after every 100 ms, with the seconds that have passed */
function measured(
  parts: readonly Part[],
  heard: (meter: LoudnessMaxima, seconds: number) => void = () => undefined,
  block = 4800,
) {
  const meter = new LoudnessMaxima(rate, 2);
  const samples: number[] = [];
  for (const [levelDb, seconds] of parts) {
    const phase = (2 * Math.PI * 1000 * samples.length) / rate;
    const level = levelDb === null ? 0 : 10 ** (levelDb / 20);
    for (const sample of tone(frames(seconds), rate, 1000, level, phase)) samples.push(sample);
  }
  const x = Float32Array.from(samples);
  for (let at = 0; at < x.length; at += block) {
    const piece = x.subarray(at, at + block);
    meter.push([piece, piece], piece.length);
    heard(meter, (at + piece.length) / rate);
  }
  return meter;
}

const repeated = (times: number, parts: readonly Part[]) =>
  Array.from({ length: times }, () => parts).flat();
const segments = Array.from({ length: 20 }, (_, at) => at);

describe("short-term loudness", () => {
  test("EBU Tech 3341 case 9: two levels that alternate within three seconds read the same throughout", () => {
    const parts = repeated(5, [
      [-20, 1.34],
      [-30, 1.66],
    ]);
    let read = 0;
    measured(parts, ({ shortTerm }, seconds) => {
      if (seconds < 3) return expect(shortTerm).toBeNull();
      read++;
      expect(Math.abs(shortTerm! + 23)).toBeLessThan(0.1);
    });
    expect(read).toBe(121);
  });

  test("EBU Tech 3341 case 10: three seconds of tone are found wherever they begin", () => {
    for (const at of segments) {
      const parts: Part[] = [
        [null, 0.15 * at],
        [-23, 3],
        [null, 1],
      ];
      expect(Math.abs(measured(parts).finish().shortTerm! + 23)).toBeLessThan(0.1);
    }
  });

  test("EBU Tech 3341 case 11: the highest follows tones that grow", () => {
    const most: number[] = [];
    const parts = segments.flatMap((at): Part[] => [
      [null, 0.15 * at],
      [-38 + at, 3],
      [null, 3 - 0.15 * at],
    ]);
    measured(parts, (meter, seconds) => {
      if (Math.abs(seconds / 6 - Math.round(seconds / 6)) < 1e-6)
        most.push(meter.finish().shortTerm!);
    });
    expect(most).toHaveLength(20);
    most.forEach((lufs, at) => expect(Math.abs(lufs - (at - 38))).toBeLessThan(0.1));
  });
});

describe("momentary loudness", () => {
  test("EBU Tech 3341 case 12: two levels that alternate within 400 ms read the same throughout", () => {
    const parts = repeated(25, [
      [-20, 0.18],
      [-30, 0.22],
    ]);
    let read = 0;
    measured(parts, ({ momentary }, seconds) => {
      if (seconds < 1) return;
      read++;
      expect(Math.abs(momentary! + 23)).toBeLessThan(0.1);
    });
    expect(read).toBe(91);
  });

  test("EBU Tech 3341 case 13: 400 ms of tone are found wherever they begin", () => {
    for (const at of segments) {
      const parts: Part[] = [
        [null, 0.02 * at],
        [-23, 0.4],
        [null, 1],
      ];
      expect(Math.abs(measured(parts).finish().momentary! + 23)).toBeLessThan(0.1);
    }
  });

  test("EBU Tech 3341 case 14: the highest follows tones that grow", () => {
    const most: number[] = [];
    const parts = segments.flatMap((at): Part[] => [
      [null, 0.02 * at],
      [-38 + at, 0.4],
      [null, 0.4 - 0.02 * at],
    ]);
    measured(parts, (meter, seconds) => {
      if (Math.abs(seconds / 0.8 - Math.round(seconds / 0.8)) < 1e-6)
        most.push(meter.finish().momentary!);
    });
    expect(most).toHaveLength(20);
    most.forEach((lufs, at) => expect(Math.abs(lufs - (at - 38))).toBeLessThan(0.1));
  });
});

test("the highest are none where there is less than a window, or nothing to hear", () => {
  expect(measured([[-23, 0.39]]).finish()).toEqual({ momentary: null, shortTerm: null });
  const short = measured([[-23, 2.9]]).finish();
  expect(short.shortTerm).toBeNull();
  expect(Math.abs(short.momentary! + 23)).toBeLessThan(0.1);
  expect(measured([[null, 4]]).finish()).toEqual({ momentary: null, shortTerm: null });
});

test("the highest do not depend on how the sound is cut", () => {
  const parts: readonly Part[] = [
    [-26, 1.234],
    [-20, 2.5],
    [-40, 1],
  ];
  const whole = measured(parts, undefined, 100_000).finish();
  const pieces = measured(parts, undefined, 777).finish();
  expect(pieces.momentary).toBeCloseTo(whole.momentary!, 9);
  expect(pieces.shortTerm).toBeCloseTo(whole.shortTerm!, 9);
});
