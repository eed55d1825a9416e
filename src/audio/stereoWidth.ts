/** Mid/side width: the side signal scaled, and taken out below a frequency, where a wide bass only
 *  costs headroom and cancels in mono. */
import { biquadCoefficients, highestShare } from "./biquad.ts";

/** In place, without latency; the mid signal passes untouched. Cost about 4 ns per frame. */
export class StereoWidth {
  readonly #width: number;
  readonly #c: Float64Array;
  readonly #filtered: boolean;
  #s0 = 0;
  #s1 = 0;

  /** @param width factor of the side signal: 0 mono, 1 as it was
   *  @param monoBelowHz corner of a second-order high-pass on the side signal; null: none */
  constructor(width: number, monoBelowHz: number | null, rate: number) {
    this.#width = width;
    this.#filtered = monoBelowHz !== null && monoBelowHz < highestShare * rate;
    this.#c = Float64Array.from(
      this.#filtered
        ? biquadCoefficients(
            { type: "highpass", frequency: monoBelowHz!, q: Math.SQRT1_2, gainDb: 0 },
            rate,
          )
        : [1, 0, 0, 0, 0],
    );
  }

  process(left: Float32Array, right: Float32Array, frames: number): void {
    const half = 0.5 * this.#width;
    const b0 = this.#c[0]!;
    const b1 = this.#c[1]!;
    const b2 = this.#c[2]!;
    const a1 = this.#c[3]!;
    const a2 = this.#c[4]!;
    let s0 = this.#s0;
    let s1 = this.#s1;
    for (let i = 0; i < frames; i++) {
      const l = left[i]!;
      const r = right[i]!;
      const mid = 0.5 * (l + r);
      const x = half * (l - r);
      const side = b0 * x + s0;
      s0 = b1 * x - a1 * side + s1;
      s1 = b2 * x - a2 * side;
      left[i] = mid + side;
      right[i] = mid - side;
    }
    this.#s0 = Math.abs(s0) < 1e-30 ? 0 : s0;
    this.#s1 = Math.abs(s1) < 1e-30 ? 0 : s1;
  }
}
