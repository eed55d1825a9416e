/** Geometry: the one place where time, frame, segment, chunk and offset are converted.
 *  Everything is integer frames at one rate; seconds exist only at the edges. */

declare const framesBrand: unique symbol;
/** A count or position in frames (one sample per channel), a non-negative safe integer. */
export type Frames = number & { readonly [framesBrand]: true };

/** Lengths of the grid in seconds. Configuration, so that simulations can be small. */
export type Geometry = {
  /** length of a segment */
  readonly intervalSeconds: number;
  /** how far a chunk reaches into the next segment */
  readonly overlapSeconds: number;
  /** fixed pre-roll that warms the mastering chain before a segment */
  readonly contextSeconds: number;
};

export const defaultGeometry: Geometry = {
  intervalSeconds: 10,
  overlapSeconds: 5,
  contextSeconds: 5,
};

/** Half-open range of frames `[from, until)`. */
export type FrameRange = { readonly from: Frames; readonly until: Frames };

/** @throws RangeError unless `value` is a non-negative safe integer (a bug, never bad input). */
export function frames(value: number): Frames {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new RangeError(`not a frame count: ${value}`);
  return value as Frames;
}

/** Nearest frame to a time, clamped to zero. @param seconds finite @param rate Hz
 *  @throws RangeError if `seconds` is not finite. */
export function secondsToFrames(seconds: number, rate: number): Frames {
  return frames(Math.max(0, Math.round(seconds * rate)));
}

/** Time of a frame, in seconds. @param rate Hz */
export function framesToSeconds(at: Frames, rate: number): number {
  return at / rate;
}

/** Segment length in frames at `rate` (Hz). */
export function intervalFrames(geometry: Geometry, rate: number): Frames {
  return frames(Math.max(1, Math.round(geometry.intervalSeconds * rate)));
}

/** How far a chunk reaches into the next segment, in frames at `rate` (Hz). */
function overlapFrames(geometry: Geometry, rate: number): Frames {
  return frames(Math.round(geometry.overlapSeconds * rate));
}

/** Pre-roll before a segment, in frames at `rate` (Hz). */
export function contextFrames(geometry: Geometry, rate: number): Frames {
  return frames(Math.round(geometry.contextSeconds * rate));
}

/** Number of segments of a track of `total` frames: ceil(total / interval); 0 for an empty track. */
export function segmentCount(geometry: Geometry, rate: number, total: Frames): number {
  return Math.ceil(total / intervalFrames(geometry, rate));
}

/** Where frame `at` lies: its segment and the offset inside it, in frames. */
export function locate(
  geometry: Geometry,
  rate: number,
  at: Frames,
): { readonly segment: number; readonly offset: Frames } {
  const interval = intervalFrames(geometry, rate);
  return { segment: Math.floor(at / interval), offset: frames(at % interval) };
}

/** Frames of segment `index`, cut at the end of the track (`total`); empty when past the end. */
export function segmentRange(
  geometry: Geometry,
  rate: number,
  index: number,
  total: Frames,
): FrameRange {
  const interval = intervalFrames(geometry, rate);
  const from = Math.min(index * interval, total);
  return { from: frames(from), until: frames(Math.min(from + interval, total)) };
}

/** Frames of chunk `index`: its segment and the overlap into the next one, cut at `total`. */
export function chunkRange(
  geometry: Geometry,
  rate: number,
  index: number,
  total: Frames,
): FrameRange {
  const { from, until } = segmentRange(geometry, rate, index, total);
  const overlap = overlapFrames(geometry, rate);
  return { from, until: frames(Math.min(until + overlap, total)) };
}

/** Length of a track after resampling: ceil(total · to / from), exact for equal rates. */
export function resampledLength(total: Frames, fromRate: number, toRate: number): Frames {
  return fromRate === toRate ? total : frames(Math.ceil((total * toRate) / fromRate));
}
