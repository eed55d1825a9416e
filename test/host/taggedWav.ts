/** WAV files with tags, for tests of the host. */
import { writeFileSync } from "node:fs";

export type WavTags = {
  readonly title: string;
  readonly artist: string;
  readonly album: string;
  readonly number: number;
};

/** 16-bit PCM WAV with a LIST chunk of type INFO. @param samples interleaved */
export function writeTaggedWav(
  path: string,
  samples: Int16Array,
  { rate, channels }: { readonly rate: number; readonly channels: number },
  { title, artist, album, number }: WavTags,
): void {
  const format = Buffer.alloc(16);
  format.writeUInt16LE(1, 0);
  format.writeUInt16LE(channels, 2);
  format.writeUInt32LE(rate, 4);
  format.writeUInt32LE(rate * channels * 2, 8);
  format.writeUInt16LE(channels * 2, 12);
  format.writeUInt16LE(16, 14);
  const tags = [
    chunk("INAM", text(title)),
    chunk("IART", text(artist)),
    chunk("IPRD", text(album)),
    chunk("ITRK", text(String(number))),
  ];
  const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  const parts = [
    chunk("fmt ", format),
    chunk("LIST", Buffer.concat([Buffer.from("INFO"), ...tags])),
    chunk("data", bytes),
  ];
  writeFileSync(path, chunk("RIFF", Buffer.concat([Buffer.from("WAVE"), ...parts])));
}

function text(value: string): Buffer {
  return Buffer.from(`${value}\0`, "latin1");
}

function chunk(name: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(name, 0, "latin1");
  head.writeUInt32LE(body.byteLength, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.byteLength % 2)]);
}
