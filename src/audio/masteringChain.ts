/** The chain that a plan describes: EQ (with the subsonic high-pass) → compressor → width → gain →
 *  true-peak limiter. Stages that the plan leaves neutral are not run at all. */
import { BiquadCascade, biquadCoefficients, biquadTimeConstant, highestShare } from "./biquad.ts";
import { Compressor } from "./compressor.ts";
import { Limiter, limiterReleaseSeconds, lookAheadSeconds, limiterLatency } from "./limiter.ts";
import type { EqBand, Plan } from "./plan.ts";
import { StereoWidth } from "./stereoWidth.ts";

/** Frames by which the chain of `plan` delays at `rate` (Hz). */
export function chainLatency(plan: Plan, rate: number): number {
  return plan.ceilingDb === null ? 0 : limiterLatency(rate);
}

/** Longest time constant (to 1/e) of anything in the chain, seconds. Segments are rendered from a
 *  context before them; for the rest of the past to have died away (−120 dB), this must not exceed
 *  context/14. */
export function longestTimeConstant(plan: Plan, rate: number): number {
  const filters = [...plan.eq, ...sideBand(plan)]
    .filter((band) => band.frequency < highestShare * rate)
    .map((band) => biquadTimeConstant(biquadCoefficients(band, rate), rate));
  const compressor = plan.compressor;
  return Math.max(
    0,
    ...filters,
    ...(compressor === null ? [] : [compressor.attackMs / 1000, compressor.releaseMs / 1000]),
    ...(plan.ceilingDb === null ? [] : [limiterReleaseSeconds, lookAheadSeconds]),
  );
}

/** One stream through the chain of one plan. */
export type Chain = {
  /** frames by which what comes out is late */
  readonly latencyFrames: number;
  /** In place.
   *  @param planar one or two channels of at least `frames` samples, all of them finite
   *  @throws RangeError above `MasteringChain.blockMax` frames, or for more channels (a bug) */
  readonly process: (planar: readonly Float32Array[], frames: number) => void;
};

/** Frames of the stream after which what has decayed to nothing in the stages becomes nothing. Counted from the
 *  stream's beginning, so that the partition into calls does not show. */
const settleEvery = 512;

/** The chain in plain TypeScript: what `EngineChain` must be equal to, bit for bit, and is tested against. Cost about 70 ns per stereo frame with all stages
 *  at work: over 300 times real time at 44.1 kHz. */
export class MasteringChain implements Chain {
  /** Largest number of frames that one call takes. */
  static readonly blockMax = Limiter.blockMax;
  readonly latencyFrames: number;
  readonly #eq: BiquadCascade | null;
  readonly #compressor: Compressor | null;
  readonly #width: StereoWidth | null;
  readonly #gain: number;
  readonly #limiter: Limiter | null;
  /** frames since the stream was at a multiple of `settleEvery` */
  #come = 0;

  /** @param rate Hz. The state begins as after endless silence.
   *  @param gated as for `Limiter` */
  constructor(plan: Plan, rate: number, gated = true) {
    this.latencyFrames = chainLatency(plan, rate);
    this.#eq = plan.eq.length === 0 ? null : new BiquadCascade(plan.eq, rate);
    this.#compressor = plan.compressor === null ? null : new Compressor(plan.compressor, rate);
    this.#width =
      plan.width === 1 && plan.monoBelowHz === null
        ? null
        : new StereoWidth(plan.width, plan.monoBelowHz, rate);
    this.#gain = 10 ** (plan.gainDb / 20);
    this.#limiter = plan.ceilingDb === null ? null : new Limiter(plan.ceilingDb, rate, gated);
  }

  process(planar: readonly Float32Array[], frames: number): void {
    checkBlock(planar, frames);
    for (let at = 0; at < frames;) {
      const count = Math.min(settleEvery - this.#come, frames - at);
      const left = planar[0]!.subarray(at, at + count);
      const right = planar[1]?.subarray(at, at + count);
      if (right === undefined) this.#processMono(left, count);
      else this.#processStereo(left, right, count);
      at += count;
      this.#come += count;
      if (this.#come === settleEvery) this.#settle();
    }
  }

  #settle(): void {
    this.#come = 0;
    this.#eq?.settle();
    this.#compressor?.settle();
    this.#width?.settle();
  }

  #processStereo(left: Float32Array, right: Float32Array, frames: number): void {
    this.#eq?.processStereo(left, right, frames);
    this.#compressor?.processStereo(left, right, frames);
    this.#width?.process(left, right, frames);
    this.#amplify(left, frames);
    this.#amplify(right, frames);
    this.#limiter?.processStereo(left, right, frames);
  }

  #processMono(samples: Float32Array, frames: number): void {
    this.#eq?.processMono(samples, frames);
    this.#compressor?.processMono(samples, frames);
    this.#amplify(samples, frames);
    this.#limiter?.processMono(samples, frames);
  }

  #amplify(samples: Float32Array, frames: number): void {
    const gain = this.#gain;
    if (gain === 1) return;
    for (let i = 0; i < frames; i++) samples[i] = samples[i]! * gain;
  }
}

/** What every chain asks of a call. @throws RangeError */
export function checkBlock(planar: readonly Float32Array[], frames: number): void {
  if (planar.length < 1 || planar.length > 2)
    throw new RangeError(`chain of ${planar.length} channels`);
  if (frames > MasteringChain.blockMax) throw new RangeError(`block of ${frames} frames`);
}

function sideBand(plan: Plan): readonly EqBand[] {
  return plan.monoBelowHz === null
    ? []
    : [{ type: "highpass", frequency: plan.monoBelowHz, q: Math.SQRT1_2, gainDb: 0 }];
}
