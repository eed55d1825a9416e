import { describe, expect, test } from "vitest";
import { acrossAlbum, type Beside } from "#engine/audio/albumJoin.ts";
import { MasteringChain } from "#engine/audio/masteringChain.ts";
import type { Plan } from "#engine/audio/plan.ts";
import {
  besideFrames,
  SegmentRender,
  type RenderedSamples,
  type SegmentRequest,
} from "#engine/audio/renderSegment.ts";
import { defaultGeometry, frames, resampledLength } from "#engine/protocol/geometry.ts";
import { dbOf, madeMusic, noise, rms, tone } from "./madeSignals.ts";
import type { Track } from "./madeTracks.ts";
import { heavyPlan, rate, readerOf, requestOf, second, segmentsOf } from "./madeTracks.ts";

/** Two tracks of an album: one recording, cut at a frame. */
function cutAt(planar: readonly Float32Array[], at: number): readonly [Track, Track] {
  const part = (from: number, until?: number) => ({
    planar: planar.map((x) => x.slice(from, until)),
    rate,
  });
  return [part(0, at), part(at)];
}

const lengthOf = (track: Track) => frames(track.planar[0]!.length);

/** Request and reader for a segment of a track between its neighbours. */
function besideRequest(
  track: Track,
  index: number,
  plan: Plan | null,
  around: { readonly before?: Track | undefined; readonly after?: Track | undefined },
  outputRate = rate,
) {
  const own = requestOf(track, index, plan, outputRate);
  const used = besideFrames(plan ?? heavyPlan, defaultGeometry, track.rate, outputRate);
  const besideOf = (other: Track | undefined, most: number): Beside | null =>
    other ? { source: { format: "s16" }, frames: frames(Math.min(most, lengthOf(other))) } : null;
  const request: SegmentRequest = {
    ...own,
    before: besideOf(around.before, used.before),
    after: besideOf(around.after, used.after),
  };
  const read = acrossAlbum(
    readerOf(track),
    own.sourceFrames!,
    around.before && { read: readerOf(around.before), total: lengthOf(around.before) },
    around.after && { read: readerOf(around.after) },
  );
  return { request, read };
}

function render(
  track: Track,
  plan: Plan,
  around: Parameters<typeof besideRequest>[3],
  outputRate = rate,
): Float32Array[] {
  const total = resampledLength(lengthOf(track), track.rate, outputRate);
  const out = track.planar.map(() => new Float32Array(total));
  for (let index = 0; index < segmentsOf(track, outputRate); index++) {
    const { request, read } = besideRequest(track, index, plan, around, outputRate);
    const segment = new SegmentRender(request, read);
    let run: RenderedSamples | null;
    while ((run = segment.nextSamples()) !== null)
      run.planar.forEach((samples, channel) => out[channel]!.set(samples, run!.start));
  }
  return out;
}

/** One uninterrupted pass of the chain over the whole recording. */
function uninterrupted(planar: readonly Float32Array[], plan: Plan): Float32Array[] {
  const chain = new MasteringChain(plan, rate);
  const length = planar[0]!.length + chain.latencyFrames;
  const fed = planar.map((x) => {
    const longer = new Float32Array(length);
    longer.set(x);
    return longer;
  });
  for (let at = 0; at < length; at += 5000) {
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

const joined = (a: readonly Float32Array[], b: readonly Float32Array[]) =>
  a.map((x, channel) => {
    const both = new Float32Array(x.length + b[channel]!.length);
    both.set(x);
    both.set(b[channel]!, x.length);
    return both;
  });

/** Where the recordings are cut: no grid of anything. */
const cut = second(13.37) + 17;

/** Silence, and a full-scale burst that begins a millisecond behind the cut. */
function bursts(): Float32Array[] {
  const left = new Float32Array(second(27));
  for (const at of [2, 8.2, 13.371, 24.9]) left.set(noise(second(1.9), 1, 3), second(at));
  return [left, left.map((x, i) => 0.7 * x + 0.3 * (left[i - 40] ?? 0))];
}

/** A low tone at full scale that goes on over the cut and stops soon after. */
function lowTone(): Float32Array[] {
  const total = second(27);
  const loud = tone(total, rate, 27, 0.9).fill(0, second(14.2), second(21));
  const quiet = tone(total, rate, 41, 0.02, 1);
  return [loud.map((x, i) => x + quiet[i]!), quiet];
}

/** The level steps by 39 dB at the cut. */
function levelStep(isUp: boolean): Float32Array[] {
  const stepped = noise(second(27), 1, 11).map((x, i) => x * (i < cut === isUp ? 0.01 : 0.9));
  return [stepped, noise(second(27), 0.2, 5)];
}

describe("the join of two tracks of an album", () => {
  const recordings = {
    "bursts after silence": bursts(),
    "a low tone": lowTone(),
    "a step up at the cut": levelStep(true),
    "a step down at the cut": levelStep(false),
    "something like music": madeMusic(27, rate, 0.9),
    "mono music": madeMusic(27, rate, 0.9).slice(0, 1),
  };
  for (const [name, planar] of Object.entries(recordings))
    test(`CACHE-10: nulls against one uninterrupted pass over both at -120 dBFS or below: ${name}`, () => {
      const [first, next] = cutAt(planar, cut);
      const pieces = joined(
        render(first, heavyPlan, { after: next }),
        render(next, heavyPlan, { before: first }),
      );
      expect(largestDifferenceDb(pieces, uninterrupted(planar, heavyPlan))).toBeLessThanOrEqual(
        -120,
      );
    });

  test("would not null without the neighbours", () => {
    const planar = recordings["something like music"];
    const [first, next] = cutAt(planar, cut);
    const pieces = joined(render(first, heavyPlan, {}), render(next, heavyPlan, {}));
    expect(largestDifferenceDb(pieces, uninterrupted(planar, heavyPlan))).toBeGreaterThan(-60);
  });

  test("would not null without what comes behind the last frame", () => {
    const planar = recordings["a step up at the cut"];
    const [first, next] = cutAt(planar, cut);
    const pieces = joined(render(first, heavyPlan, {}), render(next, heavyPlan, { before: first }));
    expect(largestDifferenceDb(pieces, uninterrupted(planar, heavyPlan))).toBeGreaterThan(-100);
  });

  test("has no step of level, in noise that goes on over it", () => {
    const plan = { ...heavyPlan, gainDb: 3 };
    const white = noise(second(27), 0.1, 21);
    const [first, next] = cutAt([white, white], cut);
    const [out] = joined(
      render(first, plan, { after: next }),
      render(next, plan, { before: first }),
    );
    const level = (at: number) =>
      dbOf(rms(out!, at, at + second(0.1))) - dbOf(rms(white, at, at + second(0.1)));
    const steady = level(second(6));
    for (const at of [cut - second(0.1), cut - second(0.05), cut])
      expect(Math.abs(level(at) - steady)).toBeLessThan(0.2);
  });

  test("nulls at a track that is shorter than what the limiter looks ahead", () => {
    const planar = madeMusic(14, rate, 0.9);
    const [first, rest] = cutAt(planar, cut);
    const [short] = cutAt(rest.planar, 40);
    const out = render(first, heavyPlan, { after: short });
    const cutShort = planar.map((x) => x.slice(0, cut + 40));
    const whole = uninterrupted(cutShort, heavyPlan).map((x) => x.slice(0, cut));
    expect(largestDifferenceDb(out, whole)).toBeLessThanOrEqual(-120);
  });

  test("has no click when both are resampled", () => {
    const outputRate = 48_000;
    const plan = { ...heavyPlan, compressor: null, ceilingDb: null, width: 1, monoBelowHz: null };
    const sine = tone(second(12), rate, 200, 0.2, 1);
    const at = second(6) + 17;
    const [first, next] = cutAt([sine], at);
    const [out] = joined(
      render(first, plan, { after: next }, outputRate),
      render(next, plan, { before: first }, outputRate),
    );
    const cutFrame = resampledLength(frames(at), rate, outputRate);
    const steepest = (from: number, until: number) => {
      let most = 0;
      for (let i = from; i < until; i++) most = Math.max(most, Math.abs(out![i]! - out![i - 1]!));
      return most;
    };
    const usual = steepest(second(4), second(5));
    // one frame of it stands less than one step of the clock beside its place
    expect(steepest(cutFrame - 200, cutFrame + 200)).toBeLessThan(2.1 * usual);
  });
});

describe("what stands beside a track", () => {
  const [first, next] = cutAt(madeMusic(34, rate, 0.9), cut);

  test("changes nothing in the middle of it", () => {
    const alone = new SegmentRender(requestOf(next, 1, heavyPlan), readerOf(next));
    const { request, read } = besideRequest(next, 1, heavyPlan, { before: first });
    const beside = new SegmentRender(request, read);
    for (let run = alone.next(); run !== null; run = alone.next())
      expect(Buffer.compare(beside.next()!.samples, run.samples)).toBe(0);
  });

  test("changes nothing in an original", () => {
    const alone = new SegmentRender(requestOf(next, 0, null), readerOf(next));
    const { request, read } = besideRequest(next, 0, null, { before: first, after: first });
    const beside = new SegmentRender(request, read);
    for (let run = alone.next(); run !== null; run = alone.next())
      expect(Buffer.compare(beside.next()!.samples, run.samples)).toBe(0);
  });

  test.each([rate, 48_000])("is read no further than announced, at %d Hz", (outputRate) => {
    const { before, after } = besideFrames(heavyPlan, defaultGeometry, rate, outputRate);
    const total = lengthOf(next);
    let least = 0;
    let most = 0;
    for (let index = 0; index < segmentsOf(next, outputRate); index++) {
      const { request, read } = besideRequest(
        next,
        index,
        heavyPlan,
        { before: first, after: first },
        outputRate,
      );
      const segment = new SegmentRender(request, (from, until) => {
        least = Math.min(least, from);
        most = Math.max(most, until);
        return read(from, until);
      });
      while (segment.nextSamples() !== null);
    }
    expect(-least).toBeLessThanOrEqual(before);
    expect(most - total).toBeLessThanOrEqual(after);
    // and no more is announced than is needed: some hundred frames at most
    expect(before + least).toBeLessThan(300);
    expect(after - (most - total)).toBeLessThan(300);
  });
});
