/** FLAC, bare or in Ogg. Samples of up to 24 bits are exact in the decoder's floats. */
import { FLACDecoder } from "@wasm-audio-decoders/flac";
import { wavLayouts } from "#engine/audio/downmix.ts";
import { fault, type Fault } from "#engine/protocol/faults.ts";
import type { AudioRun, OpenAudio } from "./audioStream.ts";
import { pieces, type ByteFile } from "./byteFile.ts";
import { id3Length } from "./mpegFrame.ts";
import { lastGranule, oggPageRuns } from "./oggPages.ts";

export const openFlac: OpenAudio = async (file) => {
  const start = id3Length(file);
  const info = readStreamInfo(file, start);
  if (info === undefined) return fault("file-corrupt", "The FLAC file has no stream info.");
  const { rate, channels, bits, total } = info;

  async function* runs(): AsyncGenerator<AudioRun, Fault | null> {
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
      const isOgg = info!.container === "ogg";
      for (const piece of isOgg ? oggPageRuns(file) : pieces(file, start, { first: 64 * 1024 })) {
        const { channelData, errors } = await decoder.decode(piece);
        const run = take(channelData);
        if (run !== null) yield run;
        if (errors.length > 0) return fault("file-corrupt", "The FLAC file is damaged.");
        if (left === 0) return null;
      }
      const { channelData, errors } = await decoder.flush();
      const run = errors.length === 0 ? take(channelData) : null;
      if (run !== null) yield run;
      return total !== null && left > 0
        ? fault("file-corrupt", "The FLAC file ends before its audio does.")
        : null;
    } finally {
      decoder.free();
    }
  }
  return { rate, channels, layouts: wavLayouts, bits, framesHint: total, runs: runs() };
};

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

/** STREAMINFO (RFC 9639 §8.2), wherever the container puts it near the beginning. */
function readStreamInfo(file: ByteFile, start: number) {
  const head = file.read(start, 256);
  let at = -1;
  for (let k = 0; k + 42 <= head.length && at < 0; k++)
    if (head[k] === 0x66 && head[k + 1] === 0x4c && head[k + 2] === 0x61 && head[k + 3] === 0x43)
      at = k;
  if (at < 0 || (head[at + 4]! & 0x7f) !== 0) return undefined;
  const body = at + 8;
  const rate = (head[body + 10]! << 12) | (head[body + 11]! << 4) | (head[body + 12]! >> 4);
  const channels = ((head[body + 12]! >> 1) & 7) + 1;
  const bits = (((head[body + 12]! & 1) << 4) | (head[body + 13]! >> 4)) + 1;
  const view = new DataView(head.buffer, head.byteOffset);
  const total = (head[body + 13]! & 0xf) * 2 ** 32 + view.getUint32(body + 14);
  if (rate === 0) return undefined;
  if (at === 0) return { rate, channels, bits, total: total || null, container: "flac" };
  return { rate, channels, bits, total: total || lastGranule(file), container: "ogg" };
}
