/** Transient density: onsets per second, picked from the onset strength (Böck, Krebs, Schedl, "Evaluating
 *  the online capabilities of onset detection methods", ISMIR 2012). */

/** Seconds: a peak is the highest within `near`, and over the mean of `around` before and behind it. */
const nearSeconds = 0.03;
const aroundSeconds = 0.1;
/** By how much it is above that mean, dB of rise over all bands. */
const aboveDb = 1.8;

/** Fed with the onset strength of each hop; 0 … 1/`nearSeconds` per second. Constant memory. */
export class TransientDensity {
  readonly #hopsPerSecond: number;
  readonly #near: number;
  readonly #around: number;
  readonly #ring: Float64Array;
  #taken = 0;
  #onsets = 0;
  #lastOnset = Number.NEGATIVE_INFINITY;

  constructor(hopsPerSecond: number) {
    this.#hopsPerSecond = hopsPerSecond;
    this.#near = Math.max(1, Math.round(nearSeconds * hopsPerSecond));
    this.#around = Math.max(2, Math.round(aroundSeconds * hopsPerSecond));
    this.#ring = new Float64Array(2 * this.#around + 1);
  }

  /** @param strength of the next hop */
  push(strength: number): void {
    this.#ring[this.#taken++ % this.#ring.length] = strength;
    this.#judge(this.#taken - 1 - this.#around);
  }

  /** @returns onsets per second */
  finish(): number {
    const hops = this.#taken;
    for (let k = 0; k < this.#around; k++) this.push(0);
    return hops === 0 ? 0 : (this.#onsets * this.#hopsPerSecond) / hops;
  }

  #judge(at: number): void {
    if (at < 0 || at - this.#lastOnset <= this.#near) return;
    const ring = this.#ring;
    const candidate = ring[at % ring.length]!;
    let sum = 0;
    for (let k = at - this.#around; k <= at + this.#around; k++) {
      // before the track is silence
      const value = k < 0 ? 0 : ring[k % ring.length]!;
      sum += value;
      if (Math.abs(k - at) <= this.#near && value > candidate) return;
    }
    if (candidate < sum / ring.length + aboveDb) return;
    this.#onsets++;
    this.#lastOnset = at;
  }
}
