/** Harmonic ratio: share of the energy that is steady in time and narrow in frequency. Median filters along
 *  time and along frequency tell ridges of the spectrogram from its walls (Fitzgerald, "Harmonic/percussive
 *  separation using median filtering", DAFx 2010); what is neither by a margin, as noise is, counts as
 *  neither (Driedger, Müller, Disch, ISMIR 2014). */

/** Looked at between these, Hz: below, bins are too wide; above lies little that has a pitch. */
const lowestHz = 40;
const highestHz = 5000;
/** Bins of the median along frequency. Along time it spans three blocks. */
const acrossBins = 9;
/** By how much the one median must exceed the other, as power: 6 dB. */
const margin = 4;

/** 0 (noise, clicks, silence) … 1 (a tone that is held). Fed with power spectra of blocks of about 93 ms.
 *  Cost about 3 ns per frame. */
export class HarmonicRatio {
  readonly #from: number;
  readonly #until: number;
  readonly #sorted = new Float64Array(acrossBins);
  #before: Float64Array;
  #middle: Float64Array;
  #after: Float64Array;
  #blocks = 0;
  #harmonic = 0;
  #whole = 0;

  /** @param bins of a spectrum @param width Hz between them */
  constructor(bins: number, width: number) {
    this.#from = Math.max(1, Math.ceil(lowestHz / width));
    this.#until = Math.min(bins, Math.floor(highestHz / width));
    this.#before = new Float64Array(bins);
    this.#middle = new Float64Array(bins);
    this.#after = new Float64Array(bins);
  }

  /** @param power of the next block; copied */
  push(power: Float64Array): void {
    const free = this.#before;
    this.#before = this.#middle;
    this.#middle = this.#after;
    this.#after = free;
    free.set(power);
    this.#blocks++;
    if (this.#blocks === 1) this.#middle.set(power);
    else this.#judge();
  }

  finish(): number {
    // the last block, too, has a neighbour: itself
    if (this.#blocks > 0) this.push(this.#after.slice());
    return this.#whole === 0 ? 0 : this.#harmonic / this.#whole;
  }

  /** Judges the block in the middle, whose neighbours are known. */
  #judge(): void {
    const [before, middle, after] = [this.#before, this.#middle, this.#after];
    const reach = (acrossBins - 1) / 2;
    const last = middle.length - 1;
    const sorted = this.#sorted;
    sorted.fill(0);
    for (let k = this.#from - reach; k < this.#from + reach; k++)
      exchange(sorted, 0, middle[Math.min(last, Math.max(0, k))]!);
    for (let k = this.#from; k < this.#until; k++) {
      const out = k === this.#from ? 0 : middle[Math.max(0, k - reach - 1)]!;
      exchange(sorted, out, middle[Math.min(last, k + reach)]!);
      const a = before[k]!;
      const b = middle[k]!;
      const c = after[k]!;
      const along = a > b ? (b > c ? b : a > c ? c : a) : a > c ? a : b > c ? c : b;
      this.#whole += b;
      if (along > margin * sorted[reach]!) this.#harmonic += b;
    }
  }
}

/** Takes one value out of a sorted array and puts another in. */
function exchange(sorted: Float64Array, out: number, into: number): void {
  let at = 0;
  while (at < sorted.length - 1 && sorted[at]! < out) at++;
  while (at > 0 && sorted[at - 1]! > into) {
    sorted[at] = sorted[at - 1]!;
    at--;
  }
  while (at < sorted.length - 1 && sorted[at + 1]! < into) {
    sorted[at] = sorted[at + 1]!;
    at++;
  }
  sorted[at] = into;
}
