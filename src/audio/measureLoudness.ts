/** Measures what a plan makes of a track: renders excerpts spread over it, at the source's rate, and
 *  measures their integrated loudness together. */
import type { Frames, Geometry } from "../protocol/geometry.ts";
import { frames } from "../protocol/geometry.ts";
import { LoudnessMeter } from "./loudness.ts";
import type { Plan } from "./plan.ts";
import type { SegmentRequest } from "./renderSegment.ts";
import { SegmentRender } from "./renderSegment.ts";
import type { ReadSource } from "./resample.ts";

/** A track up to this long is measured whole, seconds. */
const wholeSeconds = 45;
const excerptSeconds = 1.2;
const excerpts = 10;
/** Context of an excerpt, seconds: more than the longest time constant; loudness needs no null. */
const warmUpSeconds = 0.4;

/** What to measure. The request of the ports has this shape. */
export type MeasureRequest = {
  readonly source: SegmentRequest["source"];
  /** exact length of the source, all of it decoded */
  readonly total: Frames;
  readonly plan: Plan;
  readonly geometry: Geometry;
};

/** A measurement in steps, so that a worker can look for a cancellation in between. */
export class LoudnessMeasurement {
  readonly #request: MeasureRequest;
  readonly #readSource: ReadSource;
  readonly #meter: LoudnessMeter;
  readonly #starts: readonly number[];
  readonly #length: number;
  #render: SegmentRender | null = null;
  #excerpt = 0;

  /** @param readSource as for `SegmentRender` */
  constructor(request: MeasureRequest, readSource: ReadSource) {
    const { total, source } = request;
    this.#request = request;
    this.#readSource = readSource;
    this.#meter = new LoudnessMeter(source.rate, source.channels);
    const whole = total <= wholeSeconds * source.rate;
    this.#length = whole ? total : Math.round(excerptSeconds * source.rate);
    this.#starts = whole
      ? [0]
      : Array.from({ length: excerpts }, (_, k) =>
          Math.round(((total - this.#length) * k) / (excerpts - 1)),
        );
  }

  /** Does a few milliseconds of work. @returns false when everything is measured */
  step(): boolean {
    if (this.#render === null) {
      const start = this.#starts[this.#excerpt++];
      if (start === undefined) return false;
      this.#render = new SegmentRender(this.#requestAt(start), this.#readSource);
    }
    const run = this.#render.nextSamples();
    if (run === null) this.#render = null;
    else this.#meter.push(run.planar, run.frames);
    return true;
  }

  /** Integrated loudness of what was rendered so far, LUFS; null for silence. */
  finish(): number | null {
    return this.#meter.finish().integrated;
  }

  #requestAt(start: number): SegmentRequest {
    const { source, total, plan, geometry } = this.#request;
    return {
      source,
      sourceFrames: total,
      plan,
      geometry: { ...geometry, contextSeconds: Math.min(warmUpSeconds, geometry.contextSeconds) },
      rate: source.rate,
      range: {
        from: frames(start),
        until: frames(Math.min(start + this.#length, total)),
      },
    };
  }
}

/** The same at one go; about half a second per call for a long track. */
export function measureLoudness(request: MeasureRequest, readSource: ReadSource): number | null {
  const measurement = new LoudnessMeasurement(request, readSource);
  while (measurement.step());
  return measurement.finish();
}
