import { describe, expect, test } from "vitest";
import { chainLatency, longestTimeConstant, MasteringChain } from "#engine/audio/masteringChain.ts";
import type { Plan } from "#engine/audio/plan.ts";
import { neutralPlan, planFor } from "#engine/audio/plan.ts";
import { defaultGeometry } from "#engine/protocol/geometry.ts";
import { presets } from "#engine/protocol/variant.ts";
import { madeFingerprint } from "./madeFingerprint.ts";
import { dbOf, madeMusic, noise, rms, tone } from "./madeSignals.ts";

const rate = 44_100;

const fullPlan: Plan = {
  ...neutralPlan,
  eq: [
    { type: "highpass", frequency: 25, q: 0.7, gainDb: 0 },
    { type: "peaking", frequency: 1000, q: 1, gainDb: 4 },
  ],
  compressor: { thresholdDb: -20, ratio: 2, kneeDb: 6, attackMs: 10, releaseMs: 200 },
  width: 1.2,
  monoBelowHz: 120,
  gainDb: 6,
  ceilingDb: -1.5,
};

function processed(planar: readonly Float32Array[], plan: Plan, block = 4096): Float32Array[] {
  const chain = new MasteringChain(plan, rate);
  const copies = planar.map((x) => x.slice());
  for (let at = 0; at < copies[0]!.length; at += block) {
    const pieces = copies.map((x) => x.subarray(at, at + block));
    chain.process(pieces, pieces[0]!.length);
  }
  return copies;
}

describe("the chain", () => {
  test("with a neutral plan passes every sample unchanged, at once", () => {
    const input = [noise(10_000, 1.2, 1), noise(10_000, 1.2, 2)];
    expect(processed(input, neutralPlan)).toEqual(input);
    expect(new MasteringChain(neutralPlan, rate).latencyFrames).toBe(0);
  });

  test("is late by exactly the frames that it says", () => {
    const plan = { ...neutralPlan, gainDb: -6, ceilingDb: -1.5 };
    const impulse = new Float32Array(2000);
    impulse[500] = 0.5;
    const [out] = processed([impulse], plan);
    const chain = new MasteringChain(plan, rate);
    expect(chain.latencyFrames).toBe(chainLatency(plan, rate));
    expect(out!.findIndex((x) => x !== 0)).toBe(500 + chain.latencyFrames);
  });

  test("applies its gain before the limiter: what is raised too far is held", () => {
    const quiet = tone(rate, rate, 440, 0.1);
    const raised = processed([quiet], { ...neutralPlan, gainDb: 12, ceilingDb: -1.5 })[0]!;
    expect(dbOf(rms(raised, 10_000) / rms(quiet, 10_000))).toBeCloseTo(12, 2);
    const held = processed([quiet], { ...neutralPlan, gainDb: 40, ceilingDb: -1.5 })[0]!;
    expect(dbOf(Math.max(...held.slice(10_000)))).toBeCloseTo(-1.5, 1);
  });

  test("computes the same whatever the partition into blocks", () => {
    const input = madeMusic(2, rate, 0.9);
    const whole = processed(input, fullPlan, 8192);
    for (const block of [100, 1024, 5000]) expect(processed(input, fullPlan, block)).toEqual(whole);
  });

  test("gives a mono track what both sides of the same stereo track get", () => {
    const [mono] = madeMusic(2, rate, 0.9);
    const alone = processed([mono!], fullPlan)[0]!;
    const both = processed([mono!, mono!], fullPlan);
    expect(both[1]).toEqual(both[0]);
    let largest = 0;
    alone.forEach((x, i) => (largest = Math.max(largest, Math.abs(x - both[0]![i]!))));
    expect(largest).toBeLessThan(1e-6);
  });

  test("takes one or two channels", () => {
    const chain = new MasteringChain(fullPlan, rate);
    expect(() => chain.process([], 0)).toThrow(RangeError);
    const three = [1, 2, 3].map(() => new Float32Array(10));
    expect(() => chain.process(three, 10)).toThrow(RangeError);
  });
});

describe("time constants", () => {
  test("no plan of any preset has one beyond a fourteenth of the context", () => {
    for (const preset of presets)
      for (const intensity of [5, 50, 100])
        for (const seed of [1, 2, 3, 4])
          for (const outputRate of [8000, 44_100, 192_000]) {
            const plan = planFor(madeFingerprint(seed), { kind: "enhanced", preset, intensity });
            const longest = longestTimeConstant(plan, outputRate);
            expect(longest).toBeGreaterThan(0);
            expect(longest).toBeLessThanOrEqual(defaultGeometry.contextSeconds / 14);
          }
  });

  test("the slowest stage counts, whichever it is", () => {
    expect(longestTimeConstant(fullPlan, rate)).toBeCloseTo(0.2, 9);
    const slowFilter = {
      ...fullPlan,
      eq: [{ type: "peaking", frequency: 20, q: 40, gainDb: 6 }],
    } as const satisfies Plan;
    expect(longestTimeConstant(slowFilter, rate)).toBeGreaterThan(0.5);
    expect(longestTimeConstant(neutralPlan, rate)).toBe(0);
  });
});
