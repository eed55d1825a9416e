/** Pitch stability: how often the strongest pitch stays where it is from one block (about 93 ms) to the
 *  next, within a quarter tone; the strongest peak stands for it, as in Peeters (CUIDADO report, 2004, §7). */
import { forEachPeak } from "./spectralPeaks.ts";

const lowestHz = 55;
const highestHz = 2000;
/** A quarter tone, octaves. */
const quarterTone = 1 / 24;
/** Share of the energy between those frequencies that a peak must hold to be a pitch. */
const tonalShare = 0.2;
/** Mean power per bin below which a block is a pause: about that of noise at −72 dBFS. */
const pause = 1e-4;

/** 0 (noise, silence, a glide) … 1 (one pitch that is held). Fed with power spectra of blocks. */
export class PitchStability {
  readonly #width: number;
  #last = 0;
  #pairs = 0;
  #stays = 0;

  /** @param width Hz between bins */
  constructor(width: number) {
    this.#width = width;
  }

  push(power: Float64Array): void {
    const pitch = this.#pitchOf(power);
    if (pitch === null) {
      this.#last = 0;
      return;
    }
    this.#pairs++;
    if (this.#last > 0 && pitch > 0 && Math.abs(Math.log2(pitch / this.#last)) < quarterTone)
      this.#stays++;
    this.#last = pitch;
  }

  finish(): number {
    return this.#pairs < 2 ? 0 : Math.min(1, this.#stays / (this.#pairs - 1));
  }

  /** Hz; 0 when there is no pitch, null in a pause. */
  #pitchOf(power: Float64Array): number | null {
    const width = this.#width;
    const from = Math.ceil(lowestHz / width);
    const until = Math.min(power.length, Math.floor(highestHz / width));
    let sum = 0;
    for (let k = from; k < until; k++) sum += power[k]!;
    if (sum <= pause * Math.max(1, until - from)) return null;
    let pitch = 0;
    let strongest = 0;
    forEachPeak(power, width, lowestHz, highestHz, (frequency, peak) => {
      if (peak <= strongest) return;
      strongest = peak;
      pitch = frequency;
    });
    const at = Math.round(pitch / width);
    // the main lobe of the window is four bins wide
    let lobe = 0;
    for (let k = Math.max(0, at - 2); k <= Math.min(power.length - 1, at + 2); k++)
      lobe += power[k]!;
    return lobe < tonalShare * sum ? 0 : pitch;
  }
}
