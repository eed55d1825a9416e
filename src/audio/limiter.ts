/** Look-ahead true-peak limiter, linked over the channels. The gain that each moment needs is the
 *  ceiling over the interpolated peak (BS.1770-4 annex 2); a sliding minimum brings it forward over
 *  the look-ahead, a one-pole release lets it recover, and a moving average of the look-ahead's
 *  length makes the attack smooth, so that the gain is down before the peak arrives. */
import { interpolatedPeak, truePeakGainMax, truePeakTaps } from "./truePeak.ts";

export const lookAheadSeconds = 0.005;
/** Time constant of the recovery; below context/14 of the default geometry by far. */
export const limiterReleaseSeconds = 0.08;
/** Frames that the needed gain is held beside its own: the interpolator's reach around a sample. */
const guard = 5;

/** Frames by which the limiter delays at `rate` (Hz). */
export function limiterLatency(rate: number): number {
  return averageLength(rate) + 8;
}

export class Limiter {
  /** Largest number of frames that one call takes. */
  static readonly blockMax = 8192;
  readonly latencyFrames: number;
  readonly #ceiling: number;
  readonly #gate: number;
  readonly #release: number;
  readonly #average: number;
  readonly #left: Float32Array;
  readonly #right: Float32Array;
  /** monotonic queue of the sliding minimum: values and the frames they belong to */
  readonly #values: Float64Array;
  readonly #ages: Float64Array;
  readonly #mask: number;
  readonly #box: Float64Array;
  #head = 0;
  #length = 0;
  #frame = 0;
  #gain = 1;
  #boxAt = 0;
  #boxSum: number;
  #hot = 0;
  /** frames since anything but unity was needed or averaged */
  #idle: number;

  /** @param ceilingDb dBTP */
  constructor(ceilingDb: number, rate: number) {
    this.#ceiling = 10 ** (ceilingDb / 20);
    this.#gate = this.#ceiling / truePeakGainMax;
    this.#average = averageLength(rate);
    this.latencyFrames = limiterLatency(rate);
    this.#release =
      Math.round((1 - Math.exp(-1 / (limiterReleaseSeconds * rate))) * 2 ** 40) / 2 ** 40;
    this.#left = new Float32Array(this.#history + Limiter.blockMax);
    this.#right = new Float32Array(this.#history + Limiter.blockMax);
    const size = 2 ** Math.ceil(Math.log2(this.#average + guard + 2));
    this.#mask = size - 1;
    this.#values = new Float64Array(size);
    this.#ages = new Float64Array(size);
    this.#box = new Float64Array(this.#average).fill(1);
    this.#boxSum = this.#average;
    this.#idle = this.#average;
  }

  /** In place: what comes out is what went in `latencyFrames` earlier, limited.
   *  @throws RangeError above `blockMax` frames. Cost 5–35 ns per frame, by loudness. */
  processStereo(left: Float32Array, right: Float32Array, frames: number): void {
    this.#process(left, right, frames);
  }

  processMono(samples: Float32Array, frames: number): void {
    this.#process(samples, null, frames);
  }

  get #history(): number {
    return Math.max(this.latencyFrames, truePeakTaps);
  }

  #process(left: Float32Array, right: Float32Array | null, frames: number): void {
    if (frames > Limiter.blockMax) throw new RangeError(`block of ${frames} frames`);
    const history = this.#history;
    const xl = this.#left;
    const xr = right === null ? xl : this.#right;
    xl.set(left.subarray(0, frames), history);
    if (right !== null) xr.set(right.subarray(0, frames), history);
    const gate = this.#gate;
    const ceiling = this.#ceiling;
    const release = this.#release;
    const average = this.#average;
    const values = this.#values;
    const ages = this.#ages;
    const mask = this.#mask;
    const box = this.#box;
    const inverse = 1 / average;
    const window = average + guard;
    const delay = this.latencyFrames;
    let head = this.#head;
    let length = this.#length;
    let frame = this.#frame;
    let gain = this.#gain;
    let boxAt = this.#boxAt;
    let boxSum = this.#boxSum;
    let hot = this.#hot;
    let idle = this.#idle;
    for (let i = 0; i < frames; i++, frame++) {
      const at = history + i;
      const al = Math.abs(xl[at]!);
      const ar = Math.abs(xr[at]!);
      if (al > gate || ar > gate) hot = truePeakTaps;
      let needed = 1;
      if (hot > 0) {
        hot--;
        let peak = interpolatedPeak(xl, at);
        if (right !== null) {
          const other = interpolatedPeak(xr, at);
          if (other > peak) peak = other;
        }
        const sl = Math.abs(xl[at - 6]!);
        const sr = Math.abs(xr[at - 6]!);
        if (sl > peak) peak = sl;
        if (sr > peak) peak = sr;
        if (peak > ceiling) needed = ceiling / peak;
      }
      if (needed === 1 && idle >= average) {
        if (right !== null) right[i] = xr[at - delay]!;
        left[i] = xl[at - delay]!;
        continue;
      }
      while (length > 0 && values[(head + length - 1) & mask]! >= needed) length--;
      const tail = (head + length) & mask;
      values[tail] = needed;
      ages[tail] = frame;
      length++;
      if (ages[head]! < frame - window) {
        head = (head + 1) & mask;
        length--;
      }
      const minimum = values[head]!;
      let recovered = gain + (1 - gain) * release;
      // The last billionth is inaudible, and ending there lets the quiet path take over.
      if (recovered > 1 - 1e-9) recovered = 1;
      gain = minimum < recovered ? minimum : recovered;
      idle = gain === 1 ? idle + 1 : 0;
      boxSum += gain - box[boxAt]!;
      box[boxAt] = gain;
      if (++boxAt === average) {
        // Summed afresh, so that rounding does not add up over a long track.
        boxAt = 0;
        boxSum = 0;
        for (let k = 0; k < average; k++) boxSum += box[k]!;
      }
      const factor = boxSum * inverse;
      if (right !== null) right[i] = xr[at - delay]! * factor;
      left[i] = xl[at - delay]! * factor;
      if (idle >= average) {
        length = 0;
        boxSum = average;
      }
    }
    xl.copyWithin(0, frames, frames + history);
    if (right !== null) xr.copyWithin(0, frames, frames + history);
    this.#head = head;
    this.#length = length;
    this.#frame = frame;
    this.#gain = gain;
    this.#boxAt = boxAt;
    this.#boxSum = boxSum;
    this.#hot = hot;
    this.#idle = idle;
  }
}

function averageLength(rate: number): number {
  return Math.max(1, Math.round(lookAheadSeconds * rate));
}
