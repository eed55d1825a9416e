/** Look-ahead true-peak limiter, linked over the channels. The gain that each moment needs is the
 *  ceiling over the interpolated peak: where the interpolator of BS.1770-4 annex 2 comes near the
 *  ceiling, a finer one decides. A sliding minimum brings it forward over
 *  the look-ahead, a one-pole release lets it recover, and a moving average of the look-ahead's
 *  length makes the attack smooth, so that the gain is down before the peak arrives. */
import { finePeak, interpolatorReach } from "./peakInterpolator.ts";
import { interpolatedPeak, truePeakGainMax, truePeakTaps } from "./truePeak.ts";

/** How long before a peak the gain begins to fall, and over how long it falls. */
export const lookAheadSeconds = 0.005;
/** Time constant of the recovery; below context/14 of the default geometry by far. */
export const limiterReleaseSeconds = 0.08;
/** Frames that the needed gain is held before and after its own: an interpolated peak is made of the
 *  samples around it. */
const hold = 4;
/** Share of the ceiling from which the finer interpolator is asked: −2.9 dB. */
const near = 0.72;

/** Frames by which the limiter delays at `rate` (Hz). */
export function limiterLatency(rate: number): number {
  return averageLength(rate) + interpolatorReach + hold;
}

/** Frames by which the newest tap of the coarse interpolator is older than the newest frame. */
const newestTap = interpolatorReach - 6;

/** A limiter as it is computed. */
export type LimiterTuning = {
  /** linear */
  readonly ceiling: number;
  /** from here on the finer interpolator is asked */
  readonly near: number;
  /** While no sample under the taps exceeds this, nothing between them can come near the ceiling: the
   *  interpolator need not run. */
  readonly gate: number;
  /** one-pole coefficient of the recovery */
  readonly release: number;
  /** frames of the moving average */
  readonly average: number;
  /** frames of the past that are looked at */
  readonly history: number;
  /** places of the queue of the sliding minimum, a power of two */
  readonly queue: number;
  /** frames over which the minimum slides */
  readonly window: number;
};

/** What a ceiling (dBTP) comes to at `rate` (Hz). */
export function limiterTuning(ceilingDb: number, rate: number): LimiterTuning {
  const ceiling = 10 ** (ceilingDb / 20);
  const average = averageLength(rate);
  return {
    ceiling,
    near: near * ceiling,
    // a billionth less, so that rounding cannot make the bound a lie
    gate: ((near * ceiling) / truePeakGainMax) * (1 - 1e-9),
    release: Math.round((1 - Math.exp(-1 / (limiterReleaseSeconds * rate))) * 2 ** 40) / 2 ** 40,
    average,
    history: Math.max(limiterLatency(rate), 2 * interpolatorReach),
    queue: 2 ** Math.ceil(Math.log2(average + 2 * hold + 2)),
    window: average + 2 * hold,
  };
}

/** State of one limited stream of one or two channels; begins as after endless silence. */
export class Limiter {
  /** Largest number of frames that one call takes. */
  static readonly blockMax = 8192;
  readonly latencyFrames: number;
  readonly #tuning: LimiterTuning;
  readonly #gated: boolean;
  readonly #left: Float32Array;
  readonly #right: Float32Array;
  /** monotonic queue of the sliding minimum: values and the frames they belong to */
  readonly #values: Float64Array;
  readonly #ages: Float64Array;
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

  /** @param ceilingDb dBTP
   *  @param gated false: interpolate everywhere. The result is the same, which is what it is for. */
  constructor(ceilingDb: number, rate: number, gated = true) {
    const tuning = limiterTuning(ceilingDb, rate);
    this.#tuning = tuning;
    this.#gated = gated;
    this.latencyFrames = limiterLatency(rate);
    this.#left = new Float32Array(tuning.history + Limiter.blockMax);
    this.#right = new Float32Array(tuning.history + Limiter.blockMax);
    this.#values = new Float64Array(tuning.queue);
    this.#ages = new Float64Array(tuning.queue);
    this.#box = new Float64Array(tuning.average).fill(1);
    this.#boxSum = tuning.average;
    this.#idle = tuning.average;
  }

  /** In place: what comes out is what went in `latencyFrames` earlier, limited.
   *  @throws RangeError above `blockMax` frames. Cost 5–35 ns per frame, by loudness. */
  processStereo(left: Float32Array, right: Float32Array, frames: number): void {
    this.#process(left, right, frames);
  }

  processMono(samples: Float32Array, frames: number): void {
    this.#process(samples, null, frames);
  }

  #process(left: Float32Array, right: Float32Array | null, frames: number): void {
    if (frames > Limiter.blockMax) throw new RangeError(`block of ${frames} frames`);
    const { history, ceiling, near: nearLevel, gate, release, average, window } = this.#tuning;
    const xl = this.#left;
    const stereo = right !== null;
    const xr = stereo ? this.#right : xl;
    xl.set(left.subarray(0, frames), history);
    if (stereo) xr.set(right.subarray(0, frames), history);
    const values = this.#values;
    const ages = this.#ages;
    const mask = this.#tuning.queue - 1;
    const box = this.#box;
    const inverse = 1 / average;
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
      const al = Math.abs(xl[at - newestTap]!);
      const ar = Math.abs(xr[at - newestTap]!);
      if (al > gate || ar > gate || !this.#gated) hot = truePeakTaps;
      let needed = 1;
      if (hot > 0) {
        hot--;
        const peak = Math.max(
          peakBefore(xl, at, nearLevel),
          stereo ? peakBefore(xr, at, nearLevel) : 0,
        );
        if (peak > ceiling) needed = ceiling / peak;
      }
      if (needed === 1 && idle >= average) {
        if (stereo) right[i] = xr[at - delay]!;
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
      if (stereo) right[i] = xr[at - delay]! * factor;
      left[i] = xl[at - delay]! * factor;
      if (idle >= average) {
        length = 0;
        boxSum = average;
      }
    }
    xl.copyWithin(0, frames, frames + history);
    if (stereo) xr.copyWithin(0, frames, frames + history);
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

/** Largest magnitude of the sample `interpolatorReach` frames before `at`, and between it and the
 *  next one. */
function peakBefore(x: Float32Array, at: number, nearLevel: number): number {
  const sample = Math.abs(x[at - interpolatorReach]!);
  const coarse = interpolatedPeak(x, at - interpolatorReach + 6);
  const peak = sample > coarse ? sample : coarse;
  if (peak < nearLevel) return peak;
  const fine = finePeak(x, at - interpolatorReach);
  return fine > peak ? fine : peak;
}

function averageLength(rate: number): number {
  return Math.max(1, Math.round(lookAheadSeconds * rate));
}
