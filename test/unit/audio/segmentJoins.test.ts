import { describe, expect, test } from "vitest";
import { MasteringChain } from "#engine/audio/masteringChain.ts";
import type { Plan } from "#engine/audio/plan.ts";
import type { SegmentRequest } from "#engine/audio/renderSegment.ts";
import { SegmentRender } from "#engine/audio/renderSegment.ts";
import { frames, resampledLength } from "#engine/protocol/geometry.ts";
import { dbOf, madeMusic, noise, tone } from "./madeSignals.ts";
import type { Track } from "./madeTracks.ts";
import { heavyPlan, rate, readerOf, requestOf, second, segmentsOf } from "./madeTracks.ts";

/** All segments joined, before dither. */
function joined(track: Track, plan: Plan): Float32Array[] {
  const out = track.planar.map((x) => new Float32Array(x.length));
  for (let index = 0; index < segmentsOf(track); index++) {
    const render = new SegmentRender(requestOf(track, index, plan), readerOf(track));
    for (let run = render.nextSamples(); run !== null; run = render.nextSamples())
      run.planar.forEach((samples, channel) => out[channel]!.set(samples, run.start));
  }
  return out;
}

/** One uninterrupted pass of the chain over the whole track. */
function uninterrupted(track: Track, plan: Plan): Float32Array[] {
  const chain = new MasteringChain(plan, track.rate);
  const total = track.planar[0]!.length;
  const fed = track.planar.map((x) => {
    const longer = new Float32Array(total + chain.latencyFrames);
    longer.set(x);
    return longer;
  });
  for (let at = 0; at < total + chain.latencyFrames; at += 5000) {
    const block = fed.map((x) => x.subarray(at, at + 5000));
    chain.process(block, block[0]!.length);
  }
  return fed.map((x) => x.slice(chain.latencyFrames));
}

function largestDifferenceDb(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  let largest = 1e-12;
  a.forEach((x, channel) => {
    for (let i = 0; i < x.length; i++)
      largest = Math.max(largest, Math.abs(x[i]! - b[channel]![i]!));
  });
  return dbOf(largest);
}

/** Full-scale bursts that end shortly before or begin shortly after a join, in silence. */
function bursts(): Track {
  const left = new Float32Array(second(41));
  const white = noise(second(2), 1, 3);
  for (const at of [2.9, 7, 9.99, 14.5, 18.3, 29.7]) left.set(white, second(at));
  const right = left.map((x, i) => 0.7 * x + 0.3 * (left[i - 40] ?? 0));
  return { planar: [left, right], rate };
}

/** A low tone at full scale that stops in mid-segment, and a quiet one that goes on. */
function lowTones(): Track {
  const total = second(35);
  const loud = tone(total, rate, 27, 1).fill(0, second(5.2), second(19.9)).fill(0, second(24));
  const quiet = tone(total, rate, 41, 0.02, 1);
  return { planar: [loud.map((x, i) => x * 0.9 + quiet[i]!), quiet], rate };
}

/** Six decibels up and down every 3.7 s: the compressor is always on its way. */
function levelSteps(): Track {
  const white = noise(second(32), 1, 11);
  const stepped = white.map((x, i) => x * (Math.floor(i / second(3.7)) % 2 === 0 ? 0.9 : 0.01));
  return { planar: [stepped, noise(second(32), 0.2, 5)], rate };
}

describe("the joins of segments", () => {
  const tracks = {
    "bursts after silence": bursts(),
    "low tones": lowTones(),
    "steps of level": levelSteps(),
    "something like music": { planar: madeMusic(33, rate, 0.9), rate },
    "mono music": { planar: madeMusic(33, rate, 0.9).slice(0, 1), rate },
  };
  for (const [name, track] of Object.entries(tracks))
    test(`CACHE-10: null against one uninterrupted pass at -120 dBFS or below: ${name}`, () => {
      const difference = largestDifferenceDb(
        joined(track, heavyPlan),
        uninterrupted(track, heavyPlan),
      );
      expect(difference).toBeLessThanOrEqual(-120);
    });

  test("null when the track is resampled, too", () => {
    const track = { planar: madeMusic(23, 8000, 0.9), rate: 8000 };
    const outputRate = 11_025;
    const total = resampledLength(frames(23 * 8000), 8000, outputRate);
    const whole = [new Float32Array(total), new Float32Array(total)];
    const pieces = [new Float32Array(total), new Float32Array(total)];
    const collect = (request: SegmentRequest, into: readonly Float32Array[]) => {
      const render = new SegmentRender(request, readerOf(track));
      for (let run = render.nextSamples(); run !== null; run = render.nextSamples())
        run.planar.forEach((samples, channel) => into[channel]!.set(samples, run.start));
    };
    const range = { from: frames(0), until: total };
    collect({ ...requestOf(track, 0, heavyPlan, outputRate), range }, whole);
    for (const index of [0, 1, 2]) collect(requestOf(track, index, heavyPlan, outputRate), pieces);
    expect(largestDifferenceDb(pieces, whole)).toBeLessThanOrEqual(-120);
  });

  test("would not null with a release far beyond the context's reach", () => {
    const slow = {
      ...heavyPlan,
      compressor: { ...heavyPlan.compressor!, releaseMs: 3000 },
    };
    const track = tracks["steps of level"];
    expect(largestDifferenceDb(joined(track, slow), uninterrupted(track, slow))).toBeGreaterThan(
      -120,
    );
  });
});
