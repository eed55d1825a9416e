/** Heard loudness: that of samples as they come out at 16 bits, where what lies beyond full scale is saturated. Up to the
 *  first such sample it is what another meter measures anyway, and costs nothing but a look at the samples where a peak between them exceeds it. */
import type { Loudness, LoudnessMeter } from "./loudness.ts";

export class HeardLoudness {
  readonly #meter: LoudnessMeter;
  #own: LoudnessMeter | null = null;
  #block: Float32Array[] = [];

  /** @param meter of the samples as they are; they are pushed to it after they have been pushed here */
  constructor(meter: LoudnessMeter) {
    this.#meter = meter;
  }

  /** @param planar samples, ±1 is full scale; not modified
   *  @param peak no less than the largest magnitude of them and of all before them */
  push(planar: readonly Float32Array[], frames: number, peak: number): void {
    if (peak <= 1) return;
    if (this.#own === null && !planar.some((samples) => exceeds(samples, frames))) return;
    this.#own ??= this.#meter.fork();
    if ((this.#block[0]?.length ?? 0) < frames)
      this.#block = planar.map(() => new Float32Array(frames));
    planar.forEach((samples, channel) => {
      const block = this.#block[channel]!;
      for (let i = 0; i < frames; i++) block[i] = Math.max(-1, Math.min(1, samples[i]!));
    });
    this.#own.push(this.#block, frames);
  }

  /** @param measured what the other meter says at the end */
  finish(measured: Loudness): Loudness {
    return this.#own?.finish() ?? measured;
  }
}

function exceeds(samples: Float32Array, frames: number): boolean {
  for (let i = 0; i < frames; i++) if (samples[i]! > 1 || samples[i]! < -1) return true;
  return false;
}
