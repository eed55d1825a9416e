/** What a file is written as, and samples in that form. */
import { extname } from "node:path";

export type OutputFormat = {
  readonly container: "wav" | "flac";
  /** 32: floating point, WAV only */
  readonly bits: 16 | 24 | 32;
};

/** Endings that would promise what is not in the file. */
const foreign = new Set([".mp3", ".ogg", ".oga", ".opus", ".m4a", ".aac", ".aif", ".aiff", ".wma"]);

/** @param container as asked for; undefined: by the file's name, WAV if that says nothing
 *  @returns a line that says what is wrong */
export function outputFormat(
  output: string,
  container: string | undefined,
  bits = "16",
): OutputFormat | string {
  const ending = extname(output).toLowerCase();
  if (foreign.has(ending)) return `only WAV and FLAC are written, not ${ending.slice(1)}`;
  const named = ending === ".flac" ? "flac" : "wav";
  const chosen = container ?? named;
  if (chosen !== "wav" && chosen !== "flac") return "--format wants wav or flac";
  if (bits !== "16" && bits !== "24" && bits !== "32f") return "--bits wants 16, 24 or 32f";
  if (chosen === "flac" && bits === "32f") return "FLAC holds no floating point: --bits 16 or 24";
  return { container: chosen, bits: bits === "16" ? 16 : bits === "24" ? 24 : 32 };
}

/** Whole numbers of 24 bits, saturated. @param samples ±1 is full scale */
export function toWhole24(samples: Float32Array): Int32Array {
  return Int32Array.from(samples, (sample) =>
    Math.max(-8_388_608, Math.min(8_388_607, Math.round(sample * 8_388_608))),
  );
}

/** As they lie in a WAV file: three bytes each, the lowest first. */
export function packed24(whole: Int32Array): Uint8Array {
  const bytes = new Uint8Array(3 * whole.length);
  for (let i = 0, at = 0; i < whole.length; i++, at += 3) {
    const value = whole[i]!;
    bytes[at] = value;
    bytes[at + 1] = value >> 8;
    bytes[at + 2] = value >> 16;
  }
  return bytes;
}

/** One array per channel of what lies interleaved. */
export function planarOf<Samples extends Float32Array | Int32Array>(
  interleaved: Samples,
  channels: number,
): Samples[] {
  const make = interleaved.constructor as new (length: number) => Samples;
  return Array.from({ length: channels }, (_, channel) => {
    const samples = new make(interleaved.length / channels);
    for (let i = 0; i < samples.length; i++) samples[i] = interleaved[i * channels + channel]!;
    return samples;
  });
}
