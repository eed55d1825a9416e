/** How often which peak level occurs: peaks of 10 ms blocks, counted in steps of half a decibel. */

const stepDb = 0.5;
const floorDb = -60;
const steps = 160;
/** An offset below −40 dBFS is of no account. */
const offsetMin = 0.01;

/** What the histogram says of a track. */
export type Levels = {
  /** twenty equally likely levels of the audible blocks, dBFS, rising; −120 when none is audible */
  readonly levelsDb: readonly number[];
  /** level that one audible block in a thousand exceeds, dBFS */
  readonly peakLevelDb: number;
  /** share of blocks below −60 dBFS */
  readonly silenceRatio: number;
  /** largest magnitude of a sample, linear */
  readonly peak: number;
};

/** Fed with the peak of each block of 10 ms. Its memory does not grow. */
export class LevelHistogram {
  readonly #counts = new Float64Array(steps);
  #silent = 0;
  #peak = 0;

  /** @param peak largest magnitude of the next block, linear */
  add(peak: number): void {
    const step = peak === 0 ? -1 : Math.floor((20 * Math.log10(peak) - floorDb) / stepDb);
    if (step < 0) this.#silent++;
    else this.#counts[Math.min(step, steps - 1)]!++;
    if (peak > this.#peak) this.#peak = peak;
  }

  /** @param offset of the whole track from nought, linear: it is in every peak, and no sound */
  finish(offset: number): Levels {
    const without = (levelDb: number) =>
      offset < offsetMin
        ? levelDb
        : Math.max(floorDb, 20 * Math.log10(Math.max(1e-6, 10 ** (levelDb / 20) - offset)));
    const audible = this.#counts.reduce((sum, count) => sum + count, 0);
    const blocks = audible + this.#silent;
    return {
      levelsDb: Array.from({ length: 20 }, (_, k) => this.#quantile((k + 0.5) / 20, audible)).map(
        without,
      ),
      peakLevelDb: without(this.#quantile(0.999, audible)),
      silenceRatio: blocks === 0 ? 1 : this.#silent / blocks,
      peak: this.#peak,
    };
  }

  #quantile(share: number, audible: number): number {
    if (audible === 0) return -120;
    let seen = 0;
    let step = 0;
    while (step < steps - 1 && seen + this.#counts[step]! < share * audible)
      seen += this.#counts[step++]!;
    return floorDb + (step + 0.5) * stepDb;
  }
}
