/** PCM store: one decoded source in one file of fixed-size blocks, readable while it grows.
 *
 *  Little-endian header of 64 bytes:
 *    0 u32 magic "SGP1"   4 u32 rate   8 u8 channels   9 u8 format (1 s16, 2 f32)
 *    10 u8 complete   11 u8 zero   12 u32 frames per block   16 u64 total frames (0 until complete)
 *    60 u32 CRC-32 of the source's name and the 60 bytes before it: a file in the place of another is none
 *  then blocks, each: samples (interleaved, the last block padded with zeros), u32 frames that
 *  count, u32 CRC-32 of samples, block index and count.
 *
 *  The header says complete only after every block has been flushed: a run that was killed leaves
 *  a file that is known to be partial. */
import { crc32 } from "#crc32";
import { fault, type Fault } from "../protocol/faults.ts";
import { frames, type Frames } from "../protocol/geometry.ts";

import { isFault, type BlockFile } from "./blockFile.ts";

/** Frames per block: 186 ms at 44.1 kHz, 32 KiB of 16-bit stereo. */
export const pcmBlockFrames = 8192;
export const pcmHeaderBytes = 64;
const trailerBytes = 8;
const magic = 0x31504753;
const checksumAt = 60;

export type PcmLayout = {
  readonly rate: number;
  readonly channels: number;
  /** signed 16 bit, or unclipped f32 */
  readonly format: "s16" | "f32";
};
export type PcmHeader = PcmLayout & {
  /** exact once `complete`, else null */
  readonly total: Frames | null;
  readonly complete: boolean;
};

/** Bytes from one block to the next. */
export function pcmBlockStride({ channels, format }: PcmLayout): number {
  return pcmBlockFrames * channels * (format === "s16" ? 2 : 4) + trailerBytes;
}

/** Bytes that a whole source of `total` frames takes on disk. */
export function pcmFileBytes(layout: PcmLayout, total: number): number {
  return pcmHeaderBytes + Math.ceil(total / pcmBlockFrames) * pcmBlockStride(layout);
}

/** Writes blocks as samples come. Only whole blocks are readable until `finish`. */
export type PcmWriter = {
  /** Appends planar samples, nominally ±1, unclipped in f32, saturated in s16. */
  readonly append: (planar: readonly Float32Array[]) => Fault | null;
  /** Appends interleaved 16-bit samples bit for bit. @throws RangeError unless the format is s16 */
  readonly appendInterleaved: (samples: Int16Array) => Fault | null;
  /** frames that a reader may ask for now */
  readonly readable: () => Frames;
  /** Writes the last, short block; everything appended is then readable. */
  readonly finish: () => Fault | null;
  /** Flushes, then lets the header say complete. */
  readonly seal: () => Fault | null;
};

/** @param file new and empty @param name of the source. Cost O(samples), one block of memory. */
export function createPcmWriter(file: BlockFile, layout: PcmLayout, name = ""): PcmWriter | Fault {
  const { channels, format } = layout;
  const stride = pcmBlockStride(layout);
  const block = new Uint8Array(stride);
  const s16 = new Int16Array(block.buffer, 0, format === "s16" ? pcmBlockFrames * channels : 0);
  const f32 = new Float32Array(block.buffer, 0, format === "f32" ? pcmBlockFrames * channels : 0);
  let written = 0;
  let filled = 0;

  const begun = file.writeAt(0, encodeHeader({ ...layout, total: null, complete: false }, name));
  if (begun !== null) return begun;

  const writeBlock = (): Fault | null => {
    if (format === "s16") s16.fill(0, filled * channels);
    else f32.fill(0, filled * channels);
    const index = Math.floor(written / pcmBlockFrames);
    writeTrailer(block, index, filled);
    const failed = file.writeAt(pcmHeaderBytes + index * stride, block);
    if (failed !== null) return failed;
    written += filled;
    filled = 0;
    return null;
  };

  return {
    append: (planar) => {
      const length = planar[0]?.length ?? 0;
      for (let at = 0; at < length;) {
        const count = Math.min(pcmBlockFrames - filled, length - at);
        for (let c = 0; c < channels; c++) {
          const from = planar[c]!;
          let to = filled * channels + c;
          if (format === "f32")
            for (let i = at; i < at + count; i++, to += channels) f32[to] = from[i]!;
          else
            for (let i = at; i < at + count; i++, to += channels)
              s16[to] = Math.max(-32768, Math.min(32767, Math.round(from[i]! * 32768)));
        }
        filled += count;
        at += count;
        if (filled === pcmBlockFrames) {
          const failed = writeBlock();
          if (failed !== null) return failed;
        }
      }
      return null;
    },
    appendInterleaved: (samples) => {
      if (format !== "s16") throw new RangeError("interleaved samples into a store of floats");
      for (let at = 0; at < samples.length;) {
        const count = Math.min((pcmBlockFrames - filled) * channels, samples.length - at);
        s16.set(samples.subarray(at, at + count), filled * channels);
        filled += count / channels;
        at += count;
        if (filled === pcmBlockFrames) {
          const failed = writeBlock();
          if (failed !== null) return failed;
        }
      }
      return null;
    },
    readable: () => frames(written),
    finish: () => (filled === 0 ? null : writeBlock()),
    seal: () => {
      const flushed = file.flush();
      if (flushed !== null) return flushed;
      const header = encodeHeader({ ...layout, total: frames(written), complete: true }, name);
      return file.writeAt(0, header) ?? file.flush();
    },
  };
}

/** Reads the header. @param name of the source, as it was written
 *  @returns undefined when the file is none of ours, another source's, torn, or not as long as it claims */
export function readPcmHeader(file: BlockFile, name = ""): PcmHeader | undefined {
  const bytes = new Uint8Array(pcmHeaderBytes);
  if (file.readAt(0, bytes) !== pcmHeaderBytes) return undefined;
  const view = new DataView(bytes.buffer);
  const format = bytes[9] === 1 ? "s16" : bytes[9] === 2 ? "f32" : undefined;
  const sane =
    view.getUint32(0, true) === magic &&
    view.getUint32(checksumAt, true) === headerChecksum(bytes, name) &&
    view.getUint32(12, true) === pcmBlockFrames;
  if (!sane || format === undefined) return undefined;
  const layout = { rate: view.getUint32(4, true), channels: bytes[8]!, format } as const;
  const complete = bytes[10] === 1;
  const total = frames(Number(view.getBigUint64(16, true)));
  if (complete && file.size() !== pcmFileBytes(layout, total)) return undefined;
  return { ...layout, complete, total: complete ? total : null };
}

export type PcmReader = {
  /** Planar samples of `[from, until)`; `from` may be negative. Zeros before frame 0 and from `total` on. New arrays,
   *  or the beginnings of `into`, which are as long at least. Faults: `busy` when a block is not there yet, `disk-failed` when it is
   *  damaged. Cost O(frames); the last few blocks are kept decoded. */
  readonly read: (
    from: number,
    until: number,
    into?: readonly Float32Array[],
  ) => readonly Float32Array[] | Fault;
};

/** @param total exact length, or null while the source is still being decoded
 *  @param cachedBlocks blocks kept decoded, each `pcmBlockFrames × channels × 4` bytes */
export function createPcmReader(
  file: BlockFile,
  layout: PcmLayout,
  total: number | null,
  cachedBlocks = 4,
): PcmReader {
  const { channels, format } = layout;
  const stride = pcmBlockStride(layout);
  const bytes = new Uint8Array(stride);
  const s16 = new Int16Array(bytes.buffer, 0, format === "s16" ? pcmBlockFrames * channels : 0);
  const f32 = new Float32Array(bytes.buffer, 0, format === "f32" ? pcmBlockFrames * channels : 0);
  // Insertion order is age: a read runs forward, so the oldest is the one not needed again.
  const cache = new Map<number, Block>();

  /** Takes the block out that is not needed again: its arrays are. */
  const oldest = (): Block["planar"] | undefined => {
    if (cache.size < cachedBlocks) return undefined;
    const [index, { planar }] = cache.entries().next().value!;
    cache.delete(index);
    return planar;
  };

  const load = (index: number): Block | Fault => {
    const known = cache.get(index);
    if (known !== undefined) return known;
    const got = file.readAt(pcmHeaderBytes + index * stride, bytes);
    if (isFault(got)) return got;
    if (got < stride)
      return fault("busy", `The audio is not decoded as far as block ${index} yet.`);
    const count = readTrailer(bytes, index);
    if (count === undefined)
      return fault("disk-failed", `Block ${index} of the decoded audio is damaged.`);
    const planar = oldest() ?? Array.from({ length: channels }, newBlock);
    for (let c = 0; c < channels; c++) {
      const out = planar[c]!;
      if (format === "f32") for (let i = 0, p = c; i < count; i++, p += channels) out[i] = f32[p]!;
      else for (let i = 0, p = c; i < count; i++, p += channels) out[i] = s16[p]! / 32768;
    }
    const block = { planar, count };
    cache.set(index, block);
    return block;
  };

  return {
    read: (from, until, into) => {
      const length = Math.max(0, until - from);
      const out =
        into?.map((array) => array.subarray(0, length).fill(0)) ??
        Array.from({ length: channels }, () => new Float32Array(length));
      const end = Math.min(until, total ?? until);
      for (let at = Math.max(0, from); at < end;) {
        const index = Math.floor(at / pcmBlockFrames);
        const block = load(index);
        if (isFault(block)) return block;
        const offset = at - index * pcmBlockFrames;
        const stop = Math.min(end - index * pcmBlockFrames, block.count);
        if (stop <= offset) {
          // A short block ends the source: what lies behind it is silence.
          if (block.count < pcmBlockFrames) break;
          return fault("disk-failed", `Block ${index} of the decoded audio is damaged.`);
        }
        for (let c = 0; c < channels; c++)
          out[c]!.set(block.planar[c]!.subarray(offset, stop), at - from);
        at += stop - offset;
      }
      return out;
    },
  };
}

const newBlock = (): Float32Array => new Float32Array(pcmBlockFrames);

type Block = { readonly planar: readonly Float32Array[]; readonly count: number };

function headerChecksum(header: Uint8Array, name: string): number {
  return crc32(header.subarray(0, checksumAt), crc32(new TextEncoder().encode(name)));
}

function encodeHeader(header: PcmHeader, name: string): Uint8Array {
  const bytes = new Uint8Array(pcmHeaderBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic, true);
  view.setUint32(4, header.rate, true);
  bytes[8] = header.channels;
  bytes[9] = header.format === "s16" ? 1 : 2;
  bytes[10] = header.complete ? 1 : 0;
  view.setUint32(12, pcmBlockFrames, true);
  view.setBigUint64(16, BigInt(header.total ?? 0), true);
  view.setUint32(checksumAt, headerChecksum(bytes, name), true);
  return bytes;
}

function writeTrailer(block: Uint8Array, index: number, count: number): void {
  const view = new DataView(block.buffer);
  view.setUint32(block.length - 8, count, true);
  view.setUint32(block.length - 4, blockChecksum(block, index), true);
}

/** @returns the frames that count, undefined when the block is damaged */
function readTrailer(block: Uint8Array, index: number): number | undefined {
  const view = new DataView(block.buffer);
  const count = view.getUint32(block.length - 8, true);
  const sound =
    count > 0 &&
    count <= pcmBlockFrames &&
    view.getUint32(block.length - 4, true) === blockChecksum(block, index);
  return sound ? count : undefined;
}

/** The index is part of the sum: a block in the wrong place is as wrong as a flipped bit. */
function blockChecksum(block: Uint8Array, index: number): number {
  const seed = new Uint8Array(4);
  new DataView(seed.buffer).setUint32(0, index, true);
  return crc32(seed, crc32(block.subarray(0, block.length - 4)));
}
