import { expect, test } from "vitest";
import { LoudnessMeter } from "#engine/audio/loudness.ts";
import { LoudnessMeasurement, measureLoudness } from "#engine/audio/measureLoudness.ts";
import type { Plan } from "#engine/audio/plan.ts";
import { neutralPlan } from "#engine/audio/plan.ts";
import { defaultGeometry, frames } from "#engine/protocol/geometry.ts";
import { madeMusic } from "./madeSignals.ts";

const rate = 8000;

function requestOf(planar: readonly Float32Array[], plan: Plan) {
  return {
    source: { rate, channels: planar.length, format: "f32" },
    total: frames(planar[0]!.length),
    plan,
    geometry: defaultGeometry,
  } as const;
}

const readerOf = (planar: readonly Float32Array[]) => (from: number, until: number) =>
  planar.map((x) => x.slice(from, until));

function meteredLoudness(planar: readonly Float32Array[]): number {
  const meter = new LoudnessMeter(rate, planar.length);
  meter.push(planar, planar[0]!.length);
  return meter.finish().integrated!;
}

test("a short track is measured whole: a neutral plan has the source's loudness", () => {
  const music = madeMusic(20, rate);
  expect(measureLoudness(requestOf(music, neutralPlan), readerOf(music))).toBeCloseTo(
    meteredLoudness(music),
    6,
  );
});

test("a gain of 3 dB is measured as 3 LU", () => {
  const music = madeMusic(20, rate, 0.2);
  expect(
    measureLoudness(requestOf(music, { ...neutralPlan, gainDb: 3 }), readerOf(music)),
  ).toBeCloseTo(meteredLoudness(music) + 3, 3);
});

test("a long track is measured from excerpts: near the whole, for a part of the work", () => {
  const music = madeMusic(200, rate);
  let read = 0;
  const loudness = measureLoudness(requestOf(music, neutralPlan), (from, until) => {
    read += until - from;
    return music.map((x) => x.subarray(from, until));
  });
  expect(Math.abs(loudness! - meteredLoudness(music))).toBeLessThan(0.7);
  // beside the chain's 1.48 for each second that is played: at most 1.55 in four minutes
  expect(read).toBeLessThan(16.5 * rate);
});

test("the excerpts are spread over the track: one that begins quietly is not taken for quiet", () => {
  const half = rate * 100;
  const music = madeMusic(200, rate).map((x) => x.map((y, i) => (i < half ? y * 0.05 : y)));
  const loudness = measureLoudness(requestOf(music, neutralPlan), readerOf(music));
  expect(Math.abs(loudness! - meteredLoudness(music))).toBeLessThan(1.5);
});

test("it goes in steps, and silence has no loudness", () => {
  const silence = [new Float32Array(rate * 5)];
  const measurement = new LoudnessMeasurement(requestOf(silence, neutralPlan), readerOf(silence));
  let steps = 0;
  while (measurement.step()) steps++;
  expect(steps).toBeGreaterThan(5);
  expect(measurement.finish()).toBeNull();
});
