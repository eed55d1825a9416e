/** Dynamic-range variation: how much the crest of stretches of three seconds differs over the track:
 *  the standard deviation of what Katz ("Mastering Audio", ch. 7) calls a programme's short-term crest. */
import { crestDb } from "./crest.ts";
import { RunningSpread } from "./runningSpread.ts";
import type { ShortBlock } from "./shortBlocks.ts";

const stretchSeconds = 3;
/** A stretch below this level is a pause, and says nothing: −60 dBFS, as mean square. */
const pauseMeanSquare = 1e-6;

/** dB, 0 (even) … about 30. A track of less than two stretches has none. */
export class DynamicVariation {
  readonly #stretchFrames: number;
  readonly #channels: number;
  readonly #spread = new RunningSpread();
  #frames = 0;
  #energy = 0;
  #peak = 0;

  /** @param rate Hz @param channels 1 or 2 */
  constructor(rate: number, channels: number) {
    this.#stretchFrames = stretchSeconds * rate;
    this.#channels = channels;
  }

  add({ frames, peak, left, right }: Readonly<ShortBlock>): void {
    this.#frames += frames;
    this.#energy += left + right;
    if (peak > this.#peak) this.#peak = peak;
    if (this.#frames < this.#stretchFrames) return;
    const samples = this.#frames * this.#channels;
    if (this.#energy > pauseMeanSquare * samples)
      this.#spread.add(crestDb(this.#peak, this.#energy, samples));
    this.#frames = 0;
    this.#energy = 0;
    this.#peak = 0;
  }

  finish(): number {
    return this.#spread.deviation();
  }
}
