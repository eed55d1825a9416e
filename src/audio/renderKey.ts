/** Render key: the content address of a rendering. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Geometry } from "../protocol/geometry.ts";
import type { RenderKey } from "../protocol/limits.ts";

/** A neighbour in the album whose samples run through the chain with the track's own. */
export type BesidePart = {
  readonly sourceId: string;
  /** how many of its frames are used */
  readonly frames: number;
};

/** Everything that decides the bytes of a rendering. */
export type RenderKeyParts = {
  readonly sourceId: string;
  /** `planText` of the plan; null for the original */
  readonly planText: string | null;
  readonly geometry: Geometry;
  /** Hz of the output */
  readonly rate: number;
  /** sample format of the output, e.g. `s16le` */
  readonly format: string;
  readonly engineVersion: number;
  /** whose tail comes before it, and whose head behind it */
  readonly before?: BesidePart | null;
  readonly after?: BesidePart | null;
};

/** The same parts, the same key, on every machine and for ever.
 *  @returns 32 lower-case hexadecimal digits: SHA-256, cut to 128 bits. Cost some µs. */
export function renderKeyOf(parts: RenderKeyParts): RenderKey {
  const { sourceId, planText, geometry, rate, format, engineVersion } = parts;
  const beside = [parts.before, parts.after].map((each) => each && [each.sourceId, each.frames]);
  const text = JSON.stringify([
    "segue render key",
    engineVersion,
    sourceId,
    planText,
    [geometry.intervalSeconds, geometry.overlapSeconds, geometry.contextSeconds],
    rate,
    format,
    // a track that stands alone has the key that it had before there were albums
    ...(parts.before || parts.after ? beside : []),
  ]);
  return bytesToHex(sha256(utf8ToBytes(text)).subarray(0, 16));
}
