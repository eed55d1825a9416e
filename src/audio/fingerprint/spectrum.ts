/** Power spectra of consecutive blocks, and their sum over a track. */
import { bandEnergies } from "../bands.ts";
import { FourierTransform } from "../fourier.ts";
import { spectralCentroid, spectralFlatness, spectralRolloff } from "./spectralShape.ts";

/** What the mean spectrum says of a track. */
export type Spectrum = {
  /** energy of each band relative to the sum of the bands, dB; −120 where empty */
  readonly bandsDb: readonly number[];
  readonly centroidHz: number;
  readonly rolloffHz: number;
  readonly flatness: number;
};

/** Sums power spectra of consecutive blocks, both channels in one complex transform (Hann window). */
export class SpectrumMeter {
  /** Frames of a block: about 93 ms. */
  readonly size: number;
  /** Power per bin of the block that was pushed last, both channels together; a sine at full scale in
   *  one channel has (size/4)² in its bin. */
  readonly block: Float64Array;
  readonly #rate: number;
  readonly #transform: FourierTransform;
  readonly #window: Float64Array;
  readonly #real: Float64Array;
  readonly #imaginary: Float64Array;
  readonly #power: Float64Array;

  /** @param rate Hz */
  constructor(rate: number) {
    this.#rate = rate;
    this.size = 2 ** Math.max(8, Math.round(Math.log2(rate * 0.093)));
    this.#transform = new FourierTransform(this.size);
    this.#window = Float64Array.from(
      { length: this.size },
      (_, k) => 0.5 - 0.5 * Math.cos((2 * Math.PI * k) / this.size),
    );
    this.#real = new Float64Array(this.size);
    this.#imaginary = new Float64Array(this.size);
    this.block = new Float64Array(this.size / 2);
    this.#power = new Float64Array(this.size / 2);
  }

  /** @param left `size` samples @param right the same, or null for mono */
  push(left: Float32Array, right: Float32Array | null): void {
    const size = this.size;
    const real = this.#real;
    const imaginary = this.#imaginary;
    const window = this.#window;
    const places = this.#transform.places;
    if (right === null) {
      for (let k = 0; k < size; k++) real[places[k]!] = left[k]! * window[k]!;
      imaginary.fill(0);
    } else
      for (let k = 0; k < size; k++) {
        const place = places[k]!;
        const weight = window[k]!;
        real[place] = left[k]! * weight;
        imaginary[place] = right[k]! * weight;
      }
    this.#transform.transform(real, imaginary);
    // |L|² + |R|² at bin k is half of |X(k)|² + |X(−k)|², with X the transform of L + iR.
    const block = this.block;
    const power = this.#power;
    for (let k = 1; k < size / 2; k++) {
      const j = size - k;
      const sum =
        0.5 *
        (real[k]! * real[k]! +
          imaginary[k]! * imaginary[k]! +
          real[j]! * real[j]! +
          imaginary[j]! * imaginary[j]!);
      block[k] = sum;
      power[k]! += sum;
    }
  }

  finish(): Spectrum {
    const power = this.#power;
    const width = this.#rate / this.size;
    return {
      bandsDb: relativeDb(bandEnergies(power, this.size, this.#rate)),
      centroidHz: spectralCentroid(power, width),
      rolloffHz: spectralRolloff(power, width),
      flatness: spectralFlatness(power),
    };
  }
}

function relativeDb(energies: readonly number[]): number[] {
  const sum = energies.reduce((total, energy) => total + energy, 0);
  return energies.map((energy) => (energy <= sum * 1e-12 ? -120 : 10 * Math.log10(energy / sum)));
}
