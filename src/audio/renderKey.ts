/** Render key: the content address of a rendering. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Geometry } from "../protocol/geometry.ts";
import type { RenderKey } from "../protocol/limits.ts";

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
};

/** The same parts, the same key, on every machine and for ever.
 *  @returns 32 lower-case hexadecimal digits: SHA-256, cut to 128 bits. Cost some µs. */
export function renderKeyOf(parts: RenderKeyParts): RenderKey {
  const { sourceId, planText, geometry, rate, format, engineVersion } = parts;
  const text = JSON.stringify([
    "segue render key",
    engineVersion,
    sourceId,
    planText,
    [geometry.intervalSeconds, geometry.overlapSeconds, geometry.contextSeconds],
    rate,
    format,
  ]);
  return bytesToHex(sha256(utf8ToBytes(text)).subarray(0, 16));
}
