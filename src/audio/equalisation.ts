/** From band energies to filter gains, and what those will do to level and loudness. */
import { bandCentresHz, bandEdgesHz } from "./bands.ts";
import { biquadCoefficients, biquadGainDb } from "./biquad.ts";
import { staticGainDb } from "./compressor.ts";
import type { Fingerprint } from "./fingerprint.ts";
import { kWeightingGain } from "./loudness.ts";
import type { CompressorPlan, EqBand } from "./plan.ts";
import type { Recipe } from "./recipes.ts";

/** Band energies of well-balanced popular music relative to their sum, dB: about −5 dB per octave
 *  from the bass to the presence (after Pestana et al., AES 135, 2013). */
const targetCurveDb: readonly number[] = [-8, -3, -8, -8.5, -15, -18.5, -19];

/** Furthest that the correction moves a band, dB. */
const correctionMaxDb = 6;
/** Below the target by this much a band counts as never recorded, and is not raised. */
const absentDb = 30;

/** One filter per band: shelves at the ends, bells between. */
const filters: readonly Omit<EqBand, "gainDb">[] = [
  { type: "lowshelf", frequency: 70, q: 0.7 },
  { type: "peaking", frequency: 120, q: 0.8 },
  { type: "peaking", frequency: 350, q: 1 },
  { type: "peaking", frequency: 1000, q: 0.7 },
  { type: "peaking", frequency: 2800, q: 1 },
  { type: "peaking", frequency: 4900, q: 1.4 },
  { type: "highshelf", frequency: 7500, q: 0.7 },
];

/** Takes away what can only be felt as a waste of headroom. */
const subsonic: EqBand = { type: "highpass", frequency: 25, q: 0.7, gainDb: 0 };

/** Rate at which gains are estimated, Hz; near enough to what any rate does below 20 kHz. */
const estimateRate = 192_000;

/** What each band lacks of the target curve, dB; negative: what it has too much. */
export function distancesToTarget(bandsDb: readonly number[]): readonly number[] {
  return bandsDb.map((level, band) => targetCurveDb[band]! - level);
}

/** Number of the band that a filter of a plan belongs to. @throws RangeError for any other filter (a bug) */
export function bandOfFilter({ frequency }: EqBand): number {
  const band = filters.findIndex((filter) => filter.frequency === frequency);
  if (band < 0) throw new RangeError(`no band at ${frequency} Hz`);
  return band;
}

/** Gain per band at intensity 100, dB: part of the way to the target curve, then the preset's tilt.
 *  @param bandsDb of the fingerprint */
export function correctiveGains(bandsDb: readonly number[], recipe: Recipe): readonly number[] {
  return distancesToTarget(bandsDb).map((missing, band) => {
    const present = Math.max(0, Math.min(1, (absentDb - missing) / (absentDb / 2)));
    const correction = Math.max(
      -correctionMaxDb,
      Math.min(correctionMaxDb, recipe.correction * missing),
    );
    const gain = correction + recipe.tiltDb[band]!;
    return gain > 0 ? gain * present : gain;
  });
}

/** Sections for the chain: subsonic filter and the bands whose gain is not nil, in steps of 0.1 dB. */
export function eqOf(gainsDb: readonly number[], share: number): readonly EqBand[] {
  const bands = filters.map((filter, band) => ({
    ...filter,
    gainDb: Math.round(gainsDb[band]! * share * 10) / 10,
  }));
  return [subsonic, ...bands.filter((band) => band.gainDb !== 0)];
}

/** Loudness and loudest blocks after EQ and compressor, before gain and limiter.
 *  The fingerprint must not be of silence. */
export function estimateOutput(
  fingerprint: Fingerprint,
  eq: readonly EqBand[],
  compressor: CompressorPlan | null,
): { readonly loudness: number; readonly peakLevelDb: number } {
  const loudnessChange = eqChangeDb(fingerprint.bandsDb, eq, true);
  const levelChange = eqChangeDb(fingerprint.bandsDb, eq, false);
  const reduction = (levelDb: number) =>
    compressor === null
      ? 0
      : staticGainDb(compressor, levelDb + levelChange) * followed(compressor);
  let before = 0;
  let after = 0;
  for (const level of fingerprint.levelsDb) {
    before += 10 ** (level / 10);
    after += 10 ** ((level + reduction(level)) / 10);
  }
  return {
    loudness:
      (fingerprint.integratedLoudness ?? 0) + loudnessChange + 10 * Math.log10(after / before),
    peakLevelDb: fingerprint.peakLevelDb + levelChange + reduction(fingerprint.peakLevelDb),
  };
}

/** Share of the static curve's reduction at the peaks that the smoothed gain settles at: between the
 *  peaks it recovers, the more so the slower the attack is beside the release. Fitted on music. */
function followed({ attackMs, releaseMs }: CompressorPlan): number {
  return 1 / (1 + (2.5 * attackMs) / releaseMs);
}

/** Change of a track's level by the EQ, dB, from its band energies. */
function eqChangeDb(bandsDb: readonly number[], eq: readonly EqBand[], weighted: boolean): number {
  const sections = eq.map((band) => biquadCoefficients(band, estimateRate));
  let before = 0;
  let after = 0;
  bandsDb.forEach((level, band) => {
    const low = bandEdgesHz[band]!;
    const high = bandEdgesHz[band + 1]!;
    for (const frequency of [
      Math.sqrt(low * bandCentresHz[band]!),
      bandCentresHz[band]!,
      Math.sqrt(high * bandCentresHz[band]!),
    ]) {
      const energy = 10 ** (level / 10) * (weighted ? kWeightingGain(frequency) : 1);
      const gain = sections.reduce(
        (sum, section) => sum + biquadGainDb(section, frequency, estimateRate),
        0,
      );
      before += energy;
      after += energy * 10 ** (gain / 10);
    }
  });
  return before === 0 ? 0 : 10 * Math.log10(after / before);
}
