/** What the host keeps about a track between runs, as small JSON files: fingerprint and loudness.
 *  A file that is not as it was written is as good as missing: it is made anew. */
import * as z from "zod/mini";
import { crc32 } from "#crc32";

const level = z.number();

/** Shape of a stored fingerprint (`Fingerprint` of the audio folder). */
export const storedFingerprintSchema = z.strictObject({
  version: z.int(),
  rate: z.int(),
  total: z.int().check(z.minimum(0)),
  channels: z.int(),
  integratedLoudness: z.nullable(level),
  heardLoudness: z.nullable(level),
  loudnessRange: level,
  truePeakDb: z.nullable(level),
  crestDb: level,
  bandsDb: z.array(level).check(z.maxLength(64)),
  levelsDb: z.array(level).check(z.maxLength(256)),
  peakLevelDb: level,
  silenceRatio: level,
  bassToMidDb: level,
  tempoBpm: z.nullable(level),
  rhythmStability: level,
  transientDensity: level,
  harmonicRatio: level,
  pitchStability: level,
  chromaEnergy: level,
  dynamicVariation: level,
  loudnessVariation: level,
  peakConsistency: level,
  width: level,
  correlation: level,
  balanceDb: level,
  centroidHz: level,
  rolloffHz: level,
  flatness: level,
});

/** Integrated loudness of one rendering, LUFS; null for silence. */
export const storedLoudnessSchema = z.strictObject({ loudness: z.nullable(level) });

type Schema<Value> = {
  readonly safeParse: (value: unknown) => { readonly success: boolean; readonly data?: Value };
};

/** The fact as JSON, and the CRC-32 of its file's name and that text: a figure that a bad disk altered, or a
 *  file that lies in the place of another, reads well otherwise, and would make another plan of the track. */
const storedSchema = z.strictObject({ crc32: z.int(), fact: z.unknown() });

/** @param name as it was written under
 *  @returns undefined when the bytes are not a fact of that shape, as it was written. Cost O(bytes). */
export function parseStored<Value>(
  schema: Schema<Value>,
  bytes: Uint8Array,
  name: string,
): Value | undefined {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined; // torn or altered: made anew
  }
  const stored = storedSchema.safeParse(json).data;
  // what was written by JSON.stringify is written the same way again
  if (!stored || checksum(name, JSON.stringify(stored.fact)) !== stored.crc32) return undefined;
  return schema.safeParse(stored.fact).data;
}

/** UTF-8 JSON of a fact, with its checksum. @param fact plain JSON data, an object @param name of its file */
export function writeStored(fact: object, name: string): Uint8Array {
  return encoder.encode(JSON.stringify({ crc32: checksum(name, JSON.stringify(fact)), fact }));
}

const encoder = new TextEncoder();

function checksum(name: string, text: string): number {
  return crc32(encoder.encode(`${name}\n${text}`));
}
