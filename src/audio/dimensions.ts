/** The twenty-five dimensions of a fingerprint: what each is called, its unit and range, and where its
 *  definition comes from. docs/fingerprint.md shows this list. */
import { bandEdgesHz, bandNames } from "./bands.ts";
import type { Fingerprint } from "./fingerprint.ts";

/** One of them. */
export type Dimension = {
  readonly name: string;
  /** "" for a ratio */
  readonly unit: string;
  /** lowest and highest value */
  readonly range: readonly [number, number];
  /** what it says, in a few words */
  readonly says: string;
  /** whose definition it is */
  readonly source: string;
  /** @returns null where there is nothing to measure: silence, no beat */
  readonly of: (fingerprint: Fingerprint) => number | null;
};

const bands: readonly Dimension[] = bandNames.map((name, band) => ({
  name: `${name} energy`,
  unit: "dB",
  range: [-120, 0],
  says: `share of ${bandEdgesHz[band]}–${bandEdgesHz[band + 1]} Hz in the energy of the seven bands`,
  source: "power spectrum, Welch 1967",
  of: ({ bandsDb }) => bandsDb[band]!,
}));

/** In the order of the design. */
export const dimensions: readonly Dimension[] = [
  ...bands,
  {
    name: "integrated loudness",
    unit: "LUFS",
    range: [-70, 60],
    says: "gated loudness of the whole track",
    source: "ITU-R BS.1770-4",
    of: ({ integratedLoudness }) => integratedLoudness,
  },
  {
    name: "crest",
    unit: "dB",
    range: [0, 100],
    says: "sample peak over RMS",
    source: "AES17",
    of: ({ crestDb }) => crestDb,
  },
  {
    name: "bass/mid ratio",
    unit: "dB",
    range: [-60, 60],
    says: "energy of 60–250 Hz over that of 500–2000 Hz",
    source: "its own",
    of: ({ bassToMidDb }) => bassToMidDb,
  },
  {
    name: "tempo",
    unit: "BPM",
    range: [40, 240],
    says: "beats per minute; half or twice of it may be as true",
    source: "Grosche, Müller 2011; Ellis 2007",
    of: ({ tempoBpm }) => tempoBpm,
  },
  {
    name: "rhythm stability",
    unit: "",
    range: [0, 1],
    says: "likeness of the onsets to those one beat later",
    source: "Grosche, Müller 2011",
    of: ({ rhythmStability }) => rhythmStability,
  },
  {
    name: "transient density",
    unit: "1/s",
    range: [0, 34],
    says: "onsets per second",
    source: "Böck, Krebs, Schedl 2012",
    of: ({ transientDensity }) => transientDensity,
  },
  {
    name: "silence ratio",
    unit: "",
    range: [0, 1],
    says: "share of 10 ms blocks whose peak is below −60 dBFS",
    source: "its own",
    of: ({ silenceRatio }) => silenceRatio,
  },
  {
    name: "centroid",
    unit: "Hz",
    range: [0, 192_000],
    says: "centre of the power spectrum",
    source: "Peeters 2004",
    of: ({ centroidHz }) => centroidHz,
  },
  {
    name: "roll-off",
    unit: "Hz",
    range: [0, 192_000],
    says: "frequency below which 85 % of the power lies",
    source: "Peeters 2004",
    of: ({ rolloffHz }) => rolloffHz,
  },
  {
    name: "flatness",
    unit: "",
    range: [0, 1],
    says: "geometric over arithmetic mean of the power spectrum",
    source: "Peeters 2004",
    of: ({ flatness }) => flatness,
  },
  {
    name: "harmonic ratio",
    unit: "",
    range: [0, 1],
    says: "share of the energy that is steady in time and narrow in frequency",
    source: "Fitzgerald 2010; Driedger, Müller, Disch 2014",
    of: ({ harmonicRatio }) => harmonicRatio,
  },
  {
    name: "pitch stability",
    unit: "",
    range: [0, 1],
    says: "how often the strongest pitch stays within a quarter tone for 93 ms",
    source: "Smith, Serra 1987; Peeters 2004",
    of: ({ pitchStability }) => pitchStability,
  },
  {
    name: "chroma energy",
    unit: "",
    range: [0, 1],
    says: "how much the energy of all peaks gathers in few of the twelve pitch classes",
    source: "Fujishima 1999; Gómez 2006",
    of: ({ chromaEnergy }) => chromaEnergy,
  },
  {
    name: "dynamic-range variation",
    unit: "dB",
    range: [0, 60],
    says: "standard deviation of the crest of three seconds",
    source: "after Katz 2002",
    of: ({ dynamicVariation }) => dynamicVariation,
  },
  {
    name: "loudness variation",
    unit: "LU",
    range: [0, 30],
    says: "standard deviation of the short-term loudness behind the gates of the loudness range",
    source: "EBU Tech 3341, 3342",
    of: ({ loudnessVariation }) => loudnessVariation,
  },
  {
    name: "peak consistency",
    unit: "",
    range: [0, 1],
    says: "one less the coefficient of variation of the peaks of successive seconds",
    source: "its own",
    of: ({ peakConsistency }) => peakConsistency,
  },
  {
    name: "stereo width",
    unit: "",
    range: [0, 1000],
    says: "side over mid energy; 0 is mono, 1 are unrelated sides",
    source: "Blumlein's sum and difference",
    of: ({ width }) => width,
  },
  {
    name: "phase correlation",
    unit: "",
    range: [-1, 1],
    says: "correlation of left and right",
    source: "Pearson, as a correlation meter shows it",
    of: ({ correlation }) => correlation,
  },
];
