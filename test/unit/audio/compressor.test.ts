import { describe, expect, test } from "vitest";
import { Compressor, staticGainDb } from "#engine/audio/compressor.ts";
import { exp2, log2 } from "#engine/audio/logarithm.ts";
import type { CompressorPlan } from "#engine/audio/plan.ts";
import { dbOf, noise } from "./madeSignals.ts";

const rate = 48_000;
const plan: CompressorPlan = {
  thresholdDb: -20,
  ratio: 4,
  kneeDb: 6,
  attackMs: 10,
  releaseMs: 100,
};

/** A constant level: what a detector of magnitudes sees of a square wave. */
const steady = (frames: number, levelDb: number) =>
  new Float32Array(frames).map((_, i) => 10 ** (levelDb / 20) * (i % 2 === 0 ? 1 : -1));

describe("the compressor", () => {
  test.each([-10, -19, -21, -3])("settles on its static curve at %d dBFS", (level) => {
    const samples = steady(rate, level);
    new Compressor(plan, rate).processMono(samples, rate);
    expect(dbOf(Math.abs(samples[rate - 1]!))).toBeCloseTo(level + staticGainDb(plan, level), 3);
  });

  test("has its ratio above the knee, and a knee without corners", () => {
    expect(staticGainDb(plan, -10)).toBeCloseTo(-7.5, 9);
    expect(staticGainDb(plan, -23)).toBe(0);
    expect(staticGainDb(plan, -17 - 1e-6)).toBeCloseTo(staticGainDb(plan, -17 + 1e-6), 5);
    expect(staticGainDb(plan, -20)).toBeCloseTo(-0.5625, 9);
  });

  test("leaves what stays below the knee bit for bit", () => {
    const samples = noise(rate, 10 ** (-23.1 / 20));
    const before = samples.slice();
    new Compressor(plan, rate).processMono(samples, rate);
    expect(samples).toEqual(before);
  });

  test("reaches 1 - 1/e of its reduction after the attack, and gives it back after the release", () => {
    const compressor = new Compressor(plan, rate);
    const loud = steady(rate, -10);
    compressor.processMono(loud, rate);
    const attacked = dbOf(Math.abs(loud[Math.round(0.01 * rate)]!)) + 10;
    expect(attacked / -7.5).toBeCloseTo(1 - 1 / Math.E, 2);
    const quiet = steady(rate, -40);
    compressor.processMono(quiet, rate);
    const released = dbOf(Math.abs(quiet[Math.round(0.1 * rate)]!)) + 40;
    expect(released / -7.5).toBeCloseTo(1 / Math.E, 2);
  });

  test("gives both channels the gain that the louder one asks for", () => {
    for (const louder of [0, 1]) {
      const planar = [steady(rate, -50), steady(rate, -50)];
      planar[louder] = steady(rate, -10);
      new Compressor(plan, rate).processStereo(planar[0]!, planar[1]!, rate);
      expect(dbOf(Math.abs(planar[1 - louder]![rate - 1]!))).toBeCloseTo(-57.5, 3);
      expect(dbOf(Math.abs(planar[louder]![rate - 1]!))).toBeCloseTo(-17.5, 3);
    }
  });
});

describe("logarithm and power", () => {
  test("agree with the platform's over the whole range", () => {
    for (let x = 1e-5; x < 100; x *= 1.0137)
      expect(Math.abs(log2(x) - Math.log2(x))).toBeLessThan(1e-7);
    for (let x = -40; x < 10; x += 0.0731)
      expect(Math.abs(exp2(x) / 2 ** x - 1)).toBeLessThan(1e-8);
  });
});
