/** What `--report` prints of a file: how loud it was and is, and what was done to it. */
import type { Fingerprint } from "#engine/audio/fingerprint.ts";
import { LoudnessMeter } from "#engine/audio/loudness.ts";
import { LoudnessMaxima } from "#engine/audio/loudnessMaxima.ts";
import { TruePeakMeter } from "#engine/audio/truePeak.ts";
import type { SegmentSamples } from "./openWriter.ts";
import { planarOf } from "./outputFormat.ts";

/** LUFS of the whole, of the loudest 400 ms and of the loudest three seconds, and dBTP; null for silence. */
export type OutputLevels = {
  readonly loudness: number | null;
  readonly momentary: number | null;
  readonly shortTerm: number | null;
  readonly truePeakDb: number | null;
};

/** Measures what is written. */
export class OutputMeter {
  readonly #channels: number;
  readonly #loudness: LoudnessMeter;
  readonly #maxima: LoudnessMaxima;
  readonly #peaks: readonly TruePeakMeter[];

  /** @param rate Hz @param channels 1 or 2 */
  constructor(rate: number, channels: number) {
    this.#channels = channels;
    this.#loudness = new LoudnessMeter(rate, channels);
    this.#maxima = new LoudnessMaxima(rate, channels);
    this.#peaks = Array.from({ length: channels }, () => new TruePeakMeter());
  }

  push(samples: SegmentSamples): void {
    const floats =
      samples instanceof Float32Array ? samples : Float32Array.from(samples, (x) => x / 32_768);
    const planar = planarOf(floats, this.#channels);
    const frames = planar[0]!.length;
    this.#loudness.push(planar, frames);
    this.#maxima.push(planar, frames);
    planar.forEach((x, channel) => this.#peaks[channel]!.push(x, frames));
  }

  finish(): OutputLevels {
    const peak = Math.max(...this.#peaks.map((meter) => meter.finish()));
    return {
      loudness: this.#loudness.finish().integrated,
      ...this.#maxima.finish(),
      truePeakDb: peak === 0 ? null : 20 * Math.log10(peak),
    };
  }
}

/** Lines of a report. @param fingerprint of the source, where it was analysed */
export function renderReport(
  name: string,
  fingerprint: Fingerprint | null,
  written: OutputLevels,
  explanation: readonly string[],
): string {
  const rows = [name];
  if (fingerprint)
    rows.push(`  original  ${levelsText(fingerprint.integratedLoudness, fingerprint.truePeakDb)}`);
  rows.push(`  written   ${levelsText(written.loudness, written.truePeakDb)}`);
  const highest = [
    ...(written.momentary === null ? [] : [`${said(written.momentary)} LUFS in 400 ms`]),
    ...(written.shortTerm === null ? [] : [`${said(written.shortTerm)} LUFS in 3 s`]),
  ];
  if (highest.length > 0) rows.push(`  highest   ${highest.join(", ")}`);
  return [...rows, ...explanation.map((sentence) => `  ${sentence}`)].join("\n");
}

const said = (value: number) => value.toFixed(1).replace("-", "−");

function levelsText(loudness: number | null, truePeakDb: number | null): string {
  if (truePeakDb === null) return "silent";
  return `${loudness === null ? "too quiet to have a loudness" : `${said(loudness)} LUFS`}, ${said(truePeakDb)} dBTP`;
}
