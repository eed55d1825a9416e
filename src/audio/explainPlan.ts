/** A plan in plain words: what is done to a track, and why. Pure; English; numbers with a true minus. */
import type { Variant } from "../protocol/variant.ts";
import { bandNames } from "./bands.ts";
import { bandOfFilter, distancesToTarget, estimateOutput } from "./equalisation.ts";
import type { Fingerprint } from "./fingerprint.ts";
import {
  defaultGoals,
  gainMaxDb,
  isOneSided,
  type EqBand,
  type MasteringGoals,
  type Plan,
} from "./plan.ts";

/** A change below this is not worth a sentence, dB. */
const audibleDb = 0.3;
/** A band this near to the target curve is there, dB. */
const nearDb = 1;

/** What is known of a track beside its plan. */
export type Heard = {
  /** of what the plan makes of it, LUFS; null: as it is estimated */
  readonly loudness: number | null;
  /** fingerprint of the track itself, where the plan is that of its album */
  readonly track?: Fingerprint;
};

/** @param fingerprint what the plan was made from: the track's, or its album's
 *  @param variant an enhanced one: the one that the plan was made for
 *  @returns one to thirteen sentences, the weightiest first: loudness, bands, dynamics, picture, peaks */
export function explainPlan(
  fingerprint: Fingerprint,
  plan: Plan,
  variant: Variant & { readonly kind: "enhanced" },
  goals: MasteringGoals = defaultGoals,
  heard: Heard = { loudness: null },
): readonly string[] {
  if (fingerprint.integratedLoudness === null)
    return ["Nothing is changed: the track is silent, and silence is not raised."];
  if (variant.intensity === 0) return ["Nothing is changed: intensity is 0."];
  return [
    loudnessSentence(fingerprint, plan, variant.intensity, goals, heard),
    ...bandSentences(fingerprint, plan, variant),
    ...dynamicsSentence(fingerprint, plan),
    ...pictureSentences(fingerprint, plan),
    ...peakSentence(fingerprint, plan),
  ];
}

function loudnessSentence(
  fingerprint: Fingerprint,
  { gainDb, eq, compressor }: Plan,
  intensity: number,
  { targetLoudness }: MasteringGoals,
  { loudness, track }: Heard,
): string {
  const own = fingerprint.integratedLoudness!;
  const missing = targetLoudness - own;
  const before = track?.integratedLoudness ?? own;
  const change =
    loudness === null
      ? estimateOutput(fingerprint, eq, compressor).loudness + gainDb - own
      : loudness - before;
  const whose = track ? "its album, which is mastered as one," : "the track";
  const where = `${whose} is at ${plain(own)} LUFS, ${apart(missing, "LU")} the target of ${plain(targetLoudness)}`;
  if (Math.abs(change) < audibleDb) return `About as loud as it was: ${where}.`;
  const heard = `About ${plain(Math.abs(change))} LU ${change > 0 ? "louder" : "quieter"}`;
  if ((missing * intensity) / 100 - change > nearDb)
    return `${heard} and no more: ${where}, but ${
      gainDb >= gainMaxDb
        ? `${gainMaxDb} dB is as far as anything is raised`
        : `${track ? "the album's" : "its"} loudest moments reach ${plain(fingerprint.peakLevelDb)} dBFS already`
    }.`;
  return `${heard}: ${where}.`;
}

function bandSentences(
  { bandsDb }: Fingerprint,
  { eq }: Plan,
  { preset }: Variant & { readonly kind: "enhanced" },
): readonly string[] {
  const distances = distancesToTarget(bandsDb);
  return eq
    .filter(({ gainDb }) => Math.abs(gainDb) >= audibleDb)
    .toSorted((a, b) => Math.abs(b.gainDb) - Math.abs(a.gainDb))
    .map((filter) => {
      const band = bandOfFilter(filter);
      const missing = distances[band]!;
      const what = `${signed(filter.gainDb)} dB ${placeOf(filter)}`;
      const isTowards = Math.abs(missing) >= nearDb && missing * filter.gainDb > 0;
      return isTowards
        ? `${what} because the ${bandNames[band]} is ${apart(missing)} the target curve.`
        : `${what}, as ${preset} has it: the ${bandNames[band]} is ${
            Math.abs(missing) < nearDb ? "on" : apart(missing)
          } the target curve.`;
    });
}

function dynamicsSentence({ crestDb }: Fingerprint, { compressor }: Plan): readonly string[] {
  if (compressor === null) return [];
  const { ratio, thresholdDb } = compressor;
  return [
    `What rises above ${plain(thresholdDb)} dBFS is eased ${ratio} : 1: the highest peak is ${crestDb.toFixed(0)} dB over the average level.`,
  ];
}

function pictureSentences(fingerprint: Fingerprint, plan: Plan): readonly string[] {
  const { channels, width, correlation } = fingerprint;
  if (channels === 1 || width < 0.001) return [];
  if (isOneSided(fingerprint))
    return ["The stereo picture is left alone: the track is on one side."];
  const said: string[] = [];
  const percent = Math.round((plan.width - 1) * 100);
  if (percent !== 0)
    said.push(
      `The sides are ${Math.abs(percent)} % ${percent > 0 ? "wider" : "narrower"}: they hold ${share(width)} of the middle's energy.`,
    );
  if (plan.monoBelowHz !== null)
    said.push(
      `Below ${plan.monoBelowHz} Hz both sides play the same, where a difference costs headroom and is not heard.`,
    );
  else if (correlation < 0)
    said.push("The bass stays where it is: the sides are out of phase, and it would cancel.");
  return said;
}

function peakSentence({ truePeakDb }: Fingerprint, { ceilingDb }: Plan): readonly string[] {
  if (ceilingDb === null || truePeakDb === null) return [];
  return [
    `Peaks are held below ${plain(ceilingDb)} dBTP; those of the original reach ${plain(truePeakDb)}.`,
  ];
}

function placeOf({ type, frequency }: EqBand): string {
  const preposition = { lowshelf: "below", highshelf: "above", peaking: "around", highpass: "at" };
  return `${preposition[type]} ${frequency} Hz`;
}

/** How far one is from a target. @param missing what would have to be added */
function apart(missing: number, unit = "dB"): string {
  if (Math.abs(missing) < 0.05) return "on";
  return `${Math.abs(missing).toFixed(1)} ${unit} ${missing > 0 ? "under" : "over"}`;
}

function share(ratio: number): string {
  return ratio > 10 ? "many times" : `${Math.round(ratio * 100)} %`;
}

function plain(value: number): string {
  return (Math.round(value * 10) / 10 + 0).toFixed(1).replace("-", "−");
}

function signed(value: number): string {
  return value > 0 ? `+${plain(value)}` : plain(value);
}
