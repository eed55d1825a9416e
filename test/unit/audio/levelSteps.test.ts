import { describe, expect, test } from "vitest";
import type { Plan } from "#engine/audio/plan.ts";
import { SegmentRender } from "#engine/audio/renderSegment.ts";
import { dbOf, noise, rms } from "./madeSignals.ts";
import type { Track } from "./madeTracks.ts";
import { heavyPlan, rate, readerOf, requestOf, second, segmentsOf } from "./madeTracks.ts";

/** With everything in it, but below the limiter. */
const plan: Plan = { ...heavyPlan, gainDb: 3 };

/** Each segment rendered on its own, one behind the other, left channel, before dither. */
function rendered(track: Track): Float32Array {
  const out = new Float32Array(track.planar[0]!.length);
  for (let index = 0; index < segmentsOf(track); index++) {
    const render = new SegmentRender(requestOf(track, index, plan), readerOf(track));
    for (let run = render.nextSamples(); run !== null; run = render.nextSamples())
      out.set(run.planar[0]!, run.start);
  }
  return out;
}

/** The same noise on both sides, its level in dB a function of the time in seconds. */
function noiseAt(seconds: number, levelDb: (at: number) => number): Track {
  const samples = noise(second(seconds), 1, 21).map((x, i) => x * 10 ** (levelDb(i / rate) / 20));
  return { planar: [samples, samples], rate };
}

/** What the chain adds around a time, dB, over `spanSeconds` behind it. */
function gainDb(track: Track, out: Float32Array, at: number, spanSeconds = 0.3): number {
  const [from, until] = [second(at), second(at + spanSeconds)];
  return dbOf(rms(out, from, until)) - dbOf(rms(track.planar[0]!, from, until));
}

describe("CACHE-10: level from one segment to the next", () => {
  test("a silent segment, then a loud one: silence stays silent, and the loud begins without a burst", () => {
    const track = noiseAt(25, (at) => (at < 10 ? -200 : -24));
    const out = rendered(track);
    expect(dbOf(rms(out, 0, second(9.9)))).toBeLessThan(-150);
    const steady = gainDb(track, out, 14);
    // the compressor needs its attack, and no more: what a segment measured by itself would add is tens of dB
    expect(gainDb(track, out, 10, 0.05) - steady).toBeLessThan(6);
    expect(gainDb(track, out, 10.2) - steady).toBeLessThan(0.2);
  });

  test("a step of six decibels at a join, and in the middle of a segment, comes out the same", () => {
    const steps = [10, 16.5].map((stepAt) => {
      const track = noiseAt(24, (at) => (at < stepAt ? -30 : -24));
      const out = rendered(track);
      const gains = [-1, 0.5, 1, 2].map((behind) => gainDb(track, out, stepAt + behind));
      return gains.slice(1).map((gain) => gain - gains[0]!);
    });
    const [atJoin, inMiddle] = steps as [number[], number[]];
    atJoin.forEach((change, i) => {
      expect(Math.abs(change - inMiddle[i]!)).toBeLessThan(0.2);
      expect(Math.abs(change)).toBeLessThanOrEqual(6);
    });
  });

  test("a steady level has no step at any join", () => {
    const track = noiseAt(34, () => -22);
    const out = rendered(track);
    const steady = gainDb(track, out, 4, 1);
    for (const join of [10, 20, 30])
      for (const at of [join - 0.3, join])
        expect(Math.abs(gainDb(track, out, at) - steady)).toBeLessThan(0.2);
  });
});
