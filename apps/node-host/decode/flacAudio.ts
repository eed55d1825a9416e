/** FLAC, bare or in Ogg. Samples of up to 24 bits are exact in the decoder's floats. Frames of bare files
 *  are found and checked here: after one damaged frame the decoder would give nothing more. */
import { FLACDecoder } from "@wasm-audio-decoders/flac";
import { wavLayouts } from "#engine/audio/downmix.ts";
import { fault, type Fault } from "#engine/protocol/faults.ts";
import type { AudioRun, OpenAudio } from "./audioStream.ts";
import { pieces, type ByteFile } from "./byteFile.ts";
import { flacFrames, type FlacFrame } from "./flacFrames.ts";
import { id3Length } from "./mpegFrame.ts";
import { lastGranule, oggPageRuns } from "./oggPages.ts";

export const openFlac: OpenAudio = async (file) => {
  const start = id3Length(file);
  const info = readStreamInfo(file, start);
  if (info === undefined) return fault("file-corrupt", "The FLAC file has no stream info.");
  const { rate, channels, bits, total } = info;
  const runs = info.container === "ogg" ? oggRuns(file, info) : bareRuns(file, info);
  return { rate, channels, layouts: wavLayouts, bits, framesHint: total, runs };
};

/** Damaged and missing frames are silence, so that what follows stays in its place. */
async function* bareRuns(file: ByteFile, info: StreamInfo): AsyncGenerator<AudioRun, Fault | null> {
  const { channels, bits, total } = info;
  const decoder = new FLACDecoder();
  await decoder.ready;
  try {
    let at = 0;
    let silent = 0;
    const end = total ?? Number.MAX_SAFE_INTEGER;
    const run = (planar: readonly Float32Array[]): AudioRun => {
      const count = Math.min(planar[0]!.length, end - at);
      at += count;
      return exactRun(planar, count, bits);
    };
    const silence = (count: number) =>
      Array.from({ length: channels }, () => new Float32Array(count));
    for (const batch of flacFrames(pieces(file, info.audioAt, { first: 64 * 1024 }), info)) {
      for (const frames of withoutGaps(batch)) {
        const position = frames[0]!.position;
        if (position > at && position < end) {
          silent += position - at;
          for (; at < position;) yield run(silence(Math.min(position - at, info.rate)));
        }
        const meant = frames.reduce((sum, frame) => sum + frame.blockSize, 0);
        const { channelData } = await decoder.decodeFrames(frames.map((frame) => frame.bytes));
        const isWhole = channelData.length === channels && channelData[0]!.length === meant;
        if (!isWhole && at < end) silent += Math.min(meant, end - at);
        if (at < end) yield run(isWhole ? channelData : silence(meant));
      }
    }
    const isShort = total !== null && at < total;
    if (isShort && silent === 0) return fault("file-corrupt", "The FLAC file is damaged.");
    return silent > 0 ? damagedFault(silent / info.rate) : null;
  } finally {
    decoder.free();
  }
}

function damagedFault(seconds: number): Fault {
  const many = seconds < 0.1 ? "Less than 0.1" : seconds.toFixed(1);
  return fault("file-damaged", `The file is damaged: ${many} s of it are silent.`);
}

/** Pages are checked before, so that the decoder finds its frames in them by itself. */
async function* oggRuns(file: ByteFile, info: StreamInfo): AsyncGenerator<AudioRun, Fault | null> {
  const { channels, bits, total } = info;
  const decoder = new FLACDecoder();
  await decoder.ready;
  try {
    let left = total ?? Number.MAX_SAFE_INTEGER;
    const take = (planar: readonly Float32Array[]): AudioRun | null => {
      const count = Math.min(left, planar[0]?.length ?? 0);
      if (count === 0 || planar.length !== channels) return null;
      left -= count;
      return exactRun(planar, count, bits);
    };
    for (const pages of oggPageRuns(file)) {
      const { channelData, errors } = await decoder.decode(pages);
      const run = take(channelData);
      if (run !== null) yield run;
      if (errors.length > 0)
        return fault(
          "file-damaged",
          "The file is damaged: what lies behind that cannot be decoded.",
        );
    }
    const { channelData, errors } = await decoder.flush();
    const run = errors.length === 0 ? take(channelData) : null;
    if (run !== null) yield run;
    return null;
  } finally {
    decoder.free();
  }
}

/** Cuts a run of frames where one of them does not begin where the one before it ends. */
function withoutGaps(frames: readonly FlacFrame[]): FlacFrame[][] {
  const runs: FlacFrame[][] = [];
  for (const frame of frames) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (last !== undefined && last.position + last.blockSize === frame.position) run!.push(frame);
    else runs.push([frame]);
  }
  return runs;
}

/** The decoder divides integers by their largest positive value; this undoes it, to the bit for up
 *  to 24 bits, and divides by the power of two that every other format here uses. */
function exactRun(planar: readonly Float32Array[], count: number, bits: number): AudioRun {
  const largest = 2 ** (bits - 1) - 1;
  const channels = planar.length;
  if (bits <= 16 && channels <= 2) {
    const shift = 16 - bits;
    const interleaved = new Int16Array(count * channels);
    for (let channel = 0; channel < channels; channel++) {
      const samples = planar[channel]!;
      for (let i = 0, at = channel; i < count; i++, at += channels)
        interleaved[at] = nearest(samples[i]! * largest) << shift;
    }
    return { interleaved };
  }
  const exact = planar.map((samples) => {
    // Above 24 bits a float holds no integer to go back to.
    if (bits > 24) return samples.slice(0, count);
    const out = new Float32Array(count);
    for (let i = 0; i < count; i++) out[i] = nearest(samples[i]! * largest) / (largest + 1);
    return out;
  });
  return { planar: exact };
}

/** Nearest integer of up to 24 bits; `Math.round` takes three times as long. */
function nearest(value: number): number {
  return (value < 0 ? value - 0.5 : value + 0.5) | 0;
}

type StreamInfo = {
  readonly rate: number;
  readonly channels: number;
  readonly bits: number;
  readonly total: number | null;
  readonly blockSize: number;
  readonly longestFrame: number;
  readonly container: "flac" | "ogg";
  /** where the frames of a bare file begin */
  readonly audioAt: number;
};

/** STREAMINFO (RFC 9639 §8.2), wherever the container puts it near the beginning. */
function readStreamInfo(file: ByteFile, start: number): StreamInfo | undefined {
  const head = file.read(start, 256);
  let at = -1;
  for (let k = 0; k + 42 <= head.length && at < 0; k++)
    if (head[k] === 0x66 && head[k + 1] === 0x4c && head[k + 2] === 0x61 && head[k + 3] === 0x43)
      at = k;
  if (at < 0 || (head[at + 4]! & 0x7f) !== 0) return undefined;
  const body = at + 8;
  const view = new DataView(head.buffer, head.byteOffset);
  const rate = (head[body + 10]! << 12) | (head[body + 11]! << 4) | (head[body + 12]! >> 4);
  if (rate === 0) return undefined;
  const total = (head[body + 13]! & 0xf) * 2 ** 32 + view.getUint32(body + 14);
  const isOgg = at > 0;
  return {
    rate,
    channels: ((head[body + 12]! >> 1) & 7) + 1,
    bits: (((head[body + 12]! & 1) << 4) | (head[body + 13]! >> 4)) + 1,
    total: total || (isOgg ? lastGranule(file) : null),
    blockSize: view.getUint16(body),
    longestFrame: view.getUint32(body + 6) & 0xffffff,
    container: isOgg ? "ogg" : "flac",
    audioAt: isOgg ? 0 : framesBegin(file, start + 4),
  };
}

/** Behind the last metadata block, whose pictures may be megabytes. */
function framesBegin(file: ByteFile, firstBlock: number): number {
  for (let at = firstBlock; ;) {
    const head = file.read(at, 4);
    if (head.length < 4) return file.size;
    at += 4 + ((head[1]! << 16) | (head[2]! << 8) | head[3]!);
    if ((head[0]! & 0x80) !== 0) return at;
  }
}
