/** How often which peak level occurs: peaks of 10 ms blocks, counted in steps of half a decibel. */

const stepDb = 0.5;
const floorDb = -60;
const steps = 160;

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

/** Streaming; the peak of a block is the largest magnitude of any channel. Cost about 2 ns per sample. */
export class LevelHistogram {
  readonly #blockFrames: number;
  readonly #counts = new Float64Array(steps);
  #silent = 0;
  #inBlock = 0;
  #blockPeak = 0;
  #peak = 0;

  constructor(rate: number) {
    this.#blockFrames = Math.max(1, Math.round(rate / 100));
  }

  push(planar: readonly Float32Array[], frames: number): void {
    let at = 0;
    while (at < frames) {
      const until = Math.min(frames, at + this.#blockFrames - this.#inBlock);
      for (const samples of planar)
        for (let i = at; i < until; i++) {
          const magnitude = Math.abs(samples[i]!);
          if (magnitude > this.#blockPeak) this.#blockPeak = magnitude;
        }
      this.#inBlock += until - at;
      at = until;
      if (this.#inBlock === this.#blockFrames) this.#endBlock();
    }
  }

  finish(): Levels {
    if (this.#inBlock > 0) this.#endBlock();
    const audible = this.#counts.reduce((sum, count) => sum + count, 0);
    const blocks = audible + this.#silent;
    return {
      levelsDb: Array.from({ length: 20 }, (_, k) => this.#quantile((k + 0.5) / 20, audible)),
      peakLevelDb: this.#quantile(0.999, audible),
      silenceRatio: blocks === 0 ? 1 : this.#silent / blocks,
      peak: this.#peak,
    };
  }

  #endBlock(): void {
    const peak = this.#blockPeak;
    const step = peak === 0 ? -1 : Math.floor((20 * Math.log10(peak) - floorDb) / stepDb);
    if (step < 0) this.#silent++;
    else this.#counts[Math.min(step, steps - 1)]!++;
    if (peak > this.#peak) this.#peak = peak;
    this.#inBlock = 0;
    this.#blockPeak = 0;
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
