/** What a worker measures: a source (its fingerprint) and what a plan makes of it (its loudness).
 *  Generators, so that the job loop sees a cancel between their steps. */
import type { Fingerprint } from "../audio/fingerprint.ts";
import { LoudnessMeter } from "../audio/loudness.ts";
import type { Plan } from "../audio/plan.ts";
import { SegmentRender } from "../audio/renderSegment.ts";
import type { ReadSource } from "../audio/resample.ts";
import {
  frames,
  segmentCount,
  segmentRange,
  type Frames,
  type Geometry,
} from "../protocol/geometry.ts";
import type { SourceInfo } from "../ports/decoder.ts";

/** segments that a measurement renders at most */
const excerptsMax = 12;

export function* analyseSource(
  _source: SourceInfo,
  _total: Frames,
  _read: ReadSource,
): Generator<undefined, Fingerprint> {
  yield undefined;
  throw new Error("analysis is not there yet");
}

/** Integrated loudness of a rendering from segments spread evenly over the track, at the source's
 *  own rate; all of them when there are no more than twelve. One meter runs over all excerpts, so
 *  that the gates see the track as a whole.
 *  @returns LUFS, null for silence. Cost: rendering of two minutes at most */
export function* measureRendering(
  task: {
    readonly source: SourceInfo;
    readonly total: Frames;
    readonly plan: Plan;
    readonly geometry: Geometry;
  },
  read: ReadSource,
): Generator<undefined, number | null> {
  const { source, total, plan, geometry } = task;
  const count = segmentCount(geometry, source.rate, total);
  const excerpts = Math.min(count, excerptsMax);
  const meter = new LoudnessMeter(source.rate, source.channels);
  for (let excerpt = 0; excerpt < excerpts; excerpt++) {
    const segment = Math.floor(((excerpt + 0.5) * count) / excerpts);
    const render = new SegmentRender(
      {
        source,
        sourceFrames: frames(total),
        plan,
        geometry,
        rate: source.rate,
        range: segmentRange(geometry, source.rate, segment, total),
      },
      read,
    );
    for (;;) {
      const run = render.nextSamples();
      if (run === null) break;
      meter.push(run.planar, run.frames);
      yield undefined;
    }
  }
  return meter.finish().integrated;
}
