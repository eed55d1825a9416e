import { fingerprintVersion, type Fingerprint } from "#engine/audio/fingerprint.ts";
import { frames } from "#engine/protocol/geometry.ts";

/** A plain fingerprint of a source. */
export function fingerprintOf(
  { rate, channels }: { readonly rate: number; readonly channels: number },
  total: number,
): Fingerprint {
  return {
    version: fingerprintVersion,
    rate,
    channels,
    total: frames(total),
    integratedLoudness: -20,
    heardLoudness: -20,
    loudnessRange: 5,
    truePeakDb: -3,
    crestDb: 12,
    bandsDb: [-12, -8, -8, -8, -8, -10, -14],
    levelsDb: Array.from({ length: 20 }, (_, at) => -40 + at),
    peakLevelDb: -6,
    silenceRatio: 0,
    bassToMidDb: 0,
    tempoBpm: 120,
    rhythmStability: 0.6,
    transientDensity: 3,
    harmonicRatio: 0.5,
    pitchStability: 0.4,
    chromaEnergy: 0.2,
    dynamicVariation: 2,
    loudnessVariation: 2,
    peakConsistency: 0.8,
    width: 0.2,
    correlation: 0.5,
    balanceDb: 0,
    centroidHz: 1000,
    rolloffHz: 4000,
    flatness: 0.1,
  };
}
