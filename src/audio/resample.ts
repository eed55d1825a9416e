/** Resampling between any two rates by a polyphase windowed sinc whose phase comes from the
 *  absolute output frame: no state, so any range of the output can be computed on its own and joins
 *  its neighbours exactly.
 *
 *  Kaiser window, β = 10.06: flat to 0.9 of the lower Nyquist frequency, at least 100 dB down from
 *  that frequency on. */

import { besselI0 } from "./kaiser.ts";

/** Zero crossings of the sinc on each side, at the lower of the two rates. */
const crossings = 64;
const kaiserBeta = 10.06;
/** Middle of the transition band as a share of the lower Nyquist frequency. */
const cutoff = 0.95;
/** Above this many phases, neighbouring ones are interpolated (error below −115 dB). */
const phasesMax = 1280;

/** Planar source samples of the frames `[from, until)`: the reader's own, or the beginnings of `into`, if it can fill it. */
export type ReadSource = (
  from: number,
  until: number,
  into?: readonly Float32Array[],
) => readonly Float32Array[];

/** The filter for one pair of rates; holds its table and nothing else. */
export class Resampler {
  readonly #up: number;
  readonly #down: number;
  readonly #reach: number;
  readonly #taps: number;
  readonly #phases: number;
  readonly #table: Float64Array;
  readonly #blend: boolean;

  /** Builds the filter: some ms for awkward pairs. @param fromRate Hz @param toRate Hz, integers */
  constructor(fromRate: number, toRate: number) {
    const divisor = greatestCommonDivisor(fromRate, toRate);
    this.#up = toRate / divisor;
    this.#down = fromRate / divisor;
    this.#reach = resamplerReach(fromRate, toRate);
    this.#taps = 2 * this.#reach;
    this.#blend = this.#up > phasesMax;
    this.#phases = this.#blend ? phasesMax : this.#up;
    this.#table = makeTable(
      this.#phases + 1,
      this.#phases,
      this.#reach,
      Math.min(1, toRate / fromRate),
    );
  }

  /** Source frames that the output frames `[from, until)` depend on; may reach below 0 and past
   *  the end, where the source counts as silence. */
  sourceRange(from: number, until: number): { readonly from: number; readonly until: number } {
    return {
      from: this.#position(from) - this.#reach + 1,
      until: this.#position(Math.max(from, until - 1)) + this.#reach + 1,
    };
  }

  /** @param source planar samples of exactly `sourceRange(from, until)`
   *  @param into planar, at least `until − from` samples per channel
   *  Cost about 0.65 ns per tap and sample: 128 taps, more in proportion when the rate falls. */
  resample(
    source: readonly Float32Array[],
    from: number,
    until: number,
    into: readonly Float32Array[],
  ): void {
    const first = this.#position(from) - this.#reach + 1;
    // Widened once here instead of once per tap: every sample is read by some hundred taps.
    for (let channel = 0; channel < into.length; channel++)
      this.#resampleChannel(new Float64Array(source[channel]!), first, from, until, into[channel]!);
  }

  #position(frame: number): number {
    return Math.floor((frame * this.#down) / this.#up);
  }

  #resampleChannel(
    x: Float64Array,
    first: number,
    from: number,
    until: number,
    y: Float32Array,
  ): void {
    const taps = this.#taps;
    const table = this.#table;
    for (let frame = from; frame < until; frame++) {
      const position = this.#position(frame);
      // Exact: frame × down stays below 2⁵³ for 24 h at any pair of rates up to 192 kHz.
      const phase = frame * this.#down - position * this.#up;
      const at = position - this.#reach + 1 - first;
      if (!this.#blend) {
        y[frame - from] = dot(x, at, table, phase * taps, taps);
        continue;
      }
      const scaled = (phase * this.#phases) / this.#up;
      const whole = Math.floor(scaled);
      const low = dot(x, at, table, whole * taps, taps);
      const high = dot(x, at, table, (whole + 1) * taps, taps);
      y[frame - from] = low + (high - low) * (scaled - whole);
    }
  }
}

/** Source frames on each side of a position that an output frame depends on. */
export function resamplerReach(fromRate: number, toRate: number): number {
  // Even, so that the taps come in fours.
  return 2 * Math.ceil((crossings / 2) * Math.max(1, fromRate / toRate));
}

function dot(x: Float64Array, at: number, table: Float64Array, row: number, taps: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let k = 0, i = at, j = row; k < taps; k += 4, i += 4, j += 4) {
    a += x[i]! * table[j]!;
    b += x[i + 1]! * table[j + 1]!;
    c += x[i + 2]! * table[j + 2]!;
    d += x[i + 3]! * table[j + 3]!;
  }
  return a + b + (c + d);
}

/** Rows of taps, one per phase, each normalised to unity gain at 0 Hz. */
function makeTable(rows: number, phases: number, reach: number, scale: number): Float64Array {
  const taps = 2 * reach;
  const table = new Float64Array(rows * taps);
  const row = new Float64Array(taps);
  const edge = besselI0(kaiserBeta);
  for (let p = 0; p < rows; p++) {
    let sum = 0;
    for (let k = 0; k < taps; k++) {
      const t = k - reach + 1 - p / phases;
      const inside = 1 - (t / reach) ** 2;
      const window = inside <= 0 ? 0 : besselI0(kaiserBeta * Math.sqrt(inside)) / edge;
      const w = Math.PI * cutoff * scale * t;
      row[k] = window * (t === 0 ? 1 : Math.sin(w) / w);
      sum += row[k]!;
    }
    // Rounded like all coefficients, so that a platform's sine does not show.
    for (let k = 0; k < taps; k++)
      table[p * taps + k] = Math.round((row[k]! / sum) * 2 ** 40) / 2 ** 40;
  }
  return table;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
