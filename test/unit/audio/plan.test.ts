import { describe, expect, test } from "vitest";
import { measureLoudness } from "#engine/audio/measureLoudness.ts";
import { estimateOutput } from "#engine/audio/equalisation.ts";
import { FingerprintAnalyser, type Fingerprint } from "#engine/audio/fingerprint.ts";
import type { Plan } from "#engine/audio/plan.ts";
import { defaultGoals, neutralPlan, planFor, planText } from "#engine/audio/plan.ts";
import { defaultGeometry, frames } from "#engine/protocol/geometry.ts";
import type { Preset } from "#engine/protocol/variant.ts";
import { originalVariant, presets } from "#engine/protocol/variant.ts";
import { madeFingerprint, ordinaryFingerprint } from "./madeFingerprint.ts";
import { madeMusic } from "./madeSignals.ts";

const enhanced = (preset: Preset, intensity: number) =>
  ({ kind: "enhanced", preset, intensity }) as const;

/** Gain of the filter at a frequency; 0 when the plan has none there. */
const bandGain = (plan: Plan, frequency: number) =>
  plan.eq.find((band) => band.frequency === frequency)?.gainDb ?? 0;

describe("a plan", () => {
  test("is the same for the same fingerprint and variant, to the letter", () => {
    for (const preset of presets) {
      const again = { ...ordinaryFingerprint, bandsDb: [...ordinaryFingerprint.bandsDb] };
      expect(planText(planFor(again, enhanced(preset, 80)))).toBe(
        planText(planFor(ordinaryFingerprint, enhanced(preset, 80))),
      );
    }
  });

  test("is quantised: noise in the fingerprint's last digits does not reach it", () => {
    const shaken = {
      ...ordinaryFingerprint,
      integratedLoudness: -18 + 1e-9,
      bandsDb: ordinaryFingerprint.bandsDb.map((level) => level - 1e-9),
    };
    expect(planText(planFor(shaken, enhanced("warm", 80)))).toBe(
      planText(planFor(ordinaryFingerprint, enhanced("warm", 80))),
    );
  });

  test("has a text with sorted keys, whatever the order in which it was built", () => {
    const plan = planFor(ordinaryFingerprint, enhanced("adaptive", 80));
    const shuffled = Object.fromEntries(Object.entries(plan).reverse()) as Plan;
    expect(planText(shuffled)).toBe(planText(plan));
    expect(JSON.parse(planText(plan))).toEqual(plan);
  });

  test("differs between all presets", () => {
    const texts = presets.map((preset) =>
      planText(planFor(ordinaryFingerprint, enhanced(preset, 80))),
    );
    expect(new Set(texts).size).toBe(presets.length);
  });

  test("with intensity 0 changes nothing at all", () => {
    for (const preset of presets)
      for (const seed of [1, 2, 3])
        expect(planFor(madeFingerprint(seed), enhanced(preset, 0))).toEqual(neutralPlan);
  });

  test("of silence changes nothing: silence is never boosted", () => {
    const silent = { ...ordinaryFingerprint, integratedLoudness: null, truePeakDb: null };
    for (const preset of presets)
      expect(planFor(silent, enhanced(preset, 100))).toEqual(neutralPlan);
  });

  test("does more with more intensity, parameter by parameter", () => {
    for (const preset of presets) {
      const plans = [5, 35, 65, 100].map((i) => planFor(ordinaryFingerprint, enhanced(preset, i)));
      for (let k = 1; k < plans.length; k++) {
        const [less, more] = [plans[k - 1]!, plans[k]!];
        for (const band of more.eq)
          expect(Math.abs(band.gainDb)).toBeGreaterThanOrEqual(
            Math.abs(bandGain(less, band.frequency)),
          );
        expect(more.compressor!.ratio).toBeGreaterThan(less.compressor!.ratio);
        expect(Math.abs(more.width - 1)).toBeGreaterThanOrEqual(Math.abs(less.width - 1));
      }
    }
  });

  test("stays within sane bounds for anything that a file may be", () => {
    for (let seed = 1; seed < 60; seed++)
      for (const preset of presets) {
        const plan = planFor(madeFingerprint(seed), enhanced(preset, 100));
        for (const band of plan.eq) expect(Math.abs(band.gainDb)).toBeLessThanOrEqual(9);
        expect(Math.abs(plan.gainDb)).toBeLessThanOrEqual(18);
        expect(plan.width).toBeGreaterThanOrEqual(0.8);
        expect(plan.width).toBeLessThanOrEqual(1.4);
        expect(plan.ceilingDb).toBe(-1.5);
        expect(plan.compressor!.ratio).toBeLessThanOrEqual(3);
      }
  });

  test("for the original does not exist", () => {
    expect(() => planFor(ordinaryFingerprint, originalVariant)).toThrow(RangeError);
  });
});

describe("goals", () => {
  const goals = { targetLoudness: -20, ceilingDb: -3 };

  test("are in the plan, and so in the key", () => {
    const variant = enhanced("adaptive", 100);
    const [usual, other] = [
      planFor(ordinaryFingerprint, variant),
      planFor(ordinaryFingerprint, variant, goals),
    ];
    expect(other.ceilingDb).toBe(-3);
    expect(other.gainDb).toBeCloseTo(usual.gainDb - 6, 5);
    expect(planText(other)).not.toBe(planText(usual));
    expect(planText(planFor(ordinaryFingerprint, variant, defaultGoals))).toBe(planText(usual));
  });

  test("do not turn intensity 0 or silence into anything", () => {
    expect(planFor(ordinaryFingerprint, enhanced("warm", 0), goals)).toEqual(neutralPlan);
    const silent = { ...ordinaryFingerprint, integratedLoudness: null };
    expect(planFor(silent, enhanced("warm", 100), goals)).toEqual(neutralPlan);
  });
});

describe("intensity", () => {
  const steps = Array.from({ length: 21 }, (_, k) => 5 * k);
  /** What is known beforehand of the loudness that a plan gives. */
  const loudnessOf = (fingerprint: Fingerprint, plan: Plan) =>
    plan === neutralPlan
      ? fingerprint.integratedLoudness!
      : estimateOutput(fingerprint, plan.eq, plan.compressor).loudness + plan.gainDb;

  test("never turns any parameter back, for whatever a file may be", () => {
    for (let seed = 1; seed <= 40; seed++)
      for (const preset of presets) {
        const print = madeFingerprint(seed);
        const plans = steps.map((intensity) => planFor(print, enhanced(preset, intensity)));
        for (let k = 1; k < plans.length; k++) {
          const [less, more] = [plans[k - 1]!, plans[k]!];
          for (const { frequency, gainDb } of more.eq) {
            const before = bandGain(less, frequency);
            expect(Math.abs(gainDb)).toBeGreaterThanOrEqual(Math.abs(before));
            expect(gainDb * before).toBeGreaterThanOrEqual(0);
          }
          expect(less.eq.length).toBeLessThanOrEqual(more.eq.length);
          expect(more.compressor?.ratio ?? 1).toBeGreaterThanOrEqual(less.compressor?.ratio ?? 1);
          expect(Math.abs(more.width - 1)).toBeGreaterThanOrEqual(Math.abs(less.width - 1));
          expect(more.monoBelowHz ?? 0).toBeGreaterThanOrEqual(less.monoBelowHz ?? 0);
        }
      }
  });

  test("goes from the track's loudness towards the target, and not back", () => {
    for (let seed = 1; seed <= 40; seed++)
      for (const preset of presets) {
        const print = madeFingerprint(seed);
        const own = print.integratedLoudness!;
        const way = steps.map((intensity) => {
          const to = loudnessOf(print, planFor(print, enhanced(preset, intensity)));
          return own < -14 ? to : -to;
        });
        expect(way[0]).toBe(own < -14 ? own : -own);
        for (let k = 1; k < way.length; k++)
          // gains are in steps of a tenth, those of the bands and that of the whole
          expect(way[k]! - way[k - 1]!, `${seed} ${preset} ${steps[k]}`).toBeGreaterThan(-0.2);
      }
  });
});

describe("the presets", () => {
  const planOf = (preset: Preset) => planFor(ordinaryFingerprint, enhanced(preset, 100));

  test("warm raises the bass and lowers the top, bright the other way round", () => {
    expect(bandGain(planOf("warm"), 120)).toBeGreaterThan(1);
    expect(bandGain(planOf("warm"), 7500)).toBeLessThan(-1);
    expect(bandGain(planOf("bright"), 120)).toBeLessThan(0);
    expect(bandGain(planOf("bright"), 7500)).toBeGreaterThan(2);
  });

  test("punchy compresses most and recovers fastest, gentle least", () => {
    const ratios = Object.fromEntries(presets.map((p) => [p, planOf(p).compressor!.ratio]));
    expect(Math.max(...Object.values(ratios))).toBe(ratios["punchy"]);
    expect(Math.min(...Object.values(ratios))).toBe(ratios["gentle"]);
    expect(planOf("punchy").compressor!.releaseMs).toBeLessThan(
      planOf("gentle").compressor!.releaseMs,
    );
  });

  test("adaptive brightens what is dull and softens what is harsh", () => {
    const [sub, bass, lowMid, mid] = ordinaryFingerprint.bandsDb as [
      number,
      number,
      number,
      number,
    ];
    const dull = { ...ordinaryFingerprint, bandsDb: [sub, bass, lowMid, mid, -21, -26, -28] };
    const harsh = { ...ordinaryFingerprint, bandsDb: [-14, -8, -9, -6, -8, -10, -12] };
    expect(bandGain(planFor(dull, enhanced("adaptive", 100)), 7500)).toBeGreaterThan(2);
    expect(bandGain(planFor(harsh, enhanced("adaptive", 100)), 2800)).toBeLessThan(-2);
    expect(bandGain(planFor(harsh, enhanced("adaptive", 100)), 4900)).toBeLessThan(-2);
  });

  test("a band that was never recorded is not raised", () => {
    const telephone = { ...ordinaryFingerprint, bandsDb: [-120, -40, -6, -2, -8, -80, -120] };
    for (const preset of presets) {
      const plan = planFor(telephone, enhanced(preset, 100));
      for (const frequency of [70, 4900, 7500])
        expect(bandGain(plan, frequency)).toBeLessThanOrEqual(0);
    }
  });

  test("what is out of phase is not widened, what is narrow is, mono is left alone", () => {
    const width = (parts: Partial<typeof ordinaryFingerprint>) =>
      planFor({ ...ordinaryFingerprint, ...parts }, enhanced("bright", 100)).width;
    expect(width({ width: 0.9, correlation: -0.2 })).toBeLessThanOrEqual(1);
    expect(width({ width: 0.02 })).toBeGreaterThan(1.1);
    expect(width({ width: 0 })).toBe(1);
  });
});

describe("loudness", () => {
  const rate = 44_100;
  const music = madeMusic(24, rate, 1);

  /** Loudness of what the plan for scaled music renders. */
  function rendered(preset: Preset, intensity: number, gain: number) {
    const planar = music.map((x) => x.map((sample) => sample * gain));
    const analyser = new FingerprintAnalyser(rate, 2);
    analyser.push(planar);
    const fingerprint = analyser.finish();
    const plan = planFor(fingerprint, enhanced(preset, intensity));
    const loudness = measureLoudness(
      {
        source: { rate, channels: 2, format: "f32" },
        total: frames(planar[0]!.length),
        plan,
        geometry: defaultGeometry,
      },
      (from, until) => planar.map((x) => x.slice(from, until)),
    );
    return { before: fingerprint.integratedLoudness!, after: loudness! };
  }

  test.each(presets)("%s brings music near -14 LUFS at intensity 100", (preset) => {
    for (const gain of [0.25, 0.9])
      expect(Math.abs(rendered(preset, 100, gain).after + 14)).toBeLessThan(0.8);
  });

  test("half the intensity goes half the way", () => {
    const { before, after } = rendered("adaptive", 50, 0.25);
    expect(Math.abs(after - (before - 14) / 2)).toBeLessThan(1);
  });

  test("what is very quiet is raised within bounds, not to the target at any price", () => {
    const { before, after } = rendered("adaptive", 100, 0.003);
    expect(before).toBeLessThan(-55);
    expect(after - before).toBeGreaterThan(10);
    expect(after - before).toBeLessThan(20);
  });
});
