/** A frame-coded track: a 16-bit stereo WAV whose every frame spells its own index.
 *
 *  32 bits a frame: 22 bits of index, 2 bits of mark, 8 bits of check, scattered over left and right, so
 *  that a faded or mixed sample does not pass for another frame. */
import { writeFileSync } from "node:fs";

const indexBits = 22;
export const framesMax = 2 ** indexBits;

function check(word: number): number {
  return (Math.imul(word ^ 0x5bd1e995, 0x9e3779b1) >>> 24) & 0xff;
}

/** @param mark 0…3, names the track @returns left and right as signed 16 bit */
export function encodeFrame(index: number, mark: number): [number, number] {
  const word = (index << 2) | mark; // 24 bits
  const low = word & 0xffff;
  const high = ((word >>> 16) & 0xff) | (check(word) << 8);
  return [(low << 16) >> 16, (high << 16) >> 16];
}

/** @returns the frame's index and mark, or null when the samples spell none */
export function decodeFrame(left: number, right: number): { index: number; mark: number } | null {
  if (!Number.isInteger(left) || !Number.isInteger(right)) return null;
  const high = right & 0xffff;
  const word = (left & 0xffff) | ((high & 0xff) << 16);
  if (high >>> 8 !== check(word)) return null;
  return { index: word >>> 2, mark: word & 3 };
}

/** Writes `count` coded frames as a WAV file. @throws RangeError beyond 2^22 frames */
export function writeCodedWav(path: string, count: number, rate: number, mark: number): void {
  if (count > framesMax) throw new RangeError(`${count} frames cannot be spelled`);
  const samples = new Int16Array(count * 2);
  for (let i = 0; i < count; i++) [samples[2 * i], samples[2 * i + 1]] = encodeFrame(i, mark);
  writeWav(path, samples, rate, 2);
}

/** 16-bit PCM WAV. @param samples interleaved */
export function writeWav(path: string, samples: Int16Array, rate: number, channels: number): void {
  const header = Buffer.alloc(44);
  header.write("RIFF", 0, "latin1");
  header.writeUInt32LE(36 + samples.byteLength, 4);
  header.write("WAVEfmt ", 8, "latin1");
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * channels * 2, 28);
  header.writeUInt16LE(channels * 2, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36, "latin1");
  header.writeUInt32LE(samples.byteLength, 40);
  writeFileSync(path, Buffer.concat([header, Buffer.from(samples.buffer)]));
}
