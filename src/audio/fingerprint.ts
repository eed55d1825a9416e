/** Fingerprint: what the plan needs to know of a track, measured in one forward pass. */
import type { Frames } from "../protocol/geometry.ts";
import { frames } from "../protocol/geometry.ts";
import { makeFinite } from "./finite.ts";
import { bassToMidDb } from "./fingerprint/bassToMid.ts";
import { Chroma } from "./fingerprint/chroma.ts";
import { crestDb } from "./fingerprint/crest.ts";
import { DynamicVariation } from "./fingerprint/dynamicVariation.ts";
import { HarmonicRatio } from "./fingerprint/harmonicRatio.ts";
import { LevelHistogram } from "./fingerprint/levelHistogram.ts";
import { OnsetStrength } from "./fingerprint/onsetStrength.ts";
import { PeakConsistency } from "./fingerprint/peakConsistency.ts";
import { PitchStability } from "./fingerprint/pitchStability.ts";
import { rounded } from "./fingerprint/rounded.ts";
import { ShortBlocks } from "./fingerprint/shortBlocks.ts";
import { SpectrumMeter } from "./fingerprint/spectrum.ts";
import { StereoImage } from "./fingerprint/stereoImage.ts";
import { Tempogram } from "./fingerprint/tempogram.ts";
import { TransientDensity } from "./fingerprint/transientDensity.ts";
import { HeardLoudness } from "./heardLoudness.ts";
import { LoudnessMeter } from "./loudness.ts";
import { TruePeakMeter } from "./truePeak.ts";

/** Raised whenever a measurement changes; stored fingerprints of another version are void. */
export const fingerprintVersion = 4;

/** Measurements of one source; plain data that survives JSON. Ranges and sources of its dimensions are in
 *  `dimensions.ts`. */
export type Fingerprint = {
  readonly version: number;
  /** Hz of the source */
  readonly rate: number;
  readonly total: Frames;
  readonly channels: number;
  /** BS.1770-4 gated, LUFS; null for silence */
  readonly integratedLoudness: number | null;
  /** LUFS of the same as it is heard at 16 bits: what exceeds full scale is saturated */
  readonly heardLoudness: number | null;
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
  /** energy of 60–250 Hz over that of 500–2000 Hz, dB */
  readonly bassToMidDb: number;
  /** beats per minute; null where nothing repeats itself */
  readonly tempoBpm: number | null;
  /** likeness of the onsets to those one beat later, 0 … 1 */
  readonly rhythmStability: number;
  /** onsets per second */
  readonly transientDensity: number;
  /** share of the energy that is steady in time and narrow in frequency, 0 … 1 */
  readonly harmonicRatio: number;
  /** how often the strongest pitch stays where it is, 0 … 1 */
  readonly pitchStability: number;
  /** how much the energy gathers in few pitch classes, 0 … 1 */
  readonly chromaEnergy: number;
  /** standard deviation of the crest of three seconds, dB */
  readonly dynamicVariation: number;
  /** standard deviation of the short-term loudness, LU */
  readonly loudnessVariation: number;
  /** likeness of the peaks of successive seconds, 0 … 1 */
  readonly peakConsistency: number;
  /** side to mid energy, 0 (mono) … 1 and above */
  readonly width: number;
  /** correlation of left and right, −1 … 1; 1 for mono and for silence */
  readonly correlation: number;
  /** energy of the left side over that of the right one, dB, −60 … 60; 0 for mono */
  readonly balanceDb: number;
  /** centre of the power spectrum, Hz */
  readonly centroidHz: number;
  /** frequency below which 85 % of the power lies, Hz */
  readonly rolloffHz: number;
  /** geometric to arithmetic mean of the power spectrum, 0 (tone) … 1 (white noise) */
  readonly flatness: number;
};

/** Streaming analyser: any partition of the track into pushes gives the same fingerprint.
 *  Cost about 80 ns per stereo frame; some MB at most, whatever the length. */
export class FingerprintAnalyser {
  readonly #isFinite: boolean;
  readonly #rate: number;
  readonly #channels: number;
  readonly #block: readonly Float32Array[];
  readonly #blockFrames: number;
  readonly #loudness: LoudnessMeter;
  readonly #heard: HeardLoudness;
  readonly #truePeaks: readonly TruePeakMeter[];
  readonly #spectrum: SpectrumMeter;
  readonly #harmonic: HarmonicRatio;
  readonly #pitch: PitchStability;
  readonly #chroma: Chroma;
  readonly #short: ShortBlocks;
  readonly #levels = new LevelHistogram();
  readonly #image = new StereoImage();
  readonly #dynamics: DynamicVariation;
  readonly #peaks: PeakConsistency;
  readonly #onsets: OnsetStrength;
  readonly #tempogram: Tempogram;
  readonly #transients: TransientDensity;
  #filled = 0;
  #total = 0;

  /** @param rate Hz @param channels 1 or 2 @param isFinite whether every sample is a number within ±1000 */
  constructor(rate: number, channels: number, isFinite = false) {
    this.#isFinite = isFinite;
    this.#rate = rate;
    this.#channels = channels;
    this.#spectrum = new SpectrumMeter(rate);
    this.#blockFrames = this.#spectrum.size;
    const binWidth = rate / this.#blockFrames;
    this.#harmonic = new HarmonicRatio(this.#blockFrames / 2, binWidth);
    this.#pitch = new PitchStability(binWidth);
    this.#chroma = new Chroma(binWidth);
    this.#block = Array.from({ length: channels }, () => new Float32Array(this.#blockFrames));
    this.#loudness = new LoudnessMeter(rate, channels);
    this.#heard = new HeardLoudness(this.#loudness);
    this.#truePeaks = this.#block.map(() => new TruePeakMeter());
    this.#dynamics = new DynamicVariation(rate, channels);
    this.#peaks = new PeakConsistency(rate);
    this.#short = new ShortBlocks(rate, (block) => {
      this.#levels.add(block.peak);
      this.#image.add(block);
      this.#dynamics.add(block);
      this.#peaks.add(block);
    });
    this.#onsets = new OnsetStrength(rate, (strength) => {
      this.#tempogram.push(strength);
      this.#transients.push(strength);
    });
    this.#tempogram = new Tempogram(this.#onsets.hopsPerSecond);
    this.#transients = new TransientDensity(this.#onsets.hopsPerSecond);
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
    this.#short.finish();
    const loudness = this.#loudness.finish();
    const heard = this.#heard.finish(loudness);
    const levels = this.#levels.finish(this.#image.offset(this.#total));
    const spectrum = this.#spectrum.finish();
    const rhythm = this.#tempogram.finish();
    const truePeak = Math.max(...this.#truePeaks.map((meter) => meter.finish()));
    const image = this.#image;
    const isMono = this.#channels === 1;
    const bandsDb = spectrum.bandsDb.map((level) => rounded(level, 100));
    return {
      version: fingerprintVersion,
      rate: this.#rate,
      total: frames(this.#total),
      channels: this.#channels,
      integratedLoudness: loudness.integrated === null ? null : rounded(loudness.integrated, 100),
      heardLoudness: heard.integrated === null ? null : rounded(heard.integrated, 100),
      loudnessRange: rounded(loudness.range, 100),
      truePeakDb: truePeak === 0 ? null : rounded(20 * Math.log10(truePeak), 100),
      crestDb: rounded(crestDb(levels.peak, image.energy, this.#total * this.#channels), 100),
      bandsDb,
      levelsDb: levels.levelsDb.map((level) => rounded(level, 100)),
      peakLevelDb: rounded(levels.peakLevelDb, 100),
      silenceRatio: rounded(levels.silenceRatio, 10_000),
      bassToMidDb: rounded(bassToMidDb(bandsDb), 100),
      tempoBpm: rhythm.tempoBpm === null ? null : rounded(rhythm.tempoBpm, 100),
      rhythmStability: rounded(rhythm.stability, 10_000),
      transientDensity: rounded(this.#transients.finish(), 1000),
      harmonicRatio: rounded(this.#harmonic.finish(), 10_000),
      pitchStability: rounded(this.#pitch.finish(), 10_000),
      chromaEnergy: rounded(this.#chroma.finish(), 10_000),
      dynamicVariation: rounded(this.#dynamics.finish(), 100),
      loudnessVariation: rounded(loudness.variation, 100),
      peakConsistency: rounded(this.#peaks.finish(), 10_000),
      width: isMono ? 0 : rounded(image.width(), 10_000),
      correlation: isMono ? 1 : rounded(image.correlation(), 10_000),
      balanceDb: isMono ? 0 : rounded(image.balanceDb(), 100),
      centroidHz: Math.round(spectrum.centroidHz),
      rolloffHz: Math.round(spectrum.rolloffHz),
      flatness: rounded(spectrum.flatness, 10_000),
    };
  }

  #analyseBlock(): void {
    const count = this.#filled;
    const left = this.#block[0]!;
    const right = this.#block[1] ?? null;
    if (!this.#isFinite) for (const samples of this.#block) makeFinite(samples);
    for (let channel = 0; channel < this.#channels; channel++)
      this.#truePeaks[channel]!.push(this.#block[channel]!, count);
    this.#heard.push(this.#block, count, Math.max(...this.#truePeaks.map(({ peak }) => peak)));
    this.#loudness.push(this.#block, count);
    this.#short.push(this.#block, count);
    this.#onsets.push(left, right, count);
    // The tail of a track is analysed as a block that ends in silence.
    if (count < this.#blockFrames) for (const samples of this.#block) samples.fill(0, count);
    this.#spectrum.push(left, right);
    const { block } = this.#spectrum;
    this.#harmonic.push(block);
    this.#pitch.push(block);
    this.#chroma.push(block);
    this.#total += count;
    this.#filled = 0;
  }
}
