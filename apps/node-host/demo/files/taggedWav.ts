/** Writes WAV files with tags and a cover: RIFF with `fmt `, `data` and an `id3 ` chunk that holds an
 *  ID3v2.3 tag (id3.org, 1999). Tags stand behind the samples, so that those begin at byte 44. */
import { wavHeader } from "#engine/audio/wav.ts";
import { seededRandom } from "../music/seededRandom.ts";

export type Tags = {
  readonly title: string;
  readonly artist: string;
  readonly album: string;
  readonly year: string;
  readonly genre: string;
  readonly key: string;
  readonly tempo: number;
  readonly comment: string;
  readonly track: number;
  readonly tracks: number;
  /** a PNG file */
  readonly cover: Uint8Array;
};

/** @param sides planar samples ±1, at most two channels of equal length; beyond ±1 they saturate
 *  @param seed of the dither (triangular, two steps wide) that takes them to 16 bits
 *  @returns a whole file. Cost O(samples). */
export function encodeTaggedWav(
  sides: readonly Float32Array[],
  rate: number,
  tags: Tags,
  seed: string,
): Uint8Array {
  const id3 = encodeId3(tags);
  const channels = sides.length;
  const dataBytes = sides[0]!.length * channels * 2;
  const out = Buffer.alloc(44 + dataBytes + 8 + id3.length);
  out.set(wavHeader({ rate, channels, frames: sides[0]!.length }));
  // the tag is a chunk of the file, too
  out.writeUInt32LE(out.length - 8, 4);
  quantise(sides, new Int16Array(out.buffer, out.byteOffset + 44, dataBytes / 2), seed);
  const tail = 44 + dataBytes;
  out.write("id3 ", tail, "latin1");
  out.writeUInt32LE(id3.length, tail + 4);
  out.set(id3, tail + 8);
  return out;
}

function quantise(sides: readonly Float32Array[], into: Int16Array, seed: string): void {
  const random = seededRandom(seed);
  const channels = sides.length;
  sides.forEach((side, channel) => {
    for (let i = 0; i < side.length; i++) {
      const value = Math.round(side[i]! * 32767 + random() - random());
      into[i * channels + channel] = Math.max(-32768, Math.min(32767, value));
    }
  });
}

/** One ID3v2.3 tag, padded to an even length as RIFF wants its chunks. */
function encodeId3(tags: Tags): Uint8Array {
  const text = (id: string, value: string) =>
    frame(id, Buffer.concat([Buffer.of(1, 0xff, 0xfe), Buffer.from(value, "utf16le")]));
  const frames = Buffer.concat([
    text("TIT2", tags.title),
    text("TPE1", tags.artist),
    text("TPE2", tags.artist),
    text("TALB", tags.album),
    text("TRCK", `${tags.track}/${tags.tracks}`),
    text("TYER", tags.year),
    text("TCON", tags.genre),
    text("TKEY", tags.key),
    text("TBPM", String(Math.round(tags.tempo))),
    frame(
      "COMM",
      Buffer.concat([Buffer.from("\0eng\0", "latin1"), Buffer.from(tags.comment, "latin1")]),
    ),
    frame("APIC", Buffer.concat([Buffer.from("\0image/png\0\x03\0", "latin1"), tags.cover])),
  ]);
  const padded = frames.length + (frames.length % 2);
  const out = Buffer.alloc(10 + padded);
  out.write("ID3", 0, "latin1");
  out[3] = 3;
  // The length of the tag has seven bits in each byte.
  for (let i = 0; i < 4; i++) out[6 + i] = (padded >> (7 * (3 - i))) & 127;
  out.set(frames, 10);
  return out;
}

function frame(id: string, body: Uint8Array): Uint8Array {
  const out = Buffer.alloc(10 + body.length);
  out.write(id, 0, "latin1");
  out.writeUInt32BE(body.length, 4);
  out.set(body, 10);
  return out;
}
