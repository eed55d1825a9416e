/** Feed-forward compressor: peak detector linked over the channels, soft-knee gain computer after
 *  Giannoulis, Massberg and Reiss (JAES 2012), smoothing of the gain in the logarithmic domain. */
import { exp2, log2 } from "./logarithm.ts";
import type { CompressorPlan } from "./plan.ts";

/** dB per unit of log2 of an amplitude. */
const dbPerOctave = 20 * Math.log10(2);

/** Gain (dB, ≤ 0) that the static curve asks for at a level (dB). */
export function staticGainDb(plan: CompressorPlan, levelDb: number): number {
  const slope = 1 / plan.ratio - 1;
  const over = levelDb - plan.thresholdDb;
  const half = plan.kneeDb / 2;
  if (over <= -half) return 0;
  return over >= half ? slope * over : (slope * (over + half) ** 2) / (2 * plan.kneeDb);
}

/** A compressor as it is computed; levels and gains as log2 of an amplitude. */
export type CompressorTuning = {
  readonly threshold: number;
  readonly halfKnee: number;
  readonly slope: number;
  readonly kneeSlope: number;
  /** amplitude at which the knee begins */
  readonly floor: number;
  /** one-pole coefficients of the falling and of the rising gain */
  readonly attack: number;
  readonly release: number;
};

/** What a plan comes to at `rate` (Hz). */
export function compressorTuning(plan: CompressorPlan, rate: number): CompressorTuning {
  const halfKnee = Math.max(plan.kneeDb, 0.01) / 2 / dbPerOctave;
  const slope = 1 / plan.ratio - 1;
  return {
    threshold: plan.thresholdDb / dbPerOctave,
    halfKnee,
    slope,
    kneeSlope: slope / (4 * halfKnee),
    floor: 10 ** ((plan.thresholdDb - plan.kneeDb / 2) / 20),
    attack: smoothing(plan.attackMs, rate),
    release: smoothing(plan.releaseMs, rate),
  };
}

/** Works in place, without latency; no make-up gain (the plan's gain holds it).
 *  Cost about 10 ns per frame. */
export class Compressor {
  readonly #tuning: CompressorTuning;
  /** smoothed gain as log2 of a factor, ≤ 0 */
  #gain = 0;

  constructor(plan: CompressorPlan, rate: number) {
    this.#tuning = compressorTuning(plan, rate);
  }

  processStereo(left: Float32Array, right: Float32Array, frames: number): void {
    let gain = this.#gain;
    for (let i = 0; i < frames; i++) {
      const l = left[i]!;
      const r = right[i]!;
      const al = Math.abs(l);
      const ar = Math.abs(r);
      gain = this.#follow(al > ar ? al : ar, gain);
      if (gain < -1e-8) {
        const factor = exp2(gain);
        left[i] = l * factor;
        right[i] = r * factor;
      }
    }
    this.#gain = gain;
  }

  processMono(samples: Float32Array, frames: number): void {
    let gain = this.#gain;
    for (let i = 0; i < frames; i++) {
      const x = samples[i]!;
      gain = this.#follow(Math.abs(x), gain);
      if (gain < -1e-8) samples[i] = x * exp2(gain);
    }
    this.#gain = gain;
  }

  /** A gain that has come back to nothing is nothing: no denormal numbers. */
  settle(): void {
    if (this.#gain > -1e-12) this.#gain = 0;
  }

  #follow(level: number, gain: number): number {
    const { threshold, halfKnee, slope, kneeSlope, floor, attack, release } = this.#tuning;
    let wanted = 0;
    if (level > floor) {
      const over = log2(level) - threshold;
      wanted = over > halfKnee ? slope * over : kneeSlope * (over + halfKnee) * (over + halfKnee);
    }
    return wanted + (wanted < gain ? attack : release) * (gain - wanted);
  }
}

/** One-pole coefficient that reaches 1 − 1/e after `ms`; rounded like the filters' coefficients. */
function smoothing(ms: number, rate: number): number {
  return Math.round(Math.exp(-1000 / (ms * rate)) * 2 ** 40) / 2 ** 40;
}
