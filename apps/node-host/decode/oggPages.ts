/** The little of Ogg (RFC 3533) that tells a stream's shape and its exact end. */
import type { ByteFile } from "./byteFile.ts";

/** First packet of the first stream: the codec's identification header. */
export function firstPacket(file: ByteFile): Uint8Array<ArrayBuffer> {
  const head = file.read(0, 512);
  return head.slice(27 + (head[26] ?? 0));
}

/** Granule position of the last page, or null when it is of another stream than the first (chained
 *  files), or not to be found in the last 128 KiB. */
export function lastGranule(file: ByteFile): number | null {
  const length = 128 * 1024;
  const tail = file.read(Math.max(0, file.size - length), length);
  const first = file.read(0, 18);
  if (first.length < 18) return null;
  const serial = new DataView(first.buffer).getUint32(14, true);
  const view = new DataView(tail.buffer);
  for (let at = tail.length - 27; at >= 0; at--) {
    if (view.getUint32(at) !== 0x4f676753 || tail[at + 4] !== 0) continue;
    if (view.getUint32(at + 14, true) !== serial) return null;
    const granule = view.getBigInt64(at + 6, true);
    // −1: no packet ends on this page.
    if (granule >= 0n) return Number(granule);
  }
  return null;
}
