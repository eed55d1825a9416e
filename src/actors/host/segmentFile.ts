/** A segment on disk: a 48-byte header, then its samples. Little-endian:
 *    0 u32 magic "SGF1"   4 16 bytes render key   20 u32 segment   24 u64 first frame
 *    32 u32 frames   36 u16 channels   38 u16 zero   40 u32 zero   44 u32 CRC-32 of all, this zero */
import { crc32 } from "#crc32";
import { frames, type Frames } from "../../protocol/geometry.ts";
import type { RenderKey } from "../../protocol/limits.ts";

export const segmentFileHeaderBytes = 48;
const magic = 0x31464753;
const checksumAt = 44;

export type SegmentFile = {
  readonly key: RenderKey;
  readonly segment: number;
  readonly from: Frames;
  readonly frames: Frames;
  readonly channels: number;
  /** interleaved s16le */
  readonly samples: Uint8Array;
};

/** Cost O(bytes): one copy, one checksum. */
export function encodeSegmentFile(file: SegmentFile): Uint8Array {
  const out = new Uint8Array(segmentFileHeaderBytes + file.samples.byteLength);
  const view = new DataView(out.buffer);
  view.setUint32(0, magic, true);
  for (let i = 0; i < 16; i++) out[4 + i] = Number.parseInt(file.key.slice(2 * i, 2 * i + 2), 16);
  view.setUint32(20, file.segment, true);
  view.setBigUint64(24, BigInt(file.from), true);
  view.setUint32(32, file.frames, true);
  view.setUint16(36, file.channels, true);
  out.set(file.samples, segmentFileHeaderBytes);
  view.setUint32(checksumAt, crc32(out), true);
  return out;
}

/** @returns undefined when the file is torn, altered, or is another segment than the one asked for */
export function decodeSegmentFile(
  bytes: Uint8Array,
  key: RenderKey,
  segment: number,
): SegmentFile | undefined {
  if (bytes.byteLength < segmentFileHeaderBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const samples = bytes.subarray(segmentFileHeaderBytes);
  const count = view.getUint32(32, true);
  const channels = view.getUint16(36, true);
  let found = "";
  for (let i = 4; i < 20; i++) found += bytes[i]!.toString(16).padStart(2, "0");
  const isWhole =
    view.getUint32(0, true) === magic &&
    found === key &&
    view.getUint32(20, true) === segment &&
    samples.byteLength === count * channels * 2 &&
    checksum(bytes) === view.getUint32(checksumAt, true);
  if (!isWhole) return undefined;
  const from = Number(view.getBigUint64(24, true));
  return { key, segment, from: frames(from), frames: frames(count), channels, samples };
}

function checksum(bytes: Uint8Array): number {
  const head = crc32(bytes.subarray(0, checksumAt));
  return crc32(bytes.subarray(segmentFileHeaderBytes), crc32(new Uint8Array(4), head));
}
