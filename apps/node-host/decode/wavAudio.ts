/** WAV: RIFF, RF64 and BW64 (EBU Tech 3306), PCM of 8 to 32 bits, floats of 32 and 64,
 *  WAVE_FORMAT_EXTENSIBLE; and the ways in which real files break the rules. */
import { wavLayouts } from "#engine/audio/downmix.ts";
import { fault, type Fault } from "#engine/protocol/faults.ts";
import type { AudioRun, OpenAudio } from "./audioStream.ts";
import { pieces, type ByteFile } from "./byteFile.ts";

type WavFormat = {
  readonly tag: number;
  readonly channels: number;
  readonly rate: number;
  readonly blockAlign: number;
  readonly bits: number;
};

export const openWav: OpenAudio = async (file) => {
  const found = findChunks(file);
  if ("code" in found) return found;
  const { format, dataAt, dataBytes } = found;
  const { tag, channels, rate, bits, blockAlign } = format;
  const bytesEach = blockAlign / channels;
  const convert = converterOf(tag, bytesEach);
  if (channels < 1 || channels > 64 || convert === undefined)
    return fault("format-unsupported", `WAV of kind ${tag} with ${bits} bits is not supported.`);
  const total = Math.floor(dataBytes / blockAlign);
  if (total === 0) return fault("file-empty", "The file holds no samples.");
  const isInteger16 = tag === 1 && bytesEach <= 2;

  async function* runs(): AsyncGenerator<AudioRun, Fault | null> {
    let kept = new Uint8Array(0);
    for (const piece of pieces(file, dataAt, { until: dataAt + total * blockAlign })) {
      const bytes = kept.length === 0 ? piece : join(kept, piece);
      const count = Math.floor(bytes.length / blockAlign);
      kept = bytes.slice(count * blockAlign);
      if (count === 0) continue;
      const whole = bytes.subarray(0, count * blockAlign);
      if (isInteger16 && channels <= 2) yield { interleaved: integers16(whole, bytesEach) };
      else yield { planar: planarOf(whole, count, channels, bytesEach, convert!) };
    }
    return null;
  }
  return {
    rate,
    channels,
    layouts: wavLayouts,
    bits: isInteger16 ? 16 : tag === 1 ? bits : null,
    framesHint: total,
    runs: runs(),
  };
};

/** Seconds that the header claims, whatever there is of them; null when it claims nothing: recorders
 *  and pipes that never learn the length leave 0 or a number near the largest. Reads the chunks' heads. */
export function claimedWavSeconds(file: ByteFile): number | null {
  const found = findChunks(file);
  if ("code" in found || found.claimedBytes === null) return null;
  const { blockAlign, rate } = found.format;
  return blockAlign > 0 && rate > 0 ? found.claimedBytes / blockAlign / rate : null;
}

/** sox writes 0x7ffff000 into a pipe, others 0xffffffff less the header. */
const unknownBytesMin = 0x7ff00000;

function findChunks(file: ByteFile):
  | {
      readonly format: WavFormat;
      readonly dataAt: number;
      readonly dataBytes: number;
      readonly claimedBytes: number | null;
    }
  | Fault {
  let format: WavFormat | undefined;
  let data: { readonly at: number; readonly bytes: number } | undefined;
  let claimedBytes: number | null = null;
  let largeDataBytes: number | undefined;
  let at = 12;
  // A broken file may look like a million tiny chunks; no real one has a thousand.
  for (let seen = 0; seen < 1000 && at + 8 <= file.size; seen++) {
    const head = file.read(at, 8);
    if (head.length < 8) break;
    const view = new DataView(head.buffer);
    const name = chunkName(head);
    if (name === undefined) break;
    const size = view.getUint32(4, true);
    const body = at + 8;
    if (name === "ds64") {
      const ds64 = file.read(body, 24);
      if (ds64.length === 24)
        largeDataBytes = Number(new DataView(ds64.buffer).getBigUint64(8, true));
    } else if (name === "fmt ") {
      format = readFormat(file.read(body, Math.min(size, 40)));
    } else if (name === "data") {
      const rest = file.size - body;
      const told = size === 0xffffffff ? (largeDataBytes ?? rest) : size;
      // Recorders that never came back to write the size leave 0: then what follows is audio,
      // unless it reads as one more chunk.
      const bytes = told === 0 && rest > 0 && !isChunkAt(file, body) ? rest : Math.min(told, rest);
      data = { at: body, bytes };
      const isClaim = told > 0 && (size < unknownBytesMin || largeDataBytes !== undefined);
      claimedBytes = isClaim ? told : null;
      if (format !== undefined) break;
      at = body + bytes + (bytes & 1);
      continue;
    }
    at = nextChunk(file, body + size);
  }
  if (format === undefined) return fault("file-corrupt", "The WAV file has no format chunk.");
  if (data === undefined) return fault("file-corrupt", "The WAV file has no data chunk.");
  return { format, dataAt: data.at, dataBytes: data.bytes, claimedBytes };
}

/** Chunks begin at even places; some writers forget the padding byte. */
function nextChunk(file: ByteFile, end: number): number {
  if (end % 2 === 0) return end;
  return !isChunkAt(file, end + 1) && isChunkAt(file, end) ? end : end + 1;
}

function isChunkAt(file: ByteFile, at: number): boolean {
  const head = file.read(at, 8);
  if (head.length < 8 || chunkName(head) === undefined) return false;
  const size = new DataView(head.buffer).getUint32(4, true);
  return size === 0xffffffff || at + 8 + size <= file.size + 1;
}

function chunkName(head: Uint8Array): string | undefined {
  const name = String.fromCharCode(...head.subarray(0, 4));
  return /^[\x20-\x7e]{4}$/.test(name) ? name : undefined;
}

function readFormat(bytes: Uint8Array<ArrayBuffer>): WavFormat | undefined {
  if (bytes.length < 16) return undefined;
  const view = new DataView(bytes.buffer);
  const told = view.getUint16(0, true);
  const channels = view.getUint16(2, true);
  const bits = view.getUint16(14, true);
  if (channels === 0) return undefined;
  // EXTENSIBLE: the kind is the first two bytes of the sub-format's GUID.
  const tag = told === 0xfffe && bytes.length >= 26 ? view.getUint16(24, true) : told;
  const blockAlign = view.getUint16(12, true);
  const least = Math.ceil(bits / 8) * channels;
  return {
    tag,
    channels,
    rate: view.getUint32(4, true),
    bits,
    blockAlign: blockAlign >= least && blockAlign % channels === 0 ? blockAlign : least,
  };
}

type Convert = (view: DataView, at: number) => number;

function converterOf(tag: number, bytesEach: number): Convert | undefined {
  if (tag === 3 && bytesEach === 4) return (view, at) => finite(view.getFloat32(at, true));
  if (tag === 3 && bytesEach === 8) return (view, at) => finite(view.getFloat64(at, true));
  if (tag !== 1) return undefined;
  if (bytesEach === 1) return (view, at) => (view.getUint8(at) - 128) / 128;
  if (bytesEach === 2) return (view, at) => view.getInt16(at, true) / 0x8000;
  if (bytesEach === 3)
    return (view, at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 0x10000) / 0x800000;
  if (bytesEach === 4) return (view, at) => view.getInt32(at, true) / 0x80000000;
  return undefined;
}

/** One not-a-number would silence every filter behind it for good. */
function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}

function planarOf(
  bytes: Uint8Array<ArrayBuffer>,
  count: number,
  channels: number,
  bytesEach: number,
  convert: Convert,
): Float32Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: channels }, (_, channel) => {
    const out = new Float32Array(count);
    const step = bytesEach * channels;
    for (let i = 0, at = channel * bytesEach; i < count; i++, at += step)
      out[i] = convert(view, at);
    return out;
  });
}

/** 16-bit samples as they are; 8-bit ones (unsigned) as 16-bit of the same level. */
function integers16(bytes: Uint8Array<ArrayBuffer>, bytesEach: number): Int16Array {
  if (bytesEach === 2) {
    const copy = bytes.slice();
    return new Int16Array(copy.buffer, 0, copy.length / 2);
  }
  return Int16Array.from(bytes, (value) => (value - 128) << 8);
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
