import { describe, expect, test } from "vitest";
import {
  BiquadCascade,
  biquadCoefficients,
  biquadGainDb,
  biquadTimeConstant,
} from "#engine/audio/biquad.ts";
import type { EqBand } from "#engine/audio/plan.ts";
import { dbOf, noise, rms, tone } from "./madeSignals.ts";

const rate = 48_000;

/** Gain of a cascade for a steady tone, dB. */
function measuredGainDb(bands: readonly EqBand[], frequency: number): number {
  const before = tone(rate, rate, frequency, 0.25);
  const after = before.slice();
  new BiquadCascade(bands, rate).processMono(after, after.length);
  return dbOf(rms(after, rate / 2) / rms(before, rate / 2));
}

const bell: EqBand = { type: "peaking", frequency: 1000, q: 1, gainDb: 6 };
const low: EqBand = { type: "lowshelf", frequency: 200, q: 0.7, gainDb: -5 };
const high: EqBand = { type: "highshelf", frequency: 6000, q: 0.7, gainDb: 4 };
const cut: EqBand = { type: "highpass", frequency: 100, q: Math.SQRT1_2, gainDb: 0 };

describe("a filter section", () => {
  test.each([
    ["a bell has its gain at its frequency", bell, 1000, 6],
    ["a bell leaves the far ends alone", bell, 20, 0],
    ["a low shelf has its gain far below", low, 20, -5],
    ["a low shelf has half its gain at its frequency", low, 200, -2.5],
    ["a low shelf leaves the top alone", low, 8000, 0],
    ["a high shelf has its gain far above", high, 20_000, 4],
    ["a high shelf leaves the bottom alone", high, 100, 0],
    ["a high-pass is 3 dB down at its corner", cut, 100, -3.01],
    ["a high-pass falls by 12 dB per octave", cut, 25, -24.1],
    ["a high-pass leaves the rest alone", cut, 2000, 0],
  ] as const)("%s", (_, band, frequency, gainDb) => {
    expect(measuredGainDb([band], frequency)).toBeCloseTo(gainDb, 0.9);
  });

  test("does what its computed response says, at every frequency", () => {
    for (const band of [bell, low, high, cut])
      for (const frequency of [30, 90, 250, 700, 1500, 5000, 12_000]) {
        const computed = biquadGainDb(biquadCoefficients(band, rate), frequency, rate);
        expect(measuredGainDb([band], frequency)).toBeCloseTo(computed, 2);
      }
  });

  test("decays to 1/e in its time constant", () => {
    const coefficients = biquadCoefficients({ ...bell, frequency: 50, q: 5 }, rate);
    const constant = biquadTimeConstant(coefficients, rate);
    const ring = new Float32Array(rate);
    ring[0] = 1;
    new BiquadCascade([{ ...bell, frequency: 50, q: 5 }], rate).processMono(ring, ring.length);
    const at = (seconds: number) => {
      const from = Math.round(seconds * rate);
      // One period of 50 Hz: 960 frames.
      return rms(ring, from, from + 960);
    };
    expect(Math.log(at(0.1) / at(0.1 + constant))).toBeCloseTo(1, 1);
  });
});

describe("a cascade", () => {
  test("adds the gains of its sections", () => {
    const computed = [bell, low, high, cut]
      .map((band) => biquadGainDb(biquadCoefficients(band, rate), 300, rate))
      .reduce((sum, gain) => sum + gain);
    expect(measuredGainDb([bell, low, high, cut], 300)).toBeCloseTo(computed, 2);
  });

  test("treats both channels like a mono signal, whatever the partition into blocks", () => {
    const left = noise(10_000, 0.5, 1);
    const right = noise(10_000, 0.5, 2);
    const alone = [left, right].map((channel) => {
      const copy = channel.slice();
      new BiquadCascade([bell, low, high, cut], rate).processMono(copy, copy.length);
      return copy;
    });
    const stereo = new BiquadCascade([bell, low, high, cut], rate);
    for (let at = 0; at < 10_000; at += 1000)
      stereo.processStereo(left.subarray(at), right.subarray(at), 1000);
    expect(left).toEqual(alone[0]);
    expect(right).toEqual(alone[1]);
  });

  test("leaves out bands that the rate cannot carry", () => {
    const samples = noise(1000, 0.5);
    const before = samples.slice();
    new BiquadCascade([{ ...high, frequency: 7500 }], 16_000).processMono(samples, 1000);
    expect(samples).toEqual(before);
  });

  test("is as fast in the silence after sound as in sound: no denormal numbers stay in it", () => {
    const cascade = new BiquadCascade([cut, bell, low, high], rate);
    const sound = noise(8192, 0.5);
    const block = new Float32Array(8192);
    const fastestMs = (input: Float32Array) => {
      let fastest = Infinity;
      for (let run = 0; run < 20; run++) {
        block.set(input);
        const begun = performance.now();
        cascade.processMono(block, block.length);
        cascade.settle();
        fastest = Math.min(fastest, performance.now() - begun);
      }
      return fastest;
    };
    const inSound = fastestMs(sound);
    const silence = new Float32Array(8192);
    for (let run = 0; run < 60; run++) fastestMs(silence);
    expect(fastestMs(silence)).toBeLessThan(inSound * 4);
  });
});
