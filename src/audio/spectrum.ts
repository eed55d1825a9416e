/** Mean power spectrum of a track, and what is read from it. */
import { bandEnergies } from "./bands.ts";
import { FourierTransform } from "./fourier.ts";

/** What the mean spectrum says of a track. */
export type Spectrum = {
  /** energy of each band relative to the sum of the bands, dB; −120 where empty */
  readonly bandsDb: readonly number[];
  readonly centroidHz: number;
  readonly rolloffHz: number;
  readonly flatness: number;
};

/** Sums power spectra of consecutive blocks, both channels in one complex transform. */
export class SpectrumMeter {
  /** Frames of a block: about 93 ms. */
  readonly size: number;
  readonly #rate: number;
  readonly #transform: FourierTransform;
  readonly #window: Float64Array;
  readonly #real: Float64Array;
  readonly #imaginary: Float64Array;
  readonly #power: Float64Array;

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
    this.#power = new Float64Array(this.size / 2);
  }

  /** @param left `size` samples @param right the same, or null for mono */
  push(left: Float32Array, right: Float32Array | null): void {
    const size = this.size;
    const real = this.#real;
    const imaginary = this.#imaginary;
    const window = this.#window;
    for (let k = 0; k < size; k++) real[k] = left[k]! * window[k]!;
    if (right === null) imaginary.fill(0);
    else for (let k = 0; k < size; k++) imaginary[k] = right[k]! * window[k]!;
    this.#transform.transform(real, imaginary);
    // |L|² + |R|² at bin k is half of |X(k)|² + |X(−k)|², with X the transform of L + iR.
    const power = this.#power;
    for (let k = 1; k < size / 2; k++) {
      const j = size - k;
      power[k]! +=
        0.5 *
        (real[k]! * real[k]! +
          imaginary[k]! * imaginary[k]! +
          real[j]! * real[j]! +
          imaginary[j]! * imaginary[j]!);
    }
  }

  finish(): Spectrum {
    const power = this.#power;
    const width = this.#rate / this.size;
    let sum = 0;
    let moment = 0;
    let logarithms = 0;
    for (let k = 1; k < power.length; k++) {
      sum += power[k]!;
      moment += power[k]! * k * width;
      logarithms += Math.log(power[k]! + 1e-30);
    }
    const bins = power.length - 1;
    return {
      bandsDb: relativeDb(bandEnergies(power, this.size, this.#rate)),
      centroidHz: sum === 0 ? 0 : moment / sum,
      rolloffHz: rolloffBin(power, sum) * width,
      flatness: sum === 0 ? 0 : Math.exp(logarithms / bins) / (sum / bins),
    };
  }
}

function relativeDb(energies: readonly number[]): number[] {
  const sum = energies.reduce((total, energy) => total + energy, 0);
  return energies.map((energy) => (energy <= sum * 1e-12 ? -120 : 10 * Math.log10(energy / sum)));
}

function rolloffBin(power: Float64Array, sum: number): number {
  if (sum === 0) return 0;
  let below = 0;
  let bin = 0;
  while (bin < power.length - 1 && below + power[bin]! < 0.85 * sum) below += power[bin++]!;
  return bin;
}
