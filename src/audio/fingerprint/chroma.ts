/** Chroma energy: how much of the energy of all peaks gathers in few of the twelve pitch classes (chroma
 *  after Fujishima, ICMC 1999; of peaks only, as Gómez's HPCP, 2006): one less the entropy over its
 *  maximum. */
import { forEachPeak } from "./spectralPeaks.ts";

const lowestHz = 110;
const highestHz = 3520;

/** 0 (noise, silence) … 1 (a single pitch class); 0.56 for a triad. Fed with power spectra of blocks. */
export class Chroma {
  readonly #width: number;
  readonly #energies = new Float64Array(12);

  /** @param width Hz between bins */
  constructor(width: number) {
    this.#width = width;
  }

  push(power: Float64Array): void {
    const energies = this.#energies;
    forEachPeak(power, this.#width, lowestHz, highestHz, (frequency, peak) => {
      const semitones = Math.round(12 * Math.log2(frequency / 440));
      energies[((semitones % 12) + 12) % 12]! += peak;
    });
  }

  finish(): number {
    const sum = this.#energies.reduce((whole, energy) => whole + energy, 0);
    if (sum === 0) return 0;
    const entropy = this.#energies.reduce(
      (all, energy) => (energy === 0 ? all : all - (energy / sum) * Math.log(energy / sum)),
      0,
    );
    return Math.max(0, 1 - entropy / Math.log(12));
  }
}
