/** What the host keeps about a track between runs, as small JSON files: fingerprint and loudness.
 *  A file that does not parse is as good as missing: it is made anew. */
import * as z from "zod/mini";

const level = z.number();

/** Shape of a stored fingerprint (`Fingerprint` of the audio folder). */
export const storedFingerprintSchema = z.strictObject({
  version: z.int(),
  rate: z.int(),
  total: z.int().check(z.minimum(0)),
  channels: z.int(),
  integratedLoudness: z.nullable(level),
  loudnessRange: level,
  truePeakDb: z.nullable(level),
  crestDb: level,
  bandsDb: z.array(level).check(z.maxLength(64)),
  levelsDb: z.array(level).check(z.maxLength(256)),
  peakLevelDb: level,
  silenceRatio: level,
  width: level,
  correlation: level,
  centroidHz: level,
  rolloffHz: level,
  flatness: level,
});

/** Integrated loudness of one rendering, LUFS; null for silence. */
export const storedLoudnessSchema = z.strictObject({ loudness: z.nullable(level) });

type Schema<Value> = {
  readonly safeParse: (value: unknown) => { readonly success: boolean; readonly data?: Value };
};

/** @returns undefined when the bytes are not JSON of that shape. Cost O(bytes). */
export function parseStored<Value>(schema: Schema<Value>, bytes: Uint8Array): Value | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return schema.safeParse(value).data;
  } catch {
    return undefined; // torn or altered: made anew
  }
}

/** UTF-8 JSON of a fact. */
export function writeStored(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
