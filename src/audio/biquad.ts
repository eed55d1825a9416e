/** Second-order filters after R. Bristow-Johnson's Audio EQ Cookbook, and a cascade of them. */
import type { EqBand } from "./plan.ts";

/** b0, b1, b2, a1, a2 of a section, normalised to a0 = 1. */
export type BiquadCoefficients = readonly [number, number, number, number, number];

/** Highest usable frequency of a section as a share of the rate; above it, it is left out. */
export const highestShare = 0.45;

/** Coefficients of one section at `rate` (Hz). Rounded to 2⁻⁴⁰, so that they do not depend on the
 *  last bit of a platform's sine. Source: Audio EQ Cookbook (shelves with Q). */
export function biquadCoefficients(band: EqBand, rate: number): BiquadCoefficients {
  const a = 10 ** (band.gainDb / 40);
  const w = (2 * Math.PI * band.frequency) / rate;
  const c = Math.cos(w);
  const alpha = Math.sin(w) / (2 * band.q);
  const root = 2 * Math.sqrt(a) * alpha;
  switch (band.type) {
    case "highpass":
      return normalised((1 + c) / 2, -(1 + c), (1 + c) / 2, 1 + alpha, -2 * c, 1 - alpha);
    case "peaking":
      return normalised(1 + alpha * a, -2 * c, 1 - alpha * a, 1 + alpha / a, -2 * c, 1 - alpha / a);
    case "lowshelf":
      return normalised(
        a * (a + 1 - (a - 1) * c + root),
        2 * a * (a - 1 - (a + 1) * c),
        a * (a + 1 - (a - 1) * c - root),
        a + 1 + (a - 1) * c + root,
        -2 * (a - 1 + (a + 1) * c),
        a + 1 + (a - 1) * c - root,
      );
    case "highshelf":
      return normalised(
        a * (a + 1 + (a - 1) * c + root),
        -2 * a * (a - 1 + (a + 1) * c),
        a * (a + 1 + (a - 1) * c - root),
        a + 1 - (a - 1) * c + root,
        2 * (a - 1 - (a + 1) * c),
        a + 1 - (a - 1) * c - root,
      );
  }
}

/** Gain of a section at `frequency` (Hz), dB. Cost O(1). */
export function biquadGainDb(
  [b0, b1, b2, a1, a2]: BiquadCoefficients,
  frequency: number,
  rate: number,
): number {
  const w = (2 * Math.PI * frequency) / rate;
  const power = (k0: number, k1: number, k2: number) =>
    (k0 + k1 * Math.cos(w) + k2 * Math.cos(2 * w)) ** 2 +
    (k1 * Math.sin(w) + k2 * Math.sin(2 * w)) ** 2;
  return 10 * Math.log10(power(b0, b1, b2) / power(1, a1, a2));
}

/** Time after which the slowest pole of a section has decayed to 1/e, seconds. */
export function biquadTimeConstant([, , , a1, a2]: BiquadCoefficients, rate: number): number {
  const discriminant = a1 * a1 - 4 * a2;
  const radius = discriminant < 0 ? Math.sqrt(a2) : (Math.abs(a1) + Math.sqrt(discriminant)) / 2;
  return -1 / (rate * Math.log(radius));
}

/** Sections in series over one or two channels, in one loop, transposed direct form II with 64-bit
 *  state, nothing rounded in between. Works in place. Cost about 2 ns per section and channel. */
export class BiquadCascade {
  readonly #coefficients: Float64Array;
  readonly #state: Float64Array;
  readonly #sections: number;

  /** Bands at or above 0.45 × `rate` are left out: they would warp beyond use. */
  constructor(bands: readonly EqBand[], rate: number) {
    const used = bands.filter((band) => band.frequency < highestShare * rate);
    this.#sections = used.length;
    this.#coefficients = Float64Array.from(used.flatMap((band) => biquadCoefficients(band, rate)));
    this.#state = new Float64Array(used.length * 4);
  }

  processStereo(left: Float32Array, right: Float32Array, frames: number): void {
    const c = this.#coefficients;
    const s = this.#state;
    const sections = this.#sections;
    for (let i = 0; i < frames; i++) {
      let x = left[i]!;
      let z = right[i]!;
      for (let k = 0, j = 0, t = 0; k < sections; k++, j += 5, t += 4) {
        const b0 = c[j]!;
        const b1 = c[j + 1]!;
        const b2 = c[j + 2]!;
        const a1 = c[j + 3]!;
        const a2 = c[j + 4]!;
        const y = b0 * x + s[t]!;
        s[t] = b1 * x - a1 * y + s[t + 1]!;
        s[t + 1] = b2 * x - a2 * y;
        x = y;
        const w = b0 * z + s[t + 2]!;
        s[t + 2] = b1 * z - a1 * w + s[t + 3]!;
        s[t + 3] = b2 * z - a2 * w;
        z = w;
      }
      left[i] = x;
      right[i] = z;
    }
    flushDenormals(s);
  }

  processMono(samples: Float32Array, frames: number): void {
    const c = this.#coefficients;
    const s = this.#state;
    const sections = this.#sections;
    for (let i = 0; i < frames; i++) {
      let x = samples[i]!;
      for (let k = 0, j = 0, t = 0; k < sections; k++, j += 5, t += 4) {
        const y = c[j]! * x + s[t]!;
        s[t] = c[j + 1]! * x - c[j + 3]! * y + s[t + 1]!;
        s[t + 1] = c[j + 2]! * x - c[j + 4]! * y;
        x = y;
      }
      samples[i] = x;
    }
    flushDenormals(s);
  }
}

/** Numbers below 1e-300 are many times slower to compute with; after silence a state ends there. */
function flushDenormals(state: Float64Array): void {
  for (let k = 0; k < state.length; k++) if (Math.abs(state[k]!) < 1e-30) state[k] = 0;
}

function normalised(
  b0: number,
  b1: number,
  b2: number,
  a0: number,
  a1: number,
  a2: number,
): BiquadCoefficients {
  return [rounded(b0 / a0), rounded(b1 / a0), rounded(b2 / a0), rounded(a1 / a0), rounded(a2 / a0)];
}

function rounded(value: number): number {
  return Math.round(value * 2 ** 40) / 2 ** 40;
}
