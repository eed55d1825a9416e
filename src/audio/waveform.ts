/** Waveform: how far the samples of a source reach, column by column, for a picture of it. */
import { waveformColumns, type Waveform } from "../protocol/library.ts";

/** Takes a source's samples in any order; what was never given is drawn as silence.
 *  Cost O(samples), two numbers per column of memory. */
export class WaveformMeter {
  readonly #total: number;
  readonly #channels: number;
  readonly #low = new Float64Array(waveformColumns);
  readonly #high = new Float64Array(waveformColumns);

  /** @param total frames of the source, at least 1 @param channels of the samples, at least 1 */
  constructor(total: number, channels: number) {
    this.#total = total;
    this.#channels = channels;
  }

  /** @param interleaved 16-bit numbers, or floats that are nominally ±1 @param from frame of the first of them */
  push(interleaved: Int16Array | Float32Array, from: number): void {
    const scale = interleaved instanceof Int16Array ? 127 / 32768 : 127;
    const frames = Math.min(interleaved.length / this.#channels, this.#total - from);
    for (let at = 0; at < frames;) {
      const column = Math.floor(((from + at) * waveformColumns) / this.#total);
      const next = Math.ceil(((column + 1) * this.#total) / waveformColumns);
      const until = Math.min(frames, Math.max(at + 1, next - from));
      let [low, high] = [0, 0];
      for (let i = at * this.#channels; i < until * this.#channels; i++) {
        const sample = interleaved[i]!;
        if (sample < low) low = sample;
        else if (sample > high) high = sample;
      }
      this.#low[column] = Math.min(this.#low[column]!, low * scale);
      this.#high[column] = Math.max(this.#high[column]!, high * scale);
      at = until;
    }
  }

  /** @returns lowest and highest sample of each column over all channels, of full scale; what is beyond it is cut */
  finish(): Waveform {
    return { low: Array.from(this.#low, whole), high: Array.from(this.#high, whole) };
  }
}

/** Away from zero, so that what is not silent shows; −0 is 0. */
function whole(level: number): number {
  const rounded = level < 0 ? Math.floor(level) : Math.ceil(level);
  return Math.max(-127, Math.min(127, rounded)) || 0;
}
