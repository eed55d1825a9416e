/** What `--report` prints of a file: how loud it was and is, and what was done to it. */
import type { Fingerprint } from "#engine/audio/fingerprint.ts";
import { LoudnessMeter } from "#engine/audio/loudness.ts";
import { TruePeakMeter } from "#engine/audio/truePeak.ts";
import type { SegmentSamples } from "./openWriter.ts";
import { planarOf } from "./outputFormat.ts";

/** Measures what is written. */
export class OutputMeter {
  readonly #channels: number;
  readonly #loudness: LoudnessMeter;
  readonly #peaks: readonly TruePeakMeter[];

  /** @param rate Hz @param channels 1 or 2 */
  constructor(rate: number, channels: number) {
    this.#channels = channels;
    this.#loudness = new LoudnessMeter(rate, channels);
    this.#peaks = Array.from({ length: channels }, () => new TruePeakMeter());
  }

  push(samples: SegmentSamples): void {
    const floats =
      samples instanceof Float32Array ? samples : Float32Array.from(samples, (x) => x / 32_768);
    const planar = planarOf(floats, this.#channels);
    const frames = planar[0]!.length;
    this.#loudness.push(planar, frames);
    planar.forEach((x, channel) => this.#peaks[channel]!.push(x, frames));
  }

  /** LUFS and dBTP; null for silence. */
  finish(): { readonly loudness: number | null; readonly truePeakDb: number | null } {
    const peak = Math.max(...this.#peaks.map((meter) => meter.finish()));
    return {
      loudness: this.#loudness.finish().integrated,
      truePeakDb: peak === 0 ? null : 20 * Math.log10(peak),
    };
  }
}

/** Lines of a report. @param fingerprint of the source, where it was analysed */
export function renderReport(
  name: string,
  fingerprint: Fingerprint | null,
  written: ReturnType<OutputMeter["finish"]>,
  explanation: readonly string[],
): string {
  const rows = [name];
  if (fingerprint)
    rows.push(`  original  ${levelsText(fingerprint.integratedLoudness, fingerprint.truePeakDb)}`);
  rows.push(`  written   ${levelsText(written.loudness, written.truePeakDb)}`);
  return [...rows, ...explanation.map((sentence) => `  ${sentence}`)].join("\n");
}

function levelsText(loudness: number | null, truePeakDb: number | null): string {
  const said = (value: number) => value.toFixed(1).replace("-", "−");
  if (truePeakDb === null) return "silent";
  return `${loudness === null ? "too quiet to have a loudness" : `${said(loudness)} LUFS`}, ${said(truePeakDb)} dBTP`;
}
