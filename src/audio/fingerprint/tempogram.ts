/** Tempo and how steadily it is kept: autocorrelation of the onset strength in windows of eight seconds,
 *  averaged over the track (Grosche, Müller, "Tempogram Toolbox", ISMIR 2011), weighted by how likely a
 *  tempo is taken for the beat (Ellis, "Beat tracking by dynamic programming", JNMR 36, 2007). */

const windowSeconds = 8;
/** Beats per minute that are looked for. */
const tempoMin = 40;
const tempoMax = 240;
/** The middle of the weighting, beats per minute, and its spread, octaves. */
const likelyTempo = 120;
const likelyOctaves = 1;
/** A rhythm that repeats itself less than this is none. */
const steadyMin = 0.15;

export type Rhythm = {
  /** beats per minute, 40 … 240; null where nothing repeats itself. Half or twice of it may be as true. */
  readonly tempoBpm: number | null;
  /** how alike each window is to itself one beat later, 0 … 1 (clicks of a machine) */
  readonly stability: number;
};

/** Fed with the onset strength of each hop. Its memory does not grow. Cost some 0.5 ns per frame. */
export class Tempogram {
  readonly #hopsPerSecond: number;
  readonly #length: number;
  readonly #lagMin: number;
  readonly #lagMax: number;
  readonly #ring: Float64Array;
  readonly #window: Float64Array;
  readonly #sums: Float64Array;
  #taken = 0;
  #windows = 0;
  #last = 0;
  #lastButOne = 0;

  constructor(hopsPerSecond: number) {
    this.#hopsPerSecond = hopsPerSecond;
    this.#length = 2 * Math.round((windowSeconds * hopsPerSecond) / 2);
    this.#lagMin = Math.floor((60 / tempoMax) * hopsPerSecond);
    this.#lagMax = Math.ceil((60 / tempoMin) * hopsPerSecond);
    this.#ring = new Float64Array(this.#length);
    this.#window = new Float64Array(this.#length);
    this.#sums = new Float64Array(2 * this.#lagMax + 4);
  }

  /** @param strength of the next hop */
  push(strength: number): void {
    // an onset that falls between two hops is to look like one that falls into one
    const smooth = 0.25 * this.#lastButOne + 0.5 * this.#last + 0.25 * strength;
    this.#lastButOne = this.#last;
    this.#last = strength;
    this.#ring[this.#taken++ % this.#length] = smooth;
    if (this.#taken >= this.#length && this.#taken % (this.#length / 2) === 0)
      this.#correlate(this.#length);
  }

  finish(): Rhythm {
    if (this.#taken < this.#length && this.#taken > 2 * this.#lagMin) this.#correlate(this.#taken);
    const windows = this.#windows;
    if (windows === 0) return { tempoBpm: null, stability: 0 };
    const at = this.#beatLag();
    const stability = Math.max(0, Math.min(1, peakOf(this.#sums, at) / windows));
    if (stability < steadyMin) return { tempoBpm: null, stability };
    return { tempoBpm: (60 * this.#hopsPerSecond) / this.#refined(at), stability };
  }

  /** Beat in hops: two and four beats are read as exactly as one, and so tell it more exactly. */
  #refined(at: number): number {
    const sums = this.#sums;
    let beat = at + vertexOf(sums, at);
    for (const beats of [2, 4]) {
      let peak = Math.round(beats * beat);
      if (peak + 2 >= sums.length) break;
      if (sums[peak - 1]! > sums[peak]!) peak--;
      else if (sums[peak + 1]! > sums[peak]!) peak++;
      if (sums[peak]! < sums[peak - 1]! || sums[peak]! < sums[peak + 1]!) break;
      beat = (peak + vertexOf(sums, peak)) / beats;
    }
    return beat;
  }

  /** Adds the normalised autocorrelation of the last `count` hops. */
  #correlate(count: number): void {
    const x = this.#window;
    const start = this.#taken - count;
    let mean = 0;
    for (let i = 0; i < count; i++) {
      x[i] = this.#ring[(start + i) % this.#length]!;
      mean += x[i]! / count;
    }
    let energy = 0;
    for (let i = 0; i < count; i++) {
      x[i]! -= mean;
      energy += x[i]! * x[i]!;
    }
    // silence, or a tone that is held, has no rhythm
    if (energy < 0.01 * count) return;
    this.#windows++;
    const last = Math.min(this.#sums.length - 1, count - 2);
    for (let lag = this.#lagMin - 1; lag <= last; lag++) {
      let sum = 0;
      for (let i = lag; i < count; i++) sum += x[i]! * x[i - lag]!;
      // per pair of hops: else long beats would seem less steady than short ones
      this.#sums[lag]! += (sum / (count - lag)) * (count / energy);
    }
  }

  /** Lag of the highest peak, weighted. */
  #beatLag(): number {
    const sums = this.#sums;
    let best = this.#lagMin;
    let most = Number.NEGATIVE_INFINITY;
    for (let lag = this.#lagMin; lag <= this.#lagMax; lag++) {
      if (sums[lag]! < sums[lag - 1]! || sums[lag]! < sums[lag + 1]!) continue;
      const octaves = Math.log2((60 * this.#hopsPerSecond) / lag / likelyTempo) / likelyOctaves;
      const weighted = peakOf(sums, lag) * Math.exp(-0.5 * octaves * octaves);
      if (weighted > most) {
        most = weighted;
        best = lag;
      }
    }
    return best;
  }
}

/** Where the parabola through a peak and its neighbours is highest, −½ … ½. */
function vertexOf(x: Float64Array, at: number): number {
  const [a, b, c] = [x[at - 1]!, x[at]!, x[at + 1]!];
  const bend = a - 2 * b + c;
  return bend >= 0 ? 0 : Math.max(-0.5, Math.min(0.5, (0.5 * (a - c)) / bend));
}

/** Its height there. */
function peakOf(x: Float64Array, at: number): number {
  return x[at]! - 0.25 * (x[at - 1]! - x[at + 1]!) * vertexOf(x, at);
}
