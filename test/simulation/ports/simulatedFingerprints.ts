/** Fingerprints of the simulated tracks, and the way back from a plan to the variant it belongs to: the
 *  engine is handed plans, the judge speaks of variants. */
import { albumFingerprint } from "#engine/audio/albumFingerprint.ts";
import { fingerprintVersion, type Fingerprint } from "#engine/audio/fingerprint.ts";
import { planFor, planText, type Plan } from "#engine/audio/plan.ts";
import { frames } from "#engine/protocol/geometry.ts";
import { parseVariantName } from "#engine/protocol/variant.ts";
import { originalNumber, simulatedVariants } from "../judge/variantNumbers.ts";
import { simulatedAlbum, type SimulatedTrack } from "./tracks.ts";

/** LUFS of every rendering: equal, so that *Match loudness* leaves every lane at unity. */
export const simulatedLoudness = -20;

/** A plausible piece of music; every track differs a little. */
export function simulatedFingerprint(track: SimulatedTrack): Fingerprint {
  const tilt = track.number * 0.7;
  return {
    version: fingerprintVersion,
    rate: track.rate,
    total: frames(track.frames),
    channels: 2,
    integratedLoudness: simulatedLoudness,
    heardLoudness: simulatedLoudness,
    loudnessRange: 7,
    truePeakDb: -3,
    crestDb: 15,
    bandsDb: [-9 - tilt, -5, -6, -10, -13, -16, -22 + tilt],
    levelsDb: Array.from({ length: 20 }, (_, i) => -40 + i * 1.8),
    peakLevelDb: -4,
    silenceRatio: 0.01,
    bassToMidDb: 5,
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
    correlation: 0.7,
    balanceDb: 0,
    centroidHz: 1800,
    rolloffHz: 7000,
    flatness: 0.1,
  };
}

const numbers = new Map<string, ReadonlyMap<string, number>>();

/** Number of the variant that a plan belongs to, the track's own or its album's; `null` is the original.
 *  @throws Error when two variants of a track have one plan: the judge could not tell them apart */
export function variantOfPlan(track: SimulatedTrack, plan: Plan | null): number | undefined {
  if (plan === null) return originalNumber;
  let known = numbers.get(track.id);
  if (!known) numbers.set(track.id, (known = planNumbers(track)));
  return known.get(planText(plan));
}

function planNumbers(track: SimulatedTrack): ReadonlyMap<string, number> {
  const known = new Map<string, number>();
  const own = simulatedFingerprint(track);
  const isOfAlbum = simulatedAlbum.includes(track);
  const album = isOfAlbum ? [albumFingerprint(simulatedAlbum.map(simulatedFingerprint))] : [];
  for (const fingerprint of [own, ...album])
    simulatedVariants.forEach((name, number) => {
      if (number === originalNumber) return;
      const text = planText(planFor(fingerprint, parseVariantName(name)));
      if (known.has(text) && known.get(text) !== number)
        throw new Error(`${name} of ${track.id} has the plan of another variant`);
      known.set(text, number);
    });
  return known;
}
