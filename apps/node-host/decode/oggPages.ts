/** The little of Ogg (RFC 3533) that keeps decoders from what is torn, and tells a stream's exact end. */
import { pieces, type ByteFile } from "./byteFile.ts";

const headerBytes = 27;
/** header, 255 lacing values, 255 bytes for each */
const pageBytesMax = headerBytes + 255 + 255 * 255;

/** First packet of the first stream: the codec's identification header. */
export function firstPacket(file: ByteFile): Uint8Array<ArrayBuffer> {
  const head = file.read(0, 512);
  return head.slice(headerBytes + (head[26] ?? 0));
}

/** The pages of the first stream, whole and with the right checksum, in runs: decoders take a torn page
 *  for audio. Other streams (chained or interleaved) are left out. */
export function* oggPageRuns(file: ByteFile): Generator<Uint8Array<ArrayBuffer>, void> {
  let rest: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  let serial: number | undefined;
  for (const piece of pieces(file, 0, { first: 32 * 1024, largest: 64 * 1024 })) {
    const bytes = joined([rest, piece]);
    const pages: Uint8Array[] = [];
    let at = 0;
    while (at + headerBytes <= bytes.length) {
      const length = pageLengthAt(bytes, at);
      if (length === undefined) {
        at++;
        continue;
      }
      if (at + length > bytes.length) break;
      const page = bytes.subarray(at, at + length);
      if (!isSound(page)) {
        at++;
        continue;
      }
      serial ??= serialOf(page);
      if (serialOf(page) === serial) pages.push(page);
      at += length;
    }
    rest = bytes.slice(at);
    if (pages.length > 0) yield joined(pages);
  }
}

/** Granule position of the first stream's last whole page, or null when the file ends with another
 *  stream. */
export function lastGranule(file: ByteFile): number | null {
  const tail = file.read(Math.max(0, file.size - 2 * pageBytesMax), 2 * pageBytesMax);
  const first = file.read(0, headerBytes);
  if (first.length < headerBytes) return null;
  for (let at = tail.length - headerBytes; at >= 0; at--) {
    const length = pageLengthAt(tail, at);
    if (length === undefined || at + length > tail.length) continue;
    const page = tail.subarray(at, at + length);
    if (!isSound(page)) continue;
    if (serialOf(page) !== serialOf(first)) return null;
    const granule = new DataView(page.buffer, page.byteOffset).getBigInt64(6, true);
    // −1: no packet ends on this page.
    if (granule >= 0n) return Number(granule);
  }
  return null;
}

/** Bytes of the page at `at`, undefined when none begins there. Its end may lie outside `bytes`. */
function pageLengthAt(bytes: Uint8Array, at: number): number | undefined {
  if (bytes[at] !== 0x4f || bytes[at + 1] !== 0x67 || bytes[at + 2] !== 0x67) return undefined;
  if (bytes[at + 3] !== 0x53 || bytes[at + 4] !== 0) return undefined;
  const lacing = bytes[at + 26]!;
  let length = headerBytes + lacing;
  for (let k = 0; k < lacing; k++) {
    const value = bytes[at + headerBytes + k];
    // The header itself is cut: say more than there is, whoever asks comes back with more bytes.
    if (value === undefined) return pageBytesMax;
    length += value;
  }
  return length;
}

function serialOf(page: Uint8Array): number {
  return new DataView(page.buffer, page.byteOffset).getUint32(14, true);
}

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n << 24;
  for (let k = 0; k < 8; k++) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value >>> 0;
});

/** CRC-32 of polynomial 0x04C11DB7, not reflected, over the page with its checksum field zero. */
function isSound(page: Uint8Array): boolean {
  let sum = 0;
  for (let i = 0; i < page.length; i++) {
    const byte = i >= 22 && i < 26 ? 0 : page[i]!;
    sum = (sum << 8) ^ table[((sum >>> 24) ^ byte) & 255]!;
  }
  return sum >>> 0 === new DataView(page.buffer, page.byteOffset).getUint32(22, true);
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
