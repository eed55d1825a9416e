/** Album fingerprint: the fingerprints of an album's tracks as that of one long track, so that one plan
 *  serves all of them and none is louder or brighter beside the others than it was made to be. */
import { frames } from "../protocol/geometry.ts";
import { fingerprintVersion, type Fingerprint } from "./fingerprint.ts";
import { bassToMidDb } from "./fingerprint/bassToMid.ts";
import { rounded } from "./fingerprint/rounded.ts";

/** A track further below the mean of all counts for the album's loudness like a gated block, LU. */
const gateLu = 10;
const emptyDb = -120;

/** Weights are energies or times, so tracks may differ in rate, channels and length.
 *  @param tracks in the album's order, at least one; one alone is returned as it is
 *  @throws RangeError for none, or of another version (a bug). Cost O(tracks). */
export function albumFingerprint(tracks: readonly Fingerprint[]): Fingerprint {
  const [first] = tracks;
  if (!first || tracks.some(({ version }) => version !== fingerprintVersion))
    throw new RangeError("no album of such fingerprints");
  if (tracks.length === 1) return first;
  const seconds = tracks.map(({ total, rate }) => total / rate);
  const energies = tracks.map((track, at) => seconds[at]! * 10 ** (levelOf(track) / 10));
  const energy = sum(energies);
  const byTime = (value: (track: Fingerprint) => number) => mean(tracks.map(value), seconds);
  const byEnergy = (value: (track: Fingerprint) => number) => mean(tracks.map(value), energies);
  const peaks = tracks.flatMap(({ truePeakDb }) => truePeakDb ?? []);
  const truePeakDb = peaks.length === 0 ? null : Math.max(...peaks);
  const side = sum(tracks.map(({ width }, at) => (energies[at]! * width) / (1 + width)));
  const bandsDb = bandsOf(tracks, energies);
  const longest = seconds.indexOf(Math.max(...seconds));
  return {
    version: fingerprintVersion,
    rate: first.rate,
    total: frames(Math.round(sum(seconds) * first.rate)),
    channels: Math.max(...tracks.map(({ channels }) => channels)),
    integratedLoudness: loudnessOf(tracks, seconds, ({ integratedLoudness }) => integratedLoudness),
    heardLoudness: loudnessOf(tracks, seconds, ({ heardLoudness }) => heardLoudness),
    loudnessRange: Math.max(...tracks.map(({ loudnessRange }) => loudnessRange)),
    truePeakDb,
    crestDb:
      truePeakDb === null || energy === 0
        ? 0
        : rounded(truePeakDb - 10 * Math.log10(energy / sum(seconds)), 100),
    bandsDb,
    levelsDb: levelsOf(tracks, seconds),
    peakLevelDb: Math.max(...tracks.map(({ peakLevelDb }) => peakLevelDb)),
    silenceRatio: rounded(
      byTime(({ silenceRatio }) => silenceRatio),
      10_000,
    ),
    bassToMidDb: bassToMidDb(bandsDb),
    // what is kept of a rhythm is that of the longest track: a mean of tempos is nobody's
    tempoBpm: tracks[longest]!.tempoBpm,
    rhythmStability: tracks[longest]!.rhythmStability,
    transientDensity: rounded(
      byTime(({ transientDensity }) => transientDensity),
      1000,
    ),
    harmonicRatio: rounded(
      byEnergy(({ harmonicRatio }) => harmonicRatio),
      10_000,
    ),
    pitchStability: rounded(
      byTime(({ pitchStability }) => pitchStability),
      10_000,
    ),
    chromaEnergy: rounded(
      byEnergy(({ chromaEnergy }) => chromaEnergy),
      10_000,
    ),
    dynamicVariation: rounded(
      byTime(({ dynamicVariation }) => dynamicVariation),
      100,
    ),
    loudnessVariation: rounded(
      byTime(({ loudnessVariation }) => loudnessVariation),
      100,
    ),
    peakConsistency: rounded(
      byTime(({ peakConsistency }) => peakConsistency),
      10_000,
    ),
    width: energy === 0 ? 0 : rounded(Math.min(1000, side / (energy - side)), 10_000),
    correlation:
      energy === 0
        ? 1
        : rounded(
            byEnergy(({ correlation }) => correlation),
            10_000,
          ),
    balanceDb: rounded(
      byEnergy(({ balanceDb }) => balanceDb),
      100,
    ),
    centroidHz: Math.round(byEnergy(({ centroidHz }) => centroidHz)),
    rolloffHz: Math.round(byEnergy(({ rolloffHz }) => rolloffHz)),
    flatness: rounded(
      byEnergy(({ flatness }) => flatness),
      10_000,
    ),
  };
}

/** Level of a whole track, dBFS: its peak less its crest. */
function levelOf({ truePeakDb, crestDb }: Fingerprint): number {
  return truePeakDb === null ? Number.NEGATIVE_INFINITY : truePeakDb - crestDb;
}

/** Power mean of the tracks' loudness, gated once, as BS.1770-4 does with blocks. */
function loudnessOf(
  tracks: readonly Fingerprint[],
  seconds: readonly number[],
  of: (track: Fingerprint) => number | null,
): number | null {
  const loud = tracks.flatMap((track, at) => {
    const loudness = of(track);
    return loudness === null ? [] : { loudness, weight: seconds[at]! * (1 - track.silenceRatio) };
  });
  const over = (gate: number) => {
    const counted = loud.filter(({ loudness }) => loudness >= gate);
    const powers = counted.map(({ loudness }) => 10 ** (loudness / 10));
    return (
      10 *
      Math.log10(
        mean(
          powers,
          counted.map(({ weight }) => weight),
        ),
      )
    );
  };
  if (sum(loud.map(({ weight }) => weight)) === 0) return null;
  return rounded(over(over(Number.NEGATIVE_INFINITY) - gateLu), 100);
}

function bandsOf(tracks: readonly Fingerprint[], energies: readonly number[]): readonly number[] {
  return tracks[0]!.bandsDb.map((_, band) => {
    const share = mean(
      tracks.map(({ bandsDb }) => 10 ** (bandsDb[band]! / 10)),
      energies,
    );
    return share > 0 ? Math.max(emptyDb, rounded(10 * Math.log10(share), 100)) : emptyDb;
  });
}

/** Quantiles of all tracks' levels together: each stands for its share of the track's audible time. */
function levelsOf(tracks: readonly Fingerprint[], seconds: readonly number[]): readonly number[] {
  const levels = tracks
    .flatMap(({ levelsDb, silenceRatio }, at) =>
      levelsDb.map((level) => ({ level, weight: seconds[at]! * (1 - silenceRatio) })),
    )
    .toSorted((a, b) => a.level - b.level);
  const audible = sum(levels.map(({ weight }) => weight));
  const count = tracks[0]!.levelsDb.length;
  if (audible === 0) return tracks[0]!.levelsDb;
  let at = 0;
  let seen = levels[0]!.weight;
  return Array.from({ length: count }, (_, k) => {
    while (at < levels.length - 1 && seen < ((k + 0.5) / count) * audible)
      seen += levels[++at]!.weight;
    return levels[at]!.level;
  });
}

/** Weighted mean; 0 when nothing has weight. */
function mean(values: readonly number[], weights: readonly number[]): number {
  const whole = sum(weights);
  return whole === 0 ? 0 : sum(values.map((value, at) => value * weights[at]!)) / whole;
}

function sum(values: readonly number[]): number {
  return values.reduce((whole, value) => whole + value, 0);
}
