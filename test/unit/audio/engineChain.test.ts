import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EngineChain } from "#engine/audio/engineChain.ts";
import { MasteringChain, type Chain } from "#engine/audio/masteringChain.ts";
import { neutralPlan, planFor, type Plan } from "#engine/audio/plan.ts";
import { presets } from "#engine/protocol/variant.ts";
import { madeFingerprint } from "./madeFingerprint.ts";
import { furthestPeaks, madeMusic, noise, noiseSource, peakOfBurst, tone } from "./madeSignals.ts";
import { heavyPlan } from "./madeTracks.ts";

/** Copies of `planar` run through `chain` in blocks; the sizes come round again. */
function through(
  chain: Chain,
  planar: readonly Float32Array[],
  blocks: readonly number[] = [8192],
): readonly Float32Array[] {
  const copies = planar.map((x) => x.slice());
  const total = copies[0]!.length;
  for (let at = 0, k = 0; at < total; k++) {
    const count = Math.min(blocks[k % blocks.length]!, total - at);
    chain.process(
      copies.map((x) => x.subarray(at, at + count)),
      count,
    );
    at += count;
  }
  return copies;
}

/** First frame in which two outputs are not the same number; -1: none. */
function firstDifference(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  for (let channel = 0; channel < a.length; channel++)
    for (let i = 0; i < a[channel]!.length; i++) if (a[channel]![i]! !== b[channel]![i]!) return i;
  return -1;
}

const rate = 44_100;
const second = (seconds: number) => Math.round(seconds * rate);
const bits = noiseSource(9);

/** Bursts and silence, and what hardly reaches the limiter's gate. */
function nasty(): readonly Float32Array[] {
  const total = second(6);
  const left = noise(total, 1.4, 3).fill(0, second(1), second(2.5));
  left.set(tone(second(1), rate, 18_000.7, 0.42), second(3));
  for (let i = second(4); i < second(4.5); i++) left[i] = bits() > 0 ? 0.31 : -0.31;
  const right = left.map((x, i) => (i % 9000 === 4321 ? 2.5 : x * 0.3));
  return [left, right];
}

const signals = {
  "something like music": madeMusic(12, rate, 0.9),
  "quiet music": madeMusic(8, rate, 0.02),
  "one channel of music": madeMusic(8, rate, 0.7).slice(0, 1),
  "bursts, silence, clicks and random bits": nasty(),
};
const alone = (part: Partial<Plan>): Plan => ({ ...neutralPlan, ...part });
const plans: Readonly<Record<string, Plan>> = {
  everything: heavyPlan,
  "an odd number of filters": alone({ eq: heavyPlan.eq.slice(0, 3) }),
  "a compressor": alone({ compressor: heavyPlan.compressor }),
  "a compressor that falls more slowly than it rises": alone({
    compressor: { ...heavyPlan.compressor!, attackMs: 200, releaseMs: 20, kneeDb: 0 },
  }),
  width: alone({ width: 0.6, monoBelowHz: 90 }),
  "mono everywhere": alone({ width: 0 }),
  gain: alone({ gainDb: -7.3 }),
  "a limiter at work": alone({ gainDb: 14, ceilingDb: -1.5 }),
  nothing: neutralPlan,
};

describe("the engine", () => {
  for (const [plan, parts] of Object.entries(plans))
    test(`is equal to the reference bit for bit: ${plan}`, () => {
      for (const [signal, planar] of Object.entries(signals)) {
        const meant = through(new MasteringChain(parts, rate), planar);
        const made = through(new EngineChain(parts, rate), planar);
        expect(`${signal}: ${firstDifference(meant, made)}`).toBe(`${signal}: -1`);
      }
    });

  test("is equal to the reference at any rate, of any plan, in any partition into blocks", () => {
    fc.assert(
      fc.property(
        fc.record({
          seed: fc.nat(10_000),
          preset: fc.constantFrom(...presets),
          intensity: fc.integer({ min: 1, max: 20 }).map((x) => x * 5),
          outputRate: fc.constantFrom(100, 1000, 8000, 44_100, 48_000, 96_000, 192_000),
          frames: fc.integer({ min: 0, max: 30_000 }),
          channels: fc.integer({ min: 1, max: 2 }),
          gain: fc.constantFrom(0.01, 0.3, 1, 8),
          blocks: fc.array(fc.integer({ min: 1, max: 8192 }), { minLength: 1, maxLength: 4 }),
        }),
        ({ seed, preset, intensity, outputRate, frames, channels, gain, blocks }) => {
          const plan = planFor(madeFingerprint(seed), { kind: "enhanced", preset, intensity });
          const planar = [noise(frames, gain, seed), noise(frames, gain / 2, seed + 1)];
          for (const x of planar) x.fill(0, frames / 3, frames / 2);
          const input = planar.slice(0, channels);
          const meant = through(new MasteringChain(plan, outputRate), input);
          const made = through(new EngineChain(plan, outputRate), input, blocks);
          expect(firstDifference(meant, made)).toBe(-1);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("keeps streams apart that take turns", () => {
    const planar = madeMusic(3, rate, 0.9);
    const chains = [heavyPlan, alone({ gainDb: 12, ceilingDb: -3 }), heavyPlan].map(
      (plan) => new EngineChain(plan, rate),
    );
    const apart = chains.map(() => planar.map((x) => x.slice()));
    for (let at = 0; at < planar[0]!.length; at += 1000)
      chains.forEach((chain, k) =>
        chain.process(
          apart[k]!.map((x) => x.subarray(at, at + 1000)),
          Math.min(1000, planar[0]!.length - at),
        ),
      );
    expect(firstDifference(apart[0]!, apart[2]!)).toBe(-1);
    expect(firstDifference(apart[0]!, through(new MasteringChain(heavyPlan, rate), planar))).toBe(
      -1,
    );
  });

  test("takes one or two channels, blocks that fit, and rates that exist", () => {
    const chain = new EngineChain(heavyPlan, rate);
    expect(() => chain.process([], 0)).toThrow(RangeError);
    expect(() =>
      chain.process(
        [1, 2, 3].map(() => new Float32Array(1)),
        1,
      ),
    ).toThrow(RangeError);
    expect(() => chain.process([new Float32Array(9000)], 9000)).toThrow(RangeError);
    expect(() => new EngineChain(heavyPlan, 384_000)).toThrow(RangeError);
    const many = Array.from({ length: 17 }, () => heavyPlan.eq[0]!);
    expect(() => new EngineChain(alone({ eq: many }), rate)).toThrow(RangeError);
  });
});

describe("the limiter's gate", () => {
  const limiting = alone({ gainDb: 6, ceilingDb: -1.5 });
  for (const [name, Chain] of Object.entries({ engine: EngineChain, reference: MasteringChain }))
    test(`leaves the ${name}'s output as it is with the interpolators always on`, () => {
      for (const plan of [heavyPlan, limiting])
        for (const [signal, planar] of Object.entries(signals)) {
          const always = through(new Chain(plan, rate, false), planar);
          const gated = through(new Chain(plan, rate), planar);
          expect(`${signal}: ${firstDifference(always, gated)}`).toBe(`${signal}: -1`);
        }
    });

  for (const [name, Chain] of Object.entries({ engine: EngineChain, reference: MasteringChain }))
    test(`of the ${name} lets no peak by, however far it lies above its samples`, () => {
      const planar = furthestPeaks(80);
      const ceilingOnly = alone({ ceilingDb: -1.5 });
      const always = through(new Chain(ceilingOnly, rate, false), planar);
      const gated = through(new Chain(ceilingOnly, rate), planar);
      expect(firstDifference(always, gated)).toBe(-1);
      // the samples lie below half of the ceiling, and some are limited nevertheless
      const late = new Chain(ceilingOnly, rate).latencyFrames;
      const passed = always[0]!.subarray(late).findIndex((x, i) => x !== planar[0]![i]!);
      expect(passed).toBeGreaterThan(1000);
      expect(peakOfBurst(Math.floor(passed / 1000))).toBeLessThan(0.42);
    });
});
