/** Tracks and requests for tests of the segment renderer. */
import type { Plan } from "#engine/audio/plan.ts";
import type { SegmentRequest } from "#engine/audio/renderSegment.ts";
import { SegmentRender } from "#engine/audio/renderSegment.ts";
import {
  defaultGeometry,
  frames,
  resampledLength,
  segmentCount,
  segmentRange,
} from "#engine/protocol/geometry.ts";

/** Hz of the tracks made here. */
export const rate = 44_100;

/** Everything at once, with the longest times that a recipe may use. */
export const heavyPlan: Plan = {
  version: 1,
  eq: [
    { type: "highpass", frequency: 25, q: 0.7, gainDb: 0 },
    { type: "lowshelf", frequency: 70, q: 0.7, gainDb: 6 },
    { type: "peaking", frequency: 120, q: 0.8, gainDb: -5 },
    { type: "peaking", frequency: 2800, q: 1, gainDb: 6 },
    { type: "highshelf", frequency: 7500, q: 0.7, gainDb: 6 },
  ],
  compressor: { thresholdDb: -30, ratio: 4, kneeDb: 6, attackMs: 30, releaseMs: 250 },
  width: 1.3,
  monoBelowHz: 120,
  gainDb: 12,
  ceilingDb: -1.5,
};

/** A source: planar samples at its own rate. */
export type Track = { readonly planar: readonly Float32Array[]; readonly rate: number };

/** The request for one segment on the default grid. */
export function requestOf(
  track: Track,
  index: number,
  plan: Plan | null,
  outputRate = track.rate,
  format: "s16" | "f32" = "s16",
): SegmentRequest {
  const total = frames(track.planar[0]!.length);
  return {
    source: { rate: track.rate, channels: track.planar.length, format },
    sourceFrames: total,
    plan,
    geometry: defaultGeometry,
    rate: outputRate,
    range: segmentRange(
      defaultGeometry,
      outputRate,
      index,
      resampledLength(total, track.rate, outputRate),
    ),
  };
}

/** Reads a track; asked beyond its ends it returns fewer samples. */
export function readerOf(track: Track) {
  return (from: number, until: number) => track.planar.map((x) => x.slice(from, until));
}

/** How many segments a track has on the default grid. */
export function segmentsOf(track: Track, outputRate = track.rate): number {
  const total = frames(track.planar[0]!.length);
  return segmentCount(defaultGeometry, outputRate, resampledLength(total, track.rate, outputRate));
}

/** All bytes of a segment. */
export function renderBytes(request: SegmentRequest, track: Track): Buffer {
  const render = new SegmentRender(request, readerOf(track));
  const runs: Uint8Array[] = [];
  for (let run = render.next(); run !== null; run = render.next()) runs.push(run.samples);
  return Buffer.concat(runs);
}

/** Frames in a time at the tracks' rate. */
export const second = (seconds: number) => Math.round(seconds * rate);
