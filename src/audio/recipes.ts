/** What distinguishes the presets: tables, nothing else. All values are those of intensity 100. */
import type { Preset } from "../protocol/variant.ts";

/** One preset. */
export type Recipe = {
  /** share of the distance to the target curve that the EQ goes, 0 … 1 */
  readonly correction: number;
  /** dB added to each band, low to high (bands in `bands.ts`) */
  readonly tiltDb: readonly [number, number, number, number, number, number, number];
  readonly compressor: {
    /** threshold over the track's integrated loudness, dB (a peak lies well above it) */
    readonly aboveLoudnessDb: number;
    readonly ratio: number;
    readonly kneeDb: number;
    readonly attackMs: number;
    readonly releaseMs: number;
  };
  /** factor of the side signal */
  readonly width: number;
};

/** Times stay at or below 250 ms: a segment's context must cover 14 of them with some to spare. */
export const recipes: Readonly<Record<Preset, Recipe>> = {
  adaptive: {
    correction: 0.5,
    tiltDb: [0, 0.3, -0.5, 0, 0.3, 0.5, 0.8],
    compressor: { aboveLoudnessDb: 4, ratio: 1.8, kneeDb: 8, attackMs: 15, releaseMs: 160 },
    width: 1.06,
  },
  gentle: {
    correction: 0.25,
    tiltDb: [0, 0, -0.3, 0, 0, 0.2, 0.4],
    compressor: { aboveLoudnessDb: 6, ratio: 1.4, kneeDb: 10, attackMs: 25, releaseMs: 220 },
    width: 1,
  },
  warm: {
    correction: 0.3,
    tiltDb: [0.8, 2, 1.2, 0, -0.8, -1.5, -2],
    compressor: { aboveLoudnessDb: 4, ratio: 1.7, kneeDb: 10, attackMs: 20, releaseMs: 200 },
    width: 1,
  },
  bright: {
    correction: 0.3,
    tiltDb: [-0.5, -0.5, -1, 0, 1.2, 2, 3],
    compressor: { aboveLoudnessDb: 5, ratio: 1.6, kneeDb: 8, attackMs: 12, releaseMs: 140 },
    width: 1.12,
  },
  punchy: {
    correction: 0.3,
    tiltDb: [1.2, 2, -1.5, -0.5, 1.2, 1.2, 0.5],
    compressor: { aboveLoudnessDb: 1, ratio: 2.6, kneeDb: 6, attackMs: 30, releaseMs: 90 },
    width: 1.05,
  },
};
