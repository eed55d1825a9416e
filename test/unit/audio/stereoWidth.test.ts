import { expect, test } from "vitest";
import { StereoWidth } from "#engine/audio/stereoWidth.ts";
import { dbOf, noise, rms, tone } from "./madeSignals.ts";

const rate = 48_000;

function sideOf([left, right]: readonly Float32Array[]): Float32Array {
  return left!.map((x, i) => 0.5 * (x - right![i]!));
}

function midOf([left, right]: readonly Float32Array[]): Float32Array {
  return left!.map((x, i) => 0.5 * (x + right![i]!));
}

function processed(planar: readonly Float32Array[], width: number, monoBelowHz: number | null) {
  const copies = planar.map((x) => x.slice());
  new StereoWidth(width, monoBelowHz, rate).process(copies[0]!, copies[1]!, copies[0]!.length);
  return copies;
}

const stereo = [noise(rate, 0.4, 1), noise(rate, 0.4, 2)];

test("the width scales the side and leaves the mid alone", () => {
  const wide = processed(stereo, 1.25, null);
  expect(rms(sideOf(wide)) / rms(sideOf(stereo))).toBeCloseTo(1.25, 4);
  const mid = midOf(stereo);
  midOf(wide).forEach((x, i) => {
    if (Math.abs(x - mid[i]!) > 1e-6) throw new Error(`mid differs at ${i}`);
  });
});

test("a width of nil is mono", () => {
  const [left, right] = processed(stereo, 0, null);
  expect(left).toEqual(right);
});

test("mono below a corner: the side is gone in the bass and whole above", () => {
  for (const [frequency, expectedDb] of [
    [30, -24.1],
    [120, -3],
    [2000, 0],
  ] as const) {
    const left = tone(rate, rate, frequency, 0.3);
    const before = [left, left.map((x) => -x)];
    const after = processed(before, 1, 120);
    expect(dbOf(rms(sideOf(after), rate / 2) / rms(sideOf(before), rate / 2))).toBeCloseTo(
      expectedDb,
      1,
    );
  }
});

test("a corner that the rate cannot carry is left out", () => {
  const copies = stereo.map((x) => x.slice(0, 1000));
  new StereoWidth(1, 120, 200).process(copies[0]!, copies[1]!, 1000);
  expect(rms(sideOf(copies))).toBeCloseTo(rms(sideOf(stereo.map((x) => x.slice(0, 1000)))), 6);
});
