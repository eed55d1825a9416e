/** Onset strength: how much the level rises at once, over all frequencies: spectral flux of levels in bands
 *  (Dixon, "Onset detection revisited", DAFx 2006; levels in dB after Klapuri, ICASSP 1999). */
import { FourierTransform } from "../fourier.ts";

/** Rate that a signal is brought down to at least, Hz, and the length of a window there, seconds. */
const rateMin = 20_000;
const windowSeconds = 0.0232;
/** Edges of bands per octave are this far apart. */
const bandsPerOctave = 2.5;
/** A level rises when it is above those of so many hops before: the pulses of a low tone, which come and go
 *  in a window this short, are no onsets (lag as in Böck, Widmer, "Maximum filter vibrato suppression", DAFx
 *  2013). */
const hopsBefore = 3;
/** Below this level a band is silent, dB under a sine at full scale. */
const floor = 1e-7;

/** Streaming; one value per hop of about 11 ms: mean rise over the bands, dB, 0 … 70.
 *  Cost about 15 ns per stereo frame. */
export class OnsetStrength {
  /** Hops in a second. */
  readonly hopsPerSecond: number;
  readonly #take: (strength: number) => void;
  readonly #every: number;
  readonly #size: number;
  readonly #transform: FourierTransform;
  readonly #window: Float64Array;
  readonly #left: Float64Array;
  readonly #right: Float64Array;
  readonly #real: Float64Array;
  readonly #imaginary: Float64Array;
  readonly #edges: readonly number[];
  readonly #levels: Float64Array;
  #sumLeft = 0;
  #sumRight = 0;
  #summed = 0;
  #filled = 0;
  #hop = 0;

  /** @param rate Hz @param take called with the strength of each hop */
  constructor(rate: number, take: (strength: number) => void) {
    this.#take = take;
    this.#every = Math.max(1, Math.floor(rate / rateMin));
    const slow = rate / this.#every;
    this.#size = 2 ** Math.max(5, Math.round(Math.log2(slow * windowSeconds)));
    this.hopsPerSecond = slow / (this.#size / 2);
    this.#transform = new FourierTransform(this.#size);
    // scaled so that a sine at full scale has the power 1 in its bin
    this.#window = Float64Array.from(
      { length: this.#size },
      (_, k) => (2 / this.#size / this.#every) * (1 - Math.cos((2 * Math.PI * k) / this.#size)),
    );
    this.#left = new Float64Array(this.#size);
    this.#right = new Float64Array(this.#size);
    this.#real = new Float64Array(this.#size);
    this.#imaginary = new Float64Array(this.#size);
    this.#edges = edgesOf(this.#size / 2);
    // before the track is silence
    this.#levels = new Float64Array(hopsBefore * (this.#edges.length - 1)).fill(-70);
    // the track begins after silence, and its beginning is an onset
    this.#filled = this.#size / 2;
  }

  /** @param left next samples @param right the same, or null for mono */
  push(left: Float32Array, right: Float32Array | null, frames: number): void {
    const every = this.#every;
    const inLeft = this.#left;
    const inRight = this.#right;
    let l = this.#sumLeft;
    let r = this.#sumRight;
    let summed = this.#summed;
    let filled = this.#filled;
    for (let i = 0; i < frames; i++) {
      l += left[i]!;
      if (right !== null) r += right[i]!;
      if (++summed < every) continue;
      inLeft[filled] = l;
      inRight[filled] = r;
      l = 0;
      r = 0;
      summed = 0;
      if (++filled < this.#size) continue;
      this.#endHop();
      filled = this.#size / 2;
    }
    this.#sumLeft = l;
    this.#sumRight = r;
    this.#summed = summed;
    this.#filled = filled;
  }

  #endHop(): void {
    const size = this.#size;
    const real = this.#real;
    const imaginary = this.#imaginary;
    const places = this.#transform.places;
    const left = this.#left;
    const right = this.#right;
    const window = this.#window;
    for (let k = 0; k < size; k++) {
      const place = places[k]!;
      real[place] = left[k]! * window[k]!;
      imaginary[place] = right[k]! * window[k]!;
    }
    left.copyWithin(0, size / 2);
    right.copyWithin(0, size / 2);
    this.#transform.transform(real, imaginary);
    const edges = this.#edges;
    const levels = this.#levels;
    const bands = edges.length - 1;
    const row = (this.#hop++ % hopsBefore) * bands;
    let rise = 0;
    for (let band = 0; band < bands; band++) {
      let power = 0;
      for (let k = edges[band]!; k < edges[band + 1]!; k++) {
        const j = size - k;
        power +=
          real[k]! * real[k]! +
          imaginary[k]! * imaginary[k]! +
          real[j]! * real[j]! +
          imaginary[j]! * imaginary[j]!;
      }
      const level = 10 * Math.log10(0.5 * power + floor);
      let before = levels[band]!;
      for (let k = band + bands; k < levels.length; k += bands)
        if (levels[k]! > before) before = levels[k]!;
      if (level > before) rise += level - before;
      levels[row + band] = level;
    }
    this.#take(rise / bands);
  }
}

/** Bins at which bands begin, from 1 on, each of at least one bin. */
function edgesOf(bins: number): readonly number[] {
  const edges = [1];
  for (let k = 1; edges.at(-1)! < bins; k++) {
    const edge = Math.min(bins, Math.round(2 ** (k / bandsPerOctave)));
    if (edge > edges.at(-1)!) edges.push(edge);
  }
  return edges;
}
