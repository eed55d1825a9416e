/** Numbers that are none, and sources at the edge of what there is: for the engine and the reference alike. */
import { describe, expect, test } from "vitest";
import { downmix } from "#engine/audio/downmix.ts";
import { EngineChain } from "#engine/audio/engineChain.ts";
import { FingerprintAnalyser } from "#engine/audio/fingerprint.ts";
import { MasteringChain } from "#engine/audio/masteringChain.ts";
import { planFor, type Plan } from "#engine/audio/plan.ts";
import { SegmentRender, type MakeChain } from "#engine/audio/renderSegment.ts";
import { defaultVariant, presets } from "#engine/protocol/variant.ts";
import { dbOf, madeMusic, noise, peak } from "./madeSignals.ts";
import { heavyPlan, readerOf, requestOf, segmentsOf, type Track } from "./madeTracks.ts";

const makers: Readonly<Record<string, MakeChain>> = {
  engine: (plan, rate) => new EngineChain(plan, rate),
  reference: (plan, rate) => new MasteringChain(plan, rate),
};

/** All segments of a float source joined, before dither. */
function rendered(track: Track, plan: Plan, makeChain: MakeChain, outputRate = track.rate) {
  const out = track.planar.map((): Float32Array[] => []);
  for (let index = 0; index < segmentsOf(track, outputRate); index++) {
    const request = requestOf(track, index, plan, outputRate, "f32");
    const render = new SegmentRender(request, readerOf(track), makeChain);
    for (let run = render.nextSamples(); run !== null; run = render.nextSamples())
      run.planar.forEach((samples, channel) => out[channel]!.push(samples.slice()));
  }
  return out.map((runs) => Float32Array.from(runs.flatMap((run) => [...run])));
}

function planOf(track: Track): Plan {
  const analyser = new FingerprintAnalyser(track.rate, track.planar.length);
  analyser.push(track.planar);
  return planFor(analyser.finish(), { kind: "enhanced", preset: "punchy", intensity: 100 });
}

const rate = 8000;
const ceiling = 10 ** (-1.5 / 20);
/** Fill `x` with what a broken writer leaves. */
const broken: Readonly<Record<string, (x: Float32Array) => void>> = {
  "a number that is none": (x) => x.fill(NaN, 20_000, 20_001),
  "a second of numbers that are none": (x) => x.fill(NaN, 20_000, 28_000),
  "endless numbers": (x) => x.set([Infinity, -Infinity, Infinity], 20_000),
  "the largest numbers that there are": (x) =>
    x.fill(3.4e38, 20_000, 20_100).fill(-3.4e38, 20_100, 20_200),
  "nothing but numbers that are none": (x) => x.fill(NaN),
};

for (const [name, makeChain] of Object.entries(makers))
  describe(`by the ${name}`, () => {
    for (const [what, breakIt] of Object.entries(broken))
      test(`${what}: the output stays finite and under the ceiling, and recovers`, () => {
        const clean = { planar: madeMusic(9, rate, 0.4), rate };
        const track = { planar: clean.planar.map((x) => x.slice()), rate };
        track.planar.forEach(breakIt);
        for (const plan of [heavyPlan, planOf(track)]) {
          const out = rendered(track, plan, makeChain);
          for (const x of out) {
            expect(x.length).toBe(9 * rate);
            expect(x.every(Number.isFinite)).toBe(true);
            if (plan.ceilingDb !== null) expect(peak(x)).toBeLessThanOrEqual(ceiling * 1.02);
          }
          if (Number.isNaN(track.planar[0]![0]!)) expect(peak(out[0]!)).toBeLessThan(1e-9);
          else {
            const meant = rendered(clean, plan, makeChain);
            const late = (x: Float32Array) => x.slice(9 * rate - 2000);
            const off = late(out[0]!).map((x, i) => x - late(meant[0]!)[i]!);
            expect(dbOf(peak(off))).toBeLessThan(-40);
          }
        }
      });

    test("numbers too small to be heard stay that small", () => {
      const tiny = { planar: [noise(4 * rate, 1e-40), noise(4 * rate, 1e-38, 2)], rate };
      for (const x of rendered(tiny, heavyPlan, makeChain)) expect(peak(x)).toBeLessThan(1e-30);
      expect(planOf(tiny).gainDb).toBe(0);
    });

    test("no frame at all gives none, one frame gives one", () => {
      const none = { planar: [new Float32Array(0), new Float32Array(0)], rate };
      expect(rendered(none, heavyPlan, makeChain)[0]!.length).toBe(0);
      expect(planOf(none)).toEqual(planFor({ ...fingerprintOf(none) }, defaultVariant));
      for (const outputRate of [100, 8000, 44_100, 192_000]) {
        const one = { planar: [Float32Array.of(0.9), Float32Array.of(-0.9)], rate: outputRate };
        for (const plan of [heavyPlan, planOf(one)]) {
          const out = rendered(one, plan, makeChain);
          expect(out.map((x) => x.length)).toEqual([1, 1]);
          expect(peak(out[0]!)).toBeLessThanOrEqual(1);
        }
      }
    });

    test.each([8000, 192_000])("at %d Hz the ceiling holds and every frame is there", (each) => {
      const track = { planar: [noise(each * 2, 1), noise(each * 2, 0.5, 2)], rate: each };
      for (const plan of [heavyPlan, planOf(track)])
        for (const outputRate of [each, 44_100]) {
          const out = rendered(track, plan, makeChain, outputRate);
          for (const x of out) {
            expect(x.length).toBe(2 * outputRate);
            expect(peak(x)).toBeLessThanOrEqual(ceiling * 1.02);
          }
        }
    });

    test("eight channels are two by then, and cannot clip", () => {
      const surround = Array.from({ length: 8 }, (_, k) => noise(2 * rate, 1, k + 1));
      const planar = downmix(surround);
      expect(planar).toHaveLength(2);
      const out = rendered({ planar, rate }, heavyPlan, makeChain);
      for (const x of out) expect(peak(x)).toBeLessThanOrEqual(ceiling * 1.02);
    });
  });

function fingerprintOf(track: Track) {
  const analyser = new FingerprintAnalyser(track.rate, track.planar.length);
  analyser.push(track.planar);
  return analyser.finish();
}

test("silence is boosted by no preset", () => {
  const silence = { planar: [new Float32Array(rate), new Float32Array(rate)], rate };
  for (const preset of presets) {
    const plan = planFor(fingerprintOf(silence), { kind: "enhanced", preset, intensity: 100 });
    for (const makeChain of Object.values(makers))
      for (const x of rendered(silence, plan, makeChain)) expect(peak(x)).toBe(0);
  }
});
