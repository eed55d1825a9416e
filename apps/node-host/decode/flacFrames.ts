/** FLAC frames (RFC 9639 §9), found and checked: what comes out is whole, and knows its place. A frame
 *  that is damaged or missing shows as a gap between the places of its neighbours. */

export type FlacFrame = {
  readonly bytes: Uint8Array;
  /** its first frame of audio, from the start of the stream */
  readonly position: number;
  readonly blockSize: number;
};

type Header = { readonly position: number; readonly blockSize: number; readonly length: number };

/** sync, flags, up to 7 bytes of number, 2 + 2 of sizes, checksum */
const headerBytesMax = 16;
/** bytes behind which a frame's end is given up when STREAMINFO does not tell its longest frame */
const frameBytesMax = 1 << 18;
/** an ID3v1 tag, which is no FLAC but appended by some taggers */
const tagBytes = 128;
/** blocks that a damaged spot may span before what follows is taken for chance */
const gapBlocksMax = 64;

export type FlacStream = {
  /** block size of a stream whose frames are numbered */
  readonly blockSize: number;
  /** bytes of the longest frame, 0 when nobody counted */
  readonly longestFrame: number;
};

/** @param chunks the file from its first frame on, in pieces of any size
 *  @returns per piece the frames that it completed, in order. Cost about 5 ns per byte */
export function* flacFrames(
  chunks: Iterable<Uint8Array<ArrayBuffer>>,
  { blockSize, longestFrame }: FlacStream,
): Generator<readonly FlacFrame[], void> {
  const reach = longestFrame > 0 ? longestFrame : frameBytesMax;
  let bytes = new Uint8Array(0);
  /** where the frame begins whose end is sought; null while a beginning is sought */
  let start = null as number | null;
  let header = undefined as Header | undefined;
  /** first place behind a damaged spot that looks like a frame: only if no end fits before */
  let suspect = null as number | null;
  let scan = 0;
  let sum = 0;
  let summed = 0;

  const begin = (at: number): void => {
    header = headerAt(bytes, at, blockSize);
    start = header === undefined ? null : at;
    scan = at + (header?.length ?? 1);
    suspect = null;
    sum = 0;
    summed = at;
  };
  /** A checksum over data and itself is zero. */
  const endsAt = (end: number): boolean => {
    for (; summed < end; summed++)
      sum = ((sum << 8) & 0xffff) ^ crc16[(sum >> 8) ^ bytes[summed]!]!;
    return sum === 0;
  };
  const frameTo = (end: number): FlacFrame => ({
    bytes: bytes.slice(start!, end),
    position: header!.position,
    blockSize: header!.blockSize,
  });

  const search = (isLast: boolean): FlacFrame[] => {
    const found: FlacFrame[] = [];
    const limit = bytes.length - (isLast ? 5 : headerBytesMax);
    while (scan < limit) {
      if (start !== null && scan - start > reach + tagBytes + headerBytesMax) {
        begin(suspect ?? scan);
        continue;
      }
      const next =
        bytes[scan] === 0xff && (bytes[scan + 1]! & 0xfe) === 0xf8
          ? headerAt(bytes, scan, blockSize)
          : undefined;
      if (next === undefined) {
        scan++;
        continue;
      }
      if (start === null || endsAt(scan)) {
        if (start !== null) found.push(frameTo(scan));
        begin(scan);
        continue;
      }
      const ahead = next.position - header!.position;
      if (ahead > 0 && ahead <= gapBlocksMax * header!.blockSize) suspect ??= scan;
      scan++;
    }
    return found;
  };

  for (const chunk of chunks) {
    const keep = start ?? scan;
    const joined = new Uint8Array(bytes.length - keep + chunk.length);
    joined.set(bytes.subarray(keep));
    joined.set(chunk, bytes.length - keep);
    bytes = joined;
    scan -= keep;
    summed -= keep;
    if (start !== null) start -= keep;
    if (suspect !== null) suspect -= keep;
    const found = search(false);
    if (found.length > 0) yield found;
  }
  const found = search(true);
  for (;;) {
    const end: number | undefined =
      start === null
        ? undefined
        : [bytes.length - tagBytes, bytes.length].find(
            (place) => place >= summed && place > start! + header!.length && endsAt(place),
          );
    if (end !== undefined) found.push(frameTo(end));
    if (end !== undefined || suspect === null) break;
    begin(suspect);
    found.push(...search(true));
  }
  if (found.length > 0) yield found;
}

/** @returns undefined unless a whole header with the right checksum begins at `at` */
function headerAt(bytes: Uint8Array, at: number, fixedBlock: number): Header | undefined {
  const sizeCode = bytes[at + 2]! >> 4;
  const rateCode = bytes[at + 2]! & 15;
  if (sizeCode === 0 || rateCode === 15 || bytes[at + 3]! >> 4 > 10 || bytes[at + 3]! & 1)
    return undefined;
  let next = at + 4;
  const first = bytes[next++]!;
  // The number is coded like UTF-8, in up to 36 bits.
  let more = first < 0x80 ? 0 : Math.clz32(~first << 24) - 1;
  if (more < 0 || (first >= 0x80 && more === 0) || more > 6) return undefined;
  let number = more === 0 ? first : first & (0x3f >> more);
  for (; more > 0; more--) {
    if ((bytes[next]! & 0xc0) !== 0x80) return undefined;
    number = number * 64 + (bytes[next++]! & 0x3f);
  }
  let blockSize = sizeCode < 6 ? 576 << (sizeCode - 2) : 256 << (sizeCode - 8);
  if (sizeCode === 1) blockSize = 192;
  if (sizeCode === 6) blockSize = bytes[next++]! + 1;
  if (sizeCode === 7) {
    blockSize = ((bytes[next]! << 8) | bytes[next + 1]!) + 1;
    next += 2;
  }
  if (rateCode === 12) next += 1;
  if (rateCode === 13 || rateCode === 14) next += 2;
  if (next >= bytes.length) return undefined;
  let sum = 0;
  for (let k = at; k <= next; k++) sum = crc8[sum ^ bytes[k]!]!;
  if (sum !== 0) return undefined;
  const isVariable = (bytes[at + 1]! & 1) === 1;
  return { position: isVariable ? number : number * fixedBlock, blockSize, length: next + 1 - at };
}

const crc8 = Uint8Array.from({ length: 256 }, (_, n) => remainder(n, 8, 0x07));
const crc16 = Uint16Array.from({ length: 256 }, (_, n) => remainder(n << 8, 16, 0x8005));

function remainder(value: number, width: number, polynomial: number): number {
  let rest = value;
  for (let k = 0; k < 8; k++)
    rest =
      rest & (1 << (width - 1))
        ? ((rest << 1) ^ polynomial) & (2 ** width - 1)
        : (rest << 1) & (2 ** width - 1);
  return rest;
}
