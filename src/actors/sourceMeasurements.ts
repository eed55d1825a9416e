/** What a worker measures: a source (its fingerprint) and what a plan makes of it (its loudness).
 *  Generators, so that the job loop sees a cancel between their steps. */
import { FingerprintAnalyser, type Fingerprint } from "../audio/fingerprint.ts";
import { LoudnessMeasurement, type MeasureRequest } from "../audio/measureLoudness.ts";
import type { ReadSource } from "../audio/resample.ts";
import type { Frames } from "../protocol/geometry.ts";
import type { SourceInfo } from "../ports/decoder.ts";

/** Frames per step: some milliseconds of work. */
const stepFrames = 32_768;

/** One forward pass over the whole source. */
export function* analyseSource(
  source: SourceInfo,
  total: Frames,
  read: ReadSource,
): Generator<undefined, Fingerprint> {
  const { rate, channels, format } = source;
  const analyser = new FingerprintAnalyser(rate, channels, format === "s16");
  const into = Array.from({ length: channels }, () => new Float32Array(stepFrames));
  for (let at = 0; at < total; at += stepFrames) {
    analyser.push(read(at, Math.min(at + stepFrames, total), into));
    yield undefined;
  }
  return analyser.finish();
}

/** @returns LUFS of what the plan makes of the source, null for silence */
export function* measureRendering(
  request: MeasureRequest,
  read: ReadSource,
): Generator<undefined, number | null> {
  const measurement = new LoudnessMeasurement(request, read);
  while (measurement.step()) yield undefined;
  return measurement.finish();
}
