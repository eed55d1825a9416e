import { expect, test } from "vitest";
import { TruePeakMeter } from "#engine/audio/truePeak.ts";
import { dbOf, noise, tone } from "./madeSignals.ts";

function truePeakDb(samples: Float32Array, block = samples.length): number {
  const meter = new TruePeakMeter();
  for (let at = 0; at < samples.length; at += block) {
    const piece = samples.subarray(at, at + block);
    meter.push(piece, piece.length);
  }
  return dbOf(meter.finish());
}

// EBU Tech 3341, cases 15–19: tolerance +0.2 / −0.4 dB. Faded in and out, as the standard has it.
test.each([
  ["a quarter of the rate, on the samples", 12_000, 0],
  ["a quarter of the rate, between the samples", 12_000, 45],
  ["a sixth of the rate", 8000, 60],
  ["an eighth of the rate", 6000, 67.5],
])("a tone of -6 dBFS reads -6 dBTP: %s", (_, frequency, degrees) => {
  const frames = 9600;
  const x = tone(frames, 48_000, frequency, 0.5, (degrees * Math.PI) / 180).map(
    (sample, i) => sample * Math.min(1, i / 500, (frames - i) / 500),
  );
  const reading = truePeakDb(x);
  expect(reading).toBeLessThan(-5.8);
  expect(reading).toBeGreaterThan(-6.4);
});

test("a peak between two samples is found: more than 3 dB above both", () => {
  const x = tone(4800, 48_000, 12_000, 1, Math.PI / 4);
  expect(truePeakDb(x)).toBeGreaterThan(-0.5);
  expect(dbOf(Math.max(...x))).toBeLessThan(-3);
});

test("the gating changes nothing: any partition reads the same", () => {
  const x = noise(20_000, 1).map((sample, i) => sample * (i / 20_000));
  const whole = truePeakDb(x);
  for (const block of [1, 7, 512]) expect(truePeakDb(x, block)).toBe(whole);
});

test("a peak on the last sample is not lost", () => {
  const x = new Float32Array(100);
  x[99] = 0.5;
  expect(truePeakDb(x)).toBeCloseTo(dbOf(0.5), 1);
});

test("silence has no peak", () => {
  expect(truePeakDb(new Float32Array(1000))).toBe(-Infinity);
});
