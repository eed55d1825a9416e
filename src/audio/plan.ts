/** Plan: all parameters of the chain for one track and variant. */
import type { Variant } from "../protocol/variant.ts";
import { correctiveGains, estimateOutput, eqOf } from "./equalisation.ts";
import type { Fingerprint } from "./fingerprint.ts";
import { recipes } from "./recipes.ts";

/** Raised with every change of a parameter, a recipe or the shape of a plan. */
const planVersion = 3;

/** One section of the EQ. */
export type EqBand = {
  readonly type: "highpass" | "lowshelf" | "peaking" | "highshelf";
  /** Hz; a band at or above 0.45 × the rate is left out by the chain */
  readonly frequency: number;
  readonly q: number;
  /** dB; 0 for a high-pass */
  readonly gainDb: number;
};

/** Feed-forward compressor, stereo-linked, soft knee. */
export type CompressorPlan = {
  readonly thresholdDb: number;
  readonly ratio: number;
  readonly kneeDb: number;
  readonly attackMs: number;
  readonly releaseMs: number;
};

/** Quantised and canonical, so that equal plans have equal digests. */
export type Plan = {
  readonly version: number;
  readonly eq: readonly EqBand[];
  readonly compressor: CompressorPlan | null;
  /** factor of the side signal; 1 leaves it alone */
  readonly width: number;
  /** Hz below which the side signal is removed; null: nowhere */
  readonly monoBelowHz: number | null;
  readonly gainDb: number;
  /** dBTP at which the limiter holds the output; null: no limiter */
  readonly ceilingDb: number | null;
};

/** What every plan is to reach, whatever the preset. */
export type MasteringGoals = {
  /** LUFS that intensity 100 brings a track to */
  readonly targetLoudness: number;
  /** dBTP of the limiter */
  readonly ceilingDb: number;
};
/** Of the ceiling, the rest to −1 is for meters that interpolate better, and for the dither. */
export const defaultGoals: MasteringGoals = { targetLoudness: -14, ceilingDb: -1.5 };
/** Goals that make sense: lowest and highest. */
export const goalBounds = { targetLoudness: [-30, -8], ceilingDb: [-12, -1] } as const;
/** A side that is weaker than the other by so much holds no picture of its own, dB. */
const oneSidedDb = 20;
/** Bounds of the gain, dB. */
export const gainMaxDb = 18;
const gainMinDb = -18;
/** How far above the ceiling the gain may lift the loudest blocks at intensity 100, dB: what the
 *  limiter takes off without being heard as a limiter. */
const limitingMaxDb = 5;

/** The plan that changes nothing: intensity 0, and silence. */
export const neutralPlan: Plan = {
  version: planVersion,
  eq: [],
  compressor: null,
  width: 1,
  monoBelowHz: null,
  gainDb: 0,
  ceilingDb: null,
};

/** Chooses the parameters: pure, quantised. One gain for the whole track, so that no join can step.
 *  Intensity 0 and silence give `neutralPlan`; what was never there is not boosted.
 *  @param variant an enhanced one, intensity 0 … 100 @param goals within `goalBounds`
 *  @throws RangeError for the original, which has no plan (a bug). Cost some 10 µs. */
export function planFor(
  fingerprint: Fingerprint,
  variant: Variant,
  goals: MasteringGoals = defaultGoals,
): Plan {
  if (variant.kind === "original") throw new RangeError("the original has no plan");
  const share = variant.intensity / 100;
  const loudness = fingerprint.integratedLoudness;
  if (share === 0 || loudness === null) return neutralPlan;
  const recipe = recipes[variant.preset];
  const eq = eqOf(correctiveGains(fingerprint.bandsDb, recipe), share);
  const compressor = compressorOf(recipe.compressor, loudness, share);
  const estimate = estimateOutput(fingerprint, eq, compressor);
  const wanted = share * (goals.targetLoudness - loudness) + loudness - estimate.loudness;
  const headroom = goals.ceilingDb + limitingMaxDb * share - estimate.peakLevelDb;
  // what the compressor takes from the loudest blocks may be given back to them
  const restored = fingerprint.peakLevelDb - estimate.peakLevelDb;
  const ceiling = Math.min(gainMaxDb, Math.max(headroom, restored, 0));
  return {
    version: planVersion,
    eq,
    compressor,
    width: quantised(1 + share * (widthFor(fingerprint, recipe.width) - 1), 100),
    monoBelowHz: monoBelow(fingerprint, share),
    gainDb: quantised(Math.max(gainMinDb, Math.min(ceiling, wanted)), 10),
    ceilingDb: goals.ceilingDb,
  };
}

/** Canonical JSON of a plan, keys sorted: equal plans, equal text. Goes into the render key. */
export function planText(plan: Plan): string {
  return canonical(plan);
}

function compressorOf(
  recipe: (typeof recipes)[keyof typeof recipes]["compressor"],
  loudness: number,
  share: number,
): CompressorPlan | null {
  const ratio = quantised(1 + (recipe.ratio - 1) * share, 100);
  if (ratio <= 1) return null;
  return {
    thresholdDb: quantised(loudness + recipe.aboveLoudnessDb, 2),
    ratio,
    kneeDb: recipe.kneeDb,
    attackMs: recipe.attackMs,
    releaseMs: recipe.releaseMs,
  };
}

/** Widens what is narrow and narrows what is wide; what is out of phase is never widened, and what is on one
 *  side stays there. */
function widthFor(fingerprint: Fingerprint, recipe: number): number {
  const { width, correlation } = fingerprint;
  if (width < 0.001 || isOneSided(fingerprint)) return 1;
  const towards = Math.min(1.3, Math.max(0.85, (0.15 / width) ** 0.2));
  const factor = Math.sqrt(towards) * recipe;
  return correlation < 0 ? Math.min(1, factor) : Math.min(1.4, factor);
}

/** Where the sides are out of phase their bass is in the side signal, and nowhere else. */
function monoBelow(fingerprint: Fingerprint, share: number): number | null {
  const corner = quantised(120 * share, 1 / 5);
  const { width, correlation } = fingerprint;
  if (width < 0.001 || corner < 20 || correlation < 0 || isOneSided(fingerprint)) return null;
  return corner;
}

/** Whether one side is so much weaker that it holds no picture. */
export function isOneSided({ balanceDb }: Fingerprint): boolean {
  return Math.abs(balanceDb) > oneSidedDb;
}

/** Nearest multiple of 1/steps. */
function quantised(value: number, steps: number): number {
  return Math.round(value * steps) / steps + 0;
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value === "object" && value !== null)
    return `{${Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`)
      .join(",")}}`;
  return JSON.stringify(value);
}
