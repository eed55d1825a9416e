/** Fingerprints made for tests: one of ordinary music, and deterministic strange ones. */
import type { Fingerprint } from "#engine/audio/fingerprint.ts";
import { fingerprintVersion } from "#engine/audio/fingerprint.ts";
import { frames } from "#engine/protocol/geometry.ts";
import { noiseSource } from "./madeSignals.ts";

export const ordinaryFingerprint: Fingerprint = {
  version: fingerprintVersion,
  rate: 44_100,
  total: frames(44_100 * 200),
  channels: 2,
  integratedLoudness: -18,
  heardLoudness: -18,
  loudnessRange: 7,
  truePeakDb: -1,
  crestDb: 15,
  bandsDb: [-8, -3, -8, -8.5, -15, -18.5, -19],
  levelsDb: Array.from({ length: 20 }, (_, k) => -24 + k),
  peakLevelDb: -2,
  silenceRatio: 0.01,
  bassToMidDb: 5.5,
  tempoBpm: 120,
  rhythmStability: 0.6,
  transientDensity: 3,
  harmonicRatio: 0.5,
  pitchStability: 0.4,
  chromaEnergy: 0.2,
  dynamicVariation: 2,
  loudnessVariation: 2,
  peakConsistency: 0.8,
  width: 0.12,
  correlation: 0.8,
  balanceDb: 0,
  centroidHz: 900,
  rolloffHz: 1500,
  flatness: 0.02,
};

/** Anything that a file may turn out to be, from a seed. */
export function madeFingerprint(seed: number): Fingerprint {
  const next = noiseSource(seed);
  for (let k = 0; k < 8; k++) next();
  const between = (low: number, high: number) => low + ((next() + 1) / 2) * (high - low);
  const loudness = between(-55, -4);
  return {
    ...ordinaryFingerprint,
    integratedLoudness: loudness,
    heardLoudness: loudness,
    truePeakDb: loudness + between(6, 25),
    bandsDb: ordinaryFingerprint.bandsDb.map((level) => level + between(-25, 10)),
    levelsDb: Array.from({ length: 20 }, (_, k) => loudness - 10 + k),
    peakLevelDb: loudness + between(10, 20),
    width: between(0, 1.5),
    correlation: between(-1, 1),
  };
}
