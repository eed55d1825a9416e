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
  ["case 15: a quarter of the rate, on the samples", 12_000, 0, 0.5, -6],
  ["case 16: a quarter of the rate, between the samples", 12_000, 45, 0.5, -6],
  ["case 17: a sixth of the rate", 8000, 60, 0.5, -6],
  ["case 18: an eighth of the rate", 6000, 67.5, 0.5, -6],
  ["case 19: above full scale", 12_000, 45, 1.41, 3],
])("EBU Tech 3341 %s", (_, frequency, degrees, amplitude, dbtp) => {
  const frames = 9600;
  const x = tone(frames, 48_000, frequency, amplitude, (degrees * Math.PI) / 180).map(
    (sample, i) => sample * Math.min(1, i / 500, (frames - i) / 500),
  );
  const error = truePeakDb(x) - dbtp;
  expect(error).toBeLessThan(0.2);
  expect(error).toBeGreaterThan(-0.4);
});

// Cases 20–23: a tone at a sixth of the rate, amplitude 0.5, that contains a single period at a quarter of the rate, amplitude 1;
// made at four times the rate, filtered, and every fourth sample taken from the 1st, 2nd, 3rd or 4th on.
test.each([
  [20, 0, 0.2],
  [21, 1, -0.5],
  [22, 2, -2.5],
  [23, 3, -0.5],
])("EBU Tech 3341 case %d: a short peak reads 0 dBTP", (_, offset, samplesBelowDb) => {
  const x = everyFourth(lowPassed(burst()), offset);
  expect(dbOf(Math.max(...x.map(Math.abs)))).toBeLessThan(samplesBelowDb);
  const reading = truePeakDb(x);
  expect(reading).toBeLessThan(0.2);
  expect(reading).toBeGreaterThan(-0.4);
});

/** At 192 kHz; the period stands between two zeros of the tone. */
function burst(): Float64Array {
  const [slow, fast, start] = [24, 16, 24 * 400];
  return Float64Array.from({ length: 24 * 800 }, (_, i) => {
    const fade = Math.min(1, i / 2000, (24 * 800 - i) / 2000);
    if (i >= start && i < start + fast) return Math.sin((2 * Math.PI * (i - start)) / fast);
    const at = i < start ? i : i - fast;
    return 0.5 * fade * Math.sin((2 * Math.PI * at) / slow);
  });
}

/** Below the half of a quarter of the rate: a sinc under a Blackman window, 100 dB down from 24 kHz on. */
function lowPassed(x: Float64Array): Float64Array {
  const half = 128;
  const cut = 0.1125;
  const taps = Array.from({ length: 2 * half + 1 }, (_, k) => {
    const t = k - half;
    const sinc = t === 0 ? 2 * cut : Math.sin(2 * Math.PI * cut * t) / (Math.PI * t);
    const w = (Math.PI * k) / half;
    return sinc * (0.42 - 0.5 * Math.cos(w) + 0.08 * Math.cos(2 * w));
  });
  return x.map((_, i) => taps.reduce((sum, tap, k) => sum + tap * (x[i + half - k] ?? 0), 0));
}

function everyFourth(x: Float64Array, offset: number): Float32Array {
  return Float32Array.from({ length: Math.floor(x.length / 4) }, (_, i) => x[4 * i + offset]!);
}

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
