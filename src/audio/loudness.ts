/** Loudness after ITU-R BS.1770-4 (integrated, gated) and EBU Tech 3342 (loudness range). */
import { RunningSpread } from "./fingerprint/runningSpread.ts";

/** Hops of 100 ms in a gating block (400 ms, 75 % overlap) and in a short-term window (3 s). */
const blockHops = 4;
const shortTermHops = 30;

/** What the meter says of a track. */
export type Loudness = {
  /** LUFS; null when nothing passes the gate: silence */
  readonly integrated: number | null;
  /** LU; 0 below three seconds */
  readonly range: number;
  /** standard deviation of the short-term loudness behind the gates of the range, LU; 0 below three seconds */
  readonly variation: number;
};

/** Streaming meter of one or two channels. A track shorter than a gating block counts as one block.
 *  Cost about 12 ns per frame; 80 bytes per second of audio. */
export class LoudnessMeter {
  readonly #rate: number;
  readonly #filters: readonly KWeighting[];
  readonly #hops: number[] = [];
  #sum = 0;
  #inHop = 0;
  #hopFrames: number;

  /** @param rate Hz @param channels 1 or 2; a single channel has weight one */
  constructor(rate: number, channels: number) {
    this.#rate = rate;
    this.#filters = Array.from({ length: channels }, () => new KWeighting(rate));
    this.#hopFrames = Math.max(1, Math.round(rate / 10));
  }

  /** @param planar samples, ±1 is full scale; any number of frames */
  push(planar: readonly Float32Array[], frames: number): void {
    let at = 0;
    while (at < frames) {
      const count = Math.min(frames - at, this.#hopFrames - this.#inHop);
      const [left, right] = this.#filters as [KWeighting, KWeighting?];
      this.#sum += right
        ? left.energyOfBoth(planar[0]!, right, planar[1]!, at, at + count)
        : left.energy(planar[0]!, at, at + count);
      at += count;
      this.#inHop += count;
      if (this.#inHop === this.#hopFrames) this.#endHop();
    }
  }

  /** Another meter that has heard the same so far. Cost O(hops). */
  fork(): LoudnessMeter {
    const other = new LoudnessMeter(this.#rate, this.#filters.length);
    this.#filters.forEach((filter, channel) => other.#filters[channel]!.take(filter));
    for (const hop of this.#hops) other.#hops.push(hop);
    other.#sum = this.#sum;
    other.#inHop = this.#inHop;
    other.#hopFrames = this.#hopFrames;
    return other;
  }

  /** Mean square of each 100 ms hop, K-weighted, channels summed. */
  get hops(): readonly number[] {
    return this.#hops;
  }

  finish(): Loudness {
    if (this.#hops.length < blockHops && this.#hops.length + this.#inHop > 0) {
      const frames = this.#hops.length * (this.#rate / 10) + this.#inHop;
      const energy = this.#hops.reduce((sum, hop) => sum + hop * (this.#rate / 10), this.#sum);
      return { integrated: gatedLoudness([energy / frames]), range: 0, variation: 0 };
    }
    const shortTerm = gatedShortTerm(slidingMeans(this.#hops, shortTermHops));
    return {
      integrated: gatedLoudness(slidingMeans(this.#hops, blockHops)),
      range: loudnessRange(shortTerm),
      variation: loudnessVariation(shortTerm),
    };
  }

  #endHop(): void {
    this.#hops.push(this.#sum / this.#hopFrames);
    this.#sum = 0;
    this.#inHop = 0;
    const next = this.#hops.length + 1;
    this.#hopFrames = Math.max(
      1,
      Math.round((next * this.#rate) / 10) - Math.round(((next - 1) * this.#rate) / 10),
    );
  }
}

/** Gated loudness from the mean squares of consecutive hops of 100 ms, K-weighted, channels summed.
 *  @param mean that of all frames, which counts where there is no gating block
 *  @returns LUFS; null when nothing passes the gate */
export function integratedLoudness(hops: readonly number[], mean: number): number | null {
  return gatedLoudness(hops.length < blockHops ? [mean] : slidingMeans(hops, blockHops));
}

/** LUFS of a mean square after K-weighting; −Infinity for 0. */
export function loudnessOf(meanSquare: number): number {
  return -0.691 + 10 * Math.log10(meanSquare);
}

/** Gated mean of block energies: absolute gate −70 LUFS, relative gate −10 LU. */
function gatedLoudness(blocks: readonly number[]): number | null {
  const audible = blocks.filter((block) => loudnessOf(block) > -70);
  if (audible.length === 0) return null;
  const gate = mean(audible) / 10;
  return loudnessOf(mean(audible.filter((block) => block > gate)));
}

/** Short-term loudness, LUFS, rising, of what passes the gates of Tech 3342 (−70 LUFS, −20 LU). */
function gatedShortTerm(windows: readonly number[]): Float64Array {
  const audible = windows.filter((window) => loudnessOf(window) > -70);
  const gate = audible.length === 0 ? 0 : mean(audible) / 100;
  return Float64Array.from(
    audible.filter((window) => window > gate),
    loudnessOf,
  ).sort();
}

/** From the 10th to the 95th percentile. */
function loudnessRange(rising: Float64Array): number {
  if (rising.length === 0) return 0;
  const at = (share: number) => rising[Math.round(share * (rising.length - 1))]!;
  return at(0.95) - at(0.1);
}

function loudnessVariation(loudness: Float64Array): number {
  const spread = new RunningSpread();
  for (const each of loudness) spread.add(each);
  return spread.deviation();
}

function slidingMeans(hops: readonly number[], length: number): number[] {
  const means: number[] = [];
  for (let k = length; k <= hops.length; k++) {
    let sum = 0;
    for (let j = k - length; j < k; j++) sum += hops[j]!;
    means.push(sum / length);
  }
  return means;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Power gain of the K-weighting at a frequency (Hz), evaluated at 192 kHz. */
export function kWeightingGain(frequency: number): number {
  const rate = 192_000;
  const w = (2 * Math.PI * frequency) / rate;
  const { shelf, highpass } = kCoefficients(rate);
  const power = (k: readonly number[]) =>
    (k[0]! + k[1]! * Math.cos(w) + k[2]! * Math.cos(2 * w)) ** 2 +
    (k[1]! * Math.sin(w) + k[2]! * Math.sin(2 * w)) ** 2;
  const gain = (c: readonly number[]) => power(c.slice(0, 3)) / power([1, c[3]!, c[4]!]);
  return gain(shelf) * gain(highpass);
}

/** The pre-filter and the RLB filter of BS.1770, re-derived for any rate (the standard gives their
 *  coefficients at 48 kHz only; the analogue parameters are those of libebur128). */
function kCoefficients(rate: number): {
  readonly shelf: readonly [number, number, number, number, number];
  readonly highpass: readonly [number, number, number, number, number];
} {
  let k = Math.tan((Math.PI * Math.min(1681.974450955533, 0.49 * rate)) / rate);
  let q = 0.7071752369554196;
  const high = 10 ** (3.999843853973347 / 20);
  const middle = high ** 0.4996667741545416;
  let a0 = 1 + k / q + k * k;
  const shelf = [
    (high + (middle * k) / q + k * k) / a0,
    (2 * (k * k - high)) / a0,
    (high - (middle * k) / q + k * k) / a0,
    (2 * (k * k - 1)) / a0,
    (1 - k / q + k * k) / a0,
  ] as const;
  k = Math.tan((Math.PI * Math.min(38.13547087602444, 0.49 * rate)) / rate);
  q = 0.5003270373238773;
  a0 = 1 + k / q + k * k;
  return { shelf, highpass: [1, -2, 1, (2 * (k * k - 1)) / a0, (1 - k / q + k * k) / a0] };
}

/** The K-weighting of one channel, as it streams. */
export class KWeighting {
  /** b0 b1 b2 a1 a2 of the shelf, a1 a2 of the highpass */
  readonly #c: readonly [number, number, number, number, number, number, number];
  readonly #state = new Float64Array(4);

  constructor(rate: number) {
    const { shelf, highpass } = kCoefficients(rate);
    this.#c = [...shelf, highpass[3], highpass[4]];
  }

  /** Goes on from where another one, of the same rate, is. */
  take(other: KWeighting): void {
    this.#state.set(other.#state);
  }

  /** Sum of squares of the weighted samples `[from, until)` of this channel and another. Either waits for its own last
   *  sample: side by side they take hardly longer than one. */
  energyOfBoth(
    samples: Float32Array,
    other: KWeighting,
    otherSamples: Float32Array,
    from: number,
    until: number,
  ): number {
    const [b0, b1, b2, a1, a2, c1, c2] = this.#c;
    const state = this.#state;
    const otherState = other.#state;
    let p = state[0]!;
    let q = state[1]!;
    let u = state[2]!;
    let v = state[3]!;
    let op = otherState[0]!;
    let oq = otherState[1]!;
    let ou = otherState[2]!;
    let ov = otherState[3]!;
    let sum = 0;
    let otherSum = 0;
    for (let i = from; i < until; i++) {
      const x = samples[i]!;
      const ox = otherSamples[i]!;
      const y = b0 * x + p;
      const oy = b0 * ox + op;
      p = b1 * x - a1 * y + q;
      op = b1 * ox - a1 * oy + oq;
      q = b2 * x - a2 * y;
      oq = b2 * ox - a2 * oy;
      const w = y + u;
      const ow = oy + ou;
      u = -2 * y - c1 * w + v;
      ou = -2 * oy - c1 * ow + ov;
      v = y - c2 * w;
      ov = oy - c2 * ow;
      sum += w * w;
      otherSum += ow * ow;
    }
    keep(state, p, q, u, v);
    keep(otherState, op, oq, ou, ov);
    return sum + otherSum;
  }

  /** Sum of squares of the weighted samples `[from, until)`. */
  energy(samples: Float32Array, from: number, until: number): number {
    const [b0, b1, b2, a1, a2, c1, c2] = this.#c;
    const state = this.#state;
    let p = state[0]!;
    let q = state[1]!;
    let u = state[2]!;
    let v = state[3]!;
    let sum = 0;
    for (let i = from; i < until; i++) {
      const x = samples[i]!;
      const y = b0 * x + p;
      p = b1 * x - a1 * y + q;
      q = b2 * x - a2 * y;
      const w = y + u;
      u = -2 * y - c1 * w + v;
      v = y - c2 * w;
      sum += w * w;
    }
    keep(state, p, q, u, v);
    return sum;
  }
}

/** Denormal numbers are slow, and nobody hears them. */
function keep(state: Float64Array, p: number, q: number, u: number, v: number): void {
  state[0] = Math.abs(p) < 1e-30 ? 0 : p;
  state[1] = Math.abs(q) < 1e-30 ? 0 : q;
  state[2] = Math.abs(u) < 1e-30 ? 0 : u;
  state[3] = Math.abs(v) < 1e-30 ? 0 : v;
}
