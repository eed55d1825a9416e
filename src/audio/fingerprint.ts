/** Fingerprint: what the plan needs to know of a track, measured in one forward pass. */
import type { Frames } from "../protocol/geometry.ts";
import { frames } from "../protocol/geometry.ts";
import { makeFinite } from "./finite.ts";
import { LevelHistogram } from "./levelHistogram.ts";
import { LoudnessMeter } from "./loudness.ts";
import { SpectrumMeter } from "./spectrum.ts";
import { TruePeakMeter } from "./truePeak.ts";

/** Raised whenever a measurement changes; stored fingerprints of another version are void. */
export const fingerprintVersion = 2;

/** Measurements of one source; plain data that survives JSON. */
export type Fingerprint = {
  readonly version: number;
  /** Hz of the source */
  readonly rate: number;
  readonly total: Frames;
  readonly channels: number;
  /** BS.1770-4 gated, LUFS; null for silence */
  readonly integratedLoudness: number | null;
  /** EBU Tech 3342, LU */
  readonly loudnessRange: number;
  /** dBTP; null for digital silence */
  readonly truePeakDb: number | null;
  /** sample peak to RMS, dB; 0 for silence */
  readonly crestDb: number;
  /** energy of seven bands relative to their sum, dB (edges in `bands.ts`); −120 where empty */
  readonly bandsDb: readonly number[];
  /** peak levels of 10 ms blocks, dBFS: twenty equally likely ones of the audible blocks, rising */
  readonly levelsDb: readonly number[];
  /** peak level that one audible 10 ms block in a thousand exceeds, dBFS; −120 for silence */
  readonly peakLevelDb: number;
  /** share of 10 ms blocks whose peak is below −60 dBFS, 0 … 1 */
  readonly silenceRatio: number;
  /** side to mid energy, 0 (mono) … 1 and above */
  readonly width: number;
  /** correlation of left and right, −1 … 1; 1 for mono and for silence */
  readonly correlation: number;
  /** centre of the power spectrum, Hz */
  readonly centroidHz: number;
  /** frequency below which 85 % of the power lies, Hz */
  readonly rolloffHz: number;
  /** geometric to arithmetic mean of the power spectrum, 0 (tone) … 1 (white noise) */
  readonly flatness: number;
};

/** Streaming analyser: any partition of the track into pushes gives the same fingerprint.
 *  Cost about 100 ns per stereo frame; some MB at most, whatever the length. */
export class FingerprintAnalyser {
  readonly #rate: number;
  readonly #channels: number;
  readonly #block: readonly Float32Array[];
  readonly #blockFrames: number;
  readonly #loudness: LoudnessMeter;
  readonly #truePeaks: readonly TruePeakMeter[];
  readonly #spectrum: SpectrumMeter;
  readonly #levels: LevelHistogram;
  #filled = 0;
  #total = 0;
  #leftEnergy = 0;
  #rightEnergy = 0;
  #product = 0;

  /** @param rate Hz @param channels 1 or 2 */
  constructor(rate: number, channels: number) {
    this.#rate = rate;
    this.#channels = channels;
    this.#spectrum = new SpectrumMeter(rate);
    this.#blockFrames = this.#spectrum.size;
    this.#block = Array.from({ length: channels }, () => new Float32Array(this.#blockFrames));
    this.#loudness = new LoudnessMeter(rate, channels);
    this.#truePeaks = this.#block.map(() => new TruePeakMeter());
    this.#levels = new LevelHistogram(rate);
  }

  /** @param planar next samples of the track, same length in every channel; copied */
  push(planar: readonly Float32Array[]): void {
    const length = planar[0]?.length ?? 0;
    let at = 0;
    while (at < length) {
      const count = Math.min(length - at, this.#blockFrames - this.#filled);
      for (let channel = 0; channel < this.#channels; channel++)
        this.#block[channel]!.set(planar[channel]!.subarray(at, at + count), this.#filled);
      at += count;
      this.#filled += count;
      if (this.#filled === this.#blockFrames) this.#analyseBlock();
    }
  }

  /** Ends the track. Nothing may be pushed afterwards. */
  finish(): Fingerprint {
    if (this.#filled > 0) this.#analyseBlock();
    const loudness = this.#loudness.finish();
    const levels = this.#levels.finish();
    const spectrum = this.#spectrum.finish();
    const truePeak = Math.max(...this.#truePeaks.map((meter) => meter.finish()));
    const energy = this.#leftEnergy + this.#rightEnergy;
    const rms = Math.sqrt(energy / Math.max(1, this.#total * this.#channels));
    const mid = (energy + 2 * this.#product) / 4;
    const side = Math.max(0, (energy - 2 * this.#product) / 4);
    const norm = Math.sqrt(this.#leftEnergy * this.#rightEnergy);
    return {
      version: fingerprintVersion,
      rate: this.#rate,
      total: frames(this.#total),
      channels: this.#channels,
      integratedLoudness: loudness.integrated === null ? null : rounded(loudness.integrated, 100),
      loudnessRange: rounded(loudness.range, 100),
      truePeakDb: truePeak === 0 ? null : rounded(20 * Math.log10(truePeak), 100),
      crestDb: rms === 0 ? 0 : rounded(20 * Math.log10(levels.peak / rms), 100),
      bandsDb: spectrum.bandsDb.map((level) => rounded(level, 100)),
      levelsDb: levels.levelsDb,
      peakLevelDb: levels.peakLevelDb,
      silenceRatio: rounded(levels.silenceRatio, 10_000),
      width:
        this.#channels === 1
          ? 0
          : mid === 0
            ? side === 0
              ? 0
              : 1000
            : rounded(Math.min(1000, side / mid), 10_000),
      correlation: this.#channels === 1 || norm === 0 ? 1 : rounded(this.#product / norm, 10_000),
      centroidHz: Math.round(spectrum.centroidHz),
      rolloffHz: Math.round(spectrum.rolloffHz),
      flatness: rounded(spectrum.flatness, 10_000),
    };
  }

  #analyseBlock(): void {
    const count = this.#filled;
    const left = this.#block[0]!;
    for (const samples of this.#block) makeFinite(samples);
    const right = this.#block[1];
    this.#loudness.push(this.#block, count);
    for (let channel = 0; channel < this.#channels; channel++)
      this.#truePeaks[channel]!.push(this.#block[channel]!, count);
    this.#levels.push(this.#block, count);
    if (right === undefined) {
      let energy = 0;
      for (let i = 0; i < count; i++) energy += left[i]! * left[i]!;
      this.#leftEnergy += energy;
    } else this.#sumStereo(left, right, count);
    // The tail of a track is analysed as a block that ends in silence.
    if (count < this.#blockFrames) for (const samples of this.#block) samples.fill(0, count);
    this.#spectrum.push(left, right ?? null);
    this.#total += count;
    this.#filled = 0;
  }

  #sumStereo(left: Float32Array, right: Float32Array, count: number): void {
    let l2 = 0;
    let r2 = 0;
    let lr = 0;
    for (let i = 0; i < count; i++) {
      const l = left[i]!;
      const r = right[i]!;
      l2 += l * l;
      r2 += r * r;
      lr += l * r;
    }
    this.#leftEnergy += l2;
    this.#rightEnergy += r2;
    this.#product += lr;
  }
}

function rounded(value: number, steps: number): number {
  return Math.round(value * steps) / steps;
}
