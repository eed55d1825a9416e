/** Where each packet of an MP4's audio track lies (the sample tables of ISO/IEC 14496-12 §8.7), and a
 *  small MP4 of any run of them. */
import type { ByteFile } from "./byteFile.ts";
import { boxesOf, type Box } from "./mp4Boxes.ts";

export type Mp4Samples = {
  readonly count: number;
  /** duration of a packet on the media's scale; the last one may be shorter */
  readonly delta: number;
  /** A whole MP4 file of the packets `[from, until)`, `moov` first. */
  readonly fileOf: (file: ByteFile, from: number, until: number) => ArrayBuffer;
};

/** @param trak the audio track inside `moov`
 *  @param fileSize bytes; packets behind the end of the file are left out
 *  @returns undefined when the tables are torn, fragmented, or have packets of several lengths:
 *  such a file is decoded whole */
export function readMp4Samples(moov: Buffer, trak: Box, fileSize: number): Mp4Samples | undefined {
  const inside = (box: Box) => boxesOf(moov, box.start + box.header, box.start + box.size);
  const path = (box: Box | undefined, ...types: string[]): Box | undefined =>
    types.reduce<Box | undefined>(
      (at, type) => at && inside(at).find((one) => one.type === type),
      box,
    );
  const mvhd = boxesOf(moov, 8).find((box) => box.type === "mvhd");
  const mdia = path(trak, "mdia");
  const minf = path(mdia, "minf");
  const stbl = path(minf, "stbl");
  const table = (type: string) => {
    const box = path(stbl, type);
    return box && moov.subarray(box.start + box.header, box.start + box.size);
  };
  const [stts, stsc, stsz] = [table("stts"), table("stsc"), table("stsz")];
  const stco = table("stco");
  const co64 = table("co64");
  if (!mvhd || !mdia || !minf || !stbl || !stts || !stsc || !stsz || !(stco ?? co64))
    return undefined;
  try {
    const delta = singleDelta(stts);
    const sizes = sizesOf(stsz);
    const offsets = offsetsOf(stsc, sizes, (stco ?? co64)!, stco ? 4 : 8);
    if (delta === undefined || offsets === undefined) return undefined;
    const raw = (box: Box | undefined) =>
      box ? moov.subarray(box.start, box.start + box.size) : Buffer.alloc(0);
    const parts = {
      movie: raw(mvhd),
      track: raw(path(trak, "tkhd")),
      media: [raw(path(mdia, "mdhd")), raw(path(mdia, "hdlr"))],
      information: [raw(path(minf, "smhd")), raw(path(minf, "dinf"))],
      description: raw(path(stbl, "stsd")),
    };
    // A file that was cut off: what lies behind its end is not there.
    const cut = offsets.findIndex((offset, k) => offset + sizes[k]! > fileSize);
    return {
      count: cut < 0 ? sizes.length : cut,
      delta,
      fileOf: (file, from, until) => {
        const samples: Uint8Array[] = [];
        // Packets of a chunk lie side by side: one read for each such run.
        for (let k = from; k < until;) {
          const start = offsets[k]!;
          let length = sizes[k]!;
          for (k++; k < until && offsets[k] === start + length; k++) length += sizes[k]!;
          samples.push(file.read(start, length));
        }
        return build(parts, delta, sizes.slice(from, until), samples);
      },
    };
  } catch (error) {
    // A count that points outside its table: the file is torn, but may be decodable as a whole.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

type Parts = {
  readonly movie: Uint8Array;
  readonly track: Uint8Array;
  readonly media: readonly Uint8Array[];
  readonly information: readonly Uint8Array[];
  readonly description: Uint8Array;
};

function build(
  parts: Parts,
  delta: number,
  sizes: Uint32Array,
  samples: Uint8Array[],
): ArrayBuffer {
  const moovOf = (dataAt: number) =>
    box("moov", [
      parts.movie,
      box("trak", [
        parts.track,
        box("mdia", [
          ...parts.media,
          box("minf", [
            ...parts.information,
            box("stbl", [
              parts.description,
              box("stts", [words(0, 1, sizes.length, delta)]),
              box("stsc", [words(0, 1, 1, sizes.length, 1)]),
              box("stsz", [words(0, 0, sizes.length, ...sizes)]),
              box("stco", [words(0, 1, dataAt)]),
            ]),
          ]),
        ]),
      ]),
    ]);
  const type = box("ftyp", [Buffer.from("M4A \0\0\0\0M4A isom", "latin1")]);
  const data = box("mdat", samples);
  const dataAt = type.length + moovOf(0).length + 8;
  const bytes = Buffer.concat([type, moovOf(dataAt), data]);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
}

function box(type: string, parts: readonly Uint8Array[]): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(
    parts.reduce((sum, part) => sum + part.length, 8),
    0,
  );
  head.write(type, 4, "latin1");
  return Buffer.concat([head, ...parts]);
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, k) => bytes.writeUInt32BE(value, 4 * k));
  return bytes;
}

/** The one duration of all packets but the last. */
function singleDelta(stts: Buffer): number | undefined {
  const entries = stts.readUInt32BE(4);
  const delta = stts.readUInt32BE(12);
  if (entries === 1) return delta;
  return entries === 2 && stts.readUInt32BE(16) === 1 ? delta : undefined;
}

function sizesOf(stsz: Buffer): Uint32Array {
  const same = stsz.readUInt32BE(4);
  const count = stsz.readUInt32BE(8);
  if (same !== 0) return new Uint32Array(Math.min(count, 0xffffff)).fill(same);
  if (stsz.length < 12 + 4 * count) throw new RangeError("the size table is cut off");
  return Uint32Array.from({ length: count }, (_, k) => stsz.readUInt32BE(12 + 4 * k));
}

function offsetsOf(
  stsc: Buffer,
  sizes: Uint32Array,
  chunks: Buffer,
  each: 4 | 8,
): Float64Array | undefined {
  const offsets = new Float64Array(sizes.length);
  const runs = stsc.readUInt32BE(4);
  const chunkCount = chunks.readUInt32BE(4);
  let sample = 0;
  let run = 0;
  for (let chunk = 1; chunk <= chunkCount && sample < sizes.length; chunk++) {
    while (run + 1 < runs && stsc.readUInt32BE(8 + 12 * (run + 1)) <= chunk) run++;
    const place = 8 + (chunk - 1) * each;
    let at = each === 4 ? chunks.readUInt32BE(place) : Number(chunks.readBigUInt64BE(place));
    const inChunk = stsc.readUInt32BE(12 + 12 * run);
    for (let k = 0; k < inChunk && sample < sizes.length; k++) {
      offsets[sample] = at;
      at += sizes[sample++]!;
    }
  }
  return sample === sizes.length ? offsets : undefined;
}
