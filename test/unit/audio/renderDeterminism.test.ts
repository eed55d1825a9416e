/** One rendering, however it comes about: any order of segments, any number of them at once, any track. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EngineChain } from "#engine/audio/engineChain.ts";
import { MasteringChain } from "#engine/audio/masteringChain.ts";
import { planFor } from "#engine/audio/plan.ts";
import { SegmentRender, type MakeChain } from "#engine/audio/renderSegment.ts";
import { frames, resampledLength } from "#engine/protocol/geometry.ts";
import { presets } from "#engine/protocol/variant.ts";
import { madeFingerprint } from "./madeFingerprint.ts";
import { dbOf, noise, noiseSource, tone } from "./madeSignals.ts";
import { readerOf, requestOf, segmentsOf, type Track } from "./madeTracks.ts";

const engine: MakeChain = (plan, rate) => new EngineChain(plan, rate);
const reference: MakeChain = (plan, rate) => new MasteringChain(plan, rate);

/** Low rates: what may go wrong does not depend on them, and the time constants are in seconds. */
const cases = fc.record({
  seed: fc.nat(100_000),
  preset: fc.constantFrom(...presets),
  intensity: fc.integer({ min: 1, max: 20 }).map((x) => x * 5),
  rate: fc.constantFrom(1000, 4000, 8000),
  outputRate: fc.constantFrom(1000, 4000, 6000, 8000),
  seconds: fc.oneof(
    fc.constantFrom(0.001, 9.999, 10, 10.001, 20),
    fc.double({ min: 0.01, max: 34, noNaN: true }),
  ),
  channels: fc.integer({ min: 1, max: 2 }),
  workers: fc.integer({ min: 1, max: 4 }),
});
type Case = typeof cases extends fc.Arbitrary<infer Value> ? Value : never;

/** Bursts, silence, low tones and steps of level, each up to some seconds; many begin or end at a join. */
function piecewise({ seed, rate, seconds, channels }: Case): Track {
  const random = noiseSource(seed + 1);
  const between = (low: number, high: number) => low + ((random() + 1) / 2) * (high - low);
  const total = Math.max(1, Math.round(seconds * rate));
  const left = new Float32Array(total);
  for (let at = 0; at < total;) {
    const toJoin = (Math.floor(at / (10 * rate)) + 1) * 10 * rate - at;
    const length = random() > 0.3 ? toJoin : Math.ceil(between(0.01, 4) * rate);
    const gain = 10 ** between(-3, 0.1);
    const kind = Math.floor(between(0, 4));
    const piece =
      kind === 0
        ? new Float32Array(length)
        : kind === 1
          ? noise(length, gain, seed + at)
          : tone(length, rate, kind === 2 ? between(5, 60) : between(60, rate / 2), gain, 1);
    left.set(piece.subarray(0, Math.min(length, total - at)), at);
    at += length;
  }
  const right = left.map((x, i) => 0.6 * x + 0.4 * (left[i - 30] ?? 0));
  return { planar: [left, right].slice(0, channels), rate };
}

const planOf = ({ seed, preset, intensity }: Case) =>
  planFor(madeFingerprint(seed), { kind: "enhanced", preset, intensity });

/** All bytes, segments begun in an order of the seed's, `workers` of them in hand at any time. */
function renderedBy(track: Track, given: Case, workers: number, makeChain: MakeChain): Buffer {
  const random = noiseSource(given.seed + workers);
  const waiting = Array.from({ length: segmentsOf(track, given.outputRate) }, (_, index) => index)
    .map((index) => ({ index, place: workers === 1 ? index : random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ index }) => index);
  const done: Buffer[] = [];
  const begin = () => {
    const index = waiting.shift();
    if (index === undefined) return [];
    const request = requestOf(track, index, planOf(given), given.outputRate);
    return [{ index, render: new SegmentRender(request, readerOf(track), makeChain) }];
  };
  let inHand = Array.from({ length: workers }, begin).flat();
  while (inHand.length > 0)
    inHand = inHand.flatMap((each) => {
      const run = each.render.next();
      if (run === null) return begin();
      done[each.index] = Buffer.concat([done[each.index] ?? Buffer.alloc(0), run.samples]);
      return [each];
    });
  return Buffer.concat(done);
}

describe("a rendering", () => {
  test(
    "CACHE-9: has the same bytes in any order, by any number of workers, from the engine and the reference",
    { timeout: 60_000 },
    () => {
      fc.assert(
        fc.property(cases, (given) => {
          const track = piecewise(given);
          const once = renderedBy(track, given, 1, engine);
          const length = resampledLength(
            frames(track.planar[0]!.length),
            given.rate,
            given.outputRate,
          );
          expect(once.length).toBe(length * given.channels * 2);
          expect(renderedBy(track, given, given.workers, engine).equals(once)).toBe(true);
          expect(renderedBy(track, given, 1, reference).equals(once)).toBe(true);
        }),
        { numRuns: 25 },
      );
    },
  );

  test(
    "CACHE-10: nulls against one uninterrupted pass at -120 dBFS or below, before dither",
    { timeout: 60_000 },
    () => {
      fc.assert(
        fc.property(cases, (given) => {
          const track = piecewise(given);
          const total = resampledLength(
            frames(track.planar[0]!.length),
            given.rate,
            given.outputRate,
          );
          const collected = () => track.planar.map(() => new Float32Array(total));
          const whole = collected();
          const joined = collected();
          const collect = (index: number, into: readonly Float32Array[], isWhole: boolean) => {
            const request = requestOf(track, index, planOf(given), given.outputRate);
            const range = isWhole ? { from: frames(0), until: total } : request.range;
            const render = new SegmentRender({ ...request, range }, readerOf(track));
            for (let run = render.nextSamples(); run !== null; run = render.nextSamples())
              run.planar.forEach((samples, channel) => into[channel]!.set(samples, run.start));
          };
          collect(0, whole, true);
          for (let k = 0; k < segmentsOf(track, given.outputRate); k++) collect(k, joined, false);
          let largest = 1e-12;
          whole.forEach((x, channel) =>
            x.forEach((sample, i) => {
              largest = Math.max(largest, Math.abs(sample - joined[channel]![i]!));
            }),
          );
          expect(dbOf(largest)).toBeLessThanOrEqual(-120);
        }),
        { numRuns: 40 },
      );
    },
  );
});
