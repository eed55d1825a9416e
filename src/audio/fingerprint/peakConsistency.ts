/** Peak consistency: how alike the peaks of successive seconds are: one less the coefficient of variation
 *  (deviation over mean) of their linear values. */
import { RunningSpread } from "./runningSpread.ts";
import type { ShortBlock } from "./shortBlocks.ts";

/** A second whose peak is below −60 dBFS is a pause. */
const pausePeak = 1e-3;

/** 0 (all different, silence) … 1 (all alike). */
export class PeakConsistency {
  readonly #secondFrames: number;
  readonly #spread = new RunningSpread();
  #frames = 0;
  #peak = 0;

  /** @param rate Hz */
  constructor(rate: number) {
    this.#secondFrames = rate;
  }

  add({ frames, peak }: Readonly<ShortBlock>): void {
    this.#frames += frames;
    if (peak > this.#peak) this.#peak = peak;
    if (this.#frames < this.#secondFrames) return;
    if (this.#peak >= pausePeak) this.#spread.add(this.#peak);
    this.#frames = 0;
    this.#peak = 0;
  }

  finish(): number {
    const { count, mean } = this.#spread;
    return count === 0 ? 0 : Math.max(0, 1 - this.#spread.deviation() / mean);
  }
}
