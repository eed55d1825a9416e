/** WAV files of every kind, right and wrong, made here byte by byte. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeAll, decodeBench, faultOf, type DecodeBench } from "./decoding.ts";

let bench: DecodeBench;
beforeAll(() => {
  bench = decodeBench();
});
afterAll(() => bench.close());

const count = 20_000;
/** 32-bit integers whose upper bits are samples of any smaller width. */
const values = Int32Array.from({ length: count }, (_, i) => Math.imul(i + 1, 0x9e3779b1));

type Layout = {
  tag?: number;
  bits?: number;
  channels?: number;
  rate?: number;
  extensible?: boolean;
  /** what the headers say instead of the truth */
  told?: { riff?: number; data?: number };
  before?: Buffer;
  after?: Buffer;
  rf64?: boolean;
};

function chunk(name: string, body: Buffer, told = body.length): Buffer {
  const head = Buffer.alloc(8);
  head.write(name, "latin1");
  head.writeUInt32LE(told >>> 0, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length & 1)]);
}

function wavOf(data: Buffer, layout: Layout = {}): Buffer {
  const { tag = 1, bits = 16, channels = 2, rate = 44_100, extensible = false, told = {} } = layout;
  const format = Buffer.alloc(extensible ? 40 : 16);
  format.writeUInt16LE(extensible ? 0xfffe : tag, 0);
  format.writeUInt16LE(channels, 2);
  format.writeUInt32LE(rate, 4);
  format.writeUInt32LE((rate * channels * bits) / 8, 8);
  format.writeUInt16LE((channels * bits) / 8, 12);
  format.writeUInt16LE(bits, 14);
  if (extensible) {
    format.writeUInt16LE(22, 16);
    format.writeUInt16LE(bits, 18);
    format.writeUInt16LE(tag, 24);
  }
  const ds64 = Buffer.alloc(28);
  ds64.writeBigUInt64LE(BigInt(data.length), 8);
  const body = Buffer.concat([
    Buffer.from("WAVE"),
    layout.rf64 ? chunk("ds64", ds64) : Buffer.alloc(0),
    layout.before ?? Buffer.alloc(0),
    chunk("fmt ", format),
    chunk("data", data, layout.rf64 ? 0xffffffff : told.data),
    layout.after ?? Buffer.alloc(0),
  ]);
  const head = Buffer.alloc(8);
  head.write(layout.rf64 ? "RF64" : "RIFF");
  head.writeUInt32LE(layout.rf64 ? 0xffffffff : (told.riff ?? body.length), 4);
  return Buffer.concat([head, body]);
}

const s16Data = Buffer.from(Int16Array.from(values, (value) => value >> 16).buffer);
const s16Frames = count / 2;

async function decodeBytes(name: string, bytes: Buffer) {
  const path = join(bench.folder, name);
  writeFileSync(path, bytes);
  return decodeAll(bench.decoder, path);
}

/** Interleaved again. */
function flat(planar: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(planar.length * planar[0]!.length);
  planar.forEach((channel, c) => channel.forEach((v, i) => (out[i * planar.length + c] = v)));
  return out;
}

const s16Meant = Float32Array.from(values, (value) => (value >> 16) / 32768);

describe("WAV samples", () => {
  const kinds: readonly [
    string,
    number,
    number,
    "s16" | "f32",
    (v: number) => Buffer,
    (v: number) => number,
  ][] = [
    ["8 bit", 1, 8, "s16", (v) => Buffer.of((v >> 24) + 128), (v) => (v >> 24) / 128],
    [
      "16 bit",
      1,
      16,
      "s16",
      (v) => le(2, (b) => b.writeInt16LE(v >> 16)),
      (v) => (v >> 16) / 2 ** 15,
    ],
    [
      "24 bit",
      1,
      24,
      "f32",
      (v) => le(3, (b) => b.writeIntLE(v >> 8, 0, 3)),
      (v) => (v >> 8) / 2 ** 23,
    ],
    ["32 bit", 1, 32, "f32", (v) => le(4, (b) => b.writeInt32LE(v)), (v) => v / 2 ** 31],
    ["float", 3, 32, "f32", (v) => le(4, (b) => b.writeFloatLE(v / 2 ** 29)), (v) => v / 2 ** 29],
    ["double", 3, 64, "f32", (v) => le(8, (b) => b.writeDoubleLE(v / 2 ** 30)), (v) => v / 2 ** 30],
  ];
  for (const [name, tag, bits, format, write, meant] of kinds)
    for (const extensible of [false, true])
      for (const channels of [1, 2])
        it(`of ${name}, ${channels} channels${extensible ? ", EXTENSIBLE" : ""}, are exact`, async () => {
          const data = Buffer.concat(Array.from(values, write));
          const wav = wavOf(data, { tag, bits, channels, extensible });
          const { info, total, planar } = await decodeBytes(
            `${name}-${channels}-${extensible}.wav`,
            wav,
          );
          expect(info).toMatchObject({
            format,
            channels,
            rate: 44_100,
            framesHint: count / channels,
          });
          expect(total).toBe(count / channels);
          expect(flat(planar)).toEqual(Float32Array.from(values, meant));
        });

  it("that are no number are silence", async () => {
    const data = Buffer.from(Float32Array.of(0.5, NaN, Infinity, -Infinity, -0.5, 0.25).buffer);
    const { planar } = await decodeBytes("nan.wav", wavOf(data, { tag: 3, bits: 32, channels: 1 }));
    expect([...planar[0]!]).toEqual([0.5, 0, 0, 0, -0.5, 0.25]);
  });

  for (const rate of [8000, 11_025, 22_050, 48_000, 96_000, 192_000])
    it(`of ${rate} Hz keep their rate`, async () => {
      const { info } = await decodeBytes(`${rate}.wav`, wavOf(s16Data, { rate }));
      expect(info.rate).toBe(rate);
    });

  it("of one frame are a track", async () => {
    const { total, planar } = await decodeBytes("one.wav", wavOf(s16Data.subarray(0, 4)));
    expect(total).toBe(1);
    expect(flat(planar)).toEqual(s16Meant.slice(0, 2));
  });
});

describe("WAV containers", () => {
  const odd = chunk("LIST", Buffer.from("odd"));
  const unpadded = odd.subarray(0, odd.length - 1);
  const cases: Readonly<Record<string, Buffer>> = {
    "odd chunk, padded": wavOf(s16Data, { before: odd }),
    "odd chunk, not padded": wavOf(s16Data, { before: unpadded }),
    "chunks behind the audio": wavOf(s16Data, { after: chunk("LIST", Buffer.alloc(100, 65)) }),
    "RIFF size 0": wavOf(s16Data, { told: { riff: 0 } }),
    "data size 0": wavOf(s16Data, { told: { data: 0, riff: 0 } }),
    "data size unknown": wavOf(s16Data, { told: { data: 0xffffffff, riff: 0xffffffff } }),
    "data size too large": wavOf(s16Data, { told: { data: s16Data.length * 3 } }),
    RF64: wavOf(s16Data, { rf64: true }),
    "RF64 with chunks behind": wavOf(s16Data, {
      rf64: true,
      after: chunk("junk", Buffer.alloc(9)),
    }),
  };
  for (const [name, bytes] of Object.entries(cases))
    it(`${name}: all of the audio and nothing else`, async () => {
      const { total, planar } = await decodeBytes(`${name}.wav`, bytes);
      expect(total).toBe(s16Frames);
      expect(flat(planar)).toEqual(s16Meant);
    });

  it("cut off in the middle of a frame: the whole frames", async () => {
    const wav = wavOf(s16Data);
    const { total, planar } = await decodeBytes("cut.wav", wav.subarray(0, wav.length - 4001));
    expect(total).toBe(s16Frames - 1001);
    expect(flat(planar)).toEqual(s16Meant.slice(0, 2 * total));
  });

  for (const [name, bytes, code] of [
    ["no samples", wavOf(Buffer.alloc(0)), "file-empty"],
    ["no samples, a chunk behind", wavOf(Buffer.alloc(0), { after: odd }), "file-empty"],
    [
      "no format",
      Buffer.concat([Buffer.from("RIFF\0\0\0\0WAVE"), chunk("data", s16Data)]),
      "file-corrupt",
    ],
    ["no data", Buffer.concat([Buffer.from("RIFF\0\0\0\0WAVE"), odd, odd]), "file-corrupt"],
    ["no channels", wavOf(s16Data, { channels: 0 }), "file-corrupt"],
    ["ADPCM", wavOf(s16Data, { tag: 2, bits: 16 }), "format-unsupported"],
    ["4 kHz", wavOf(s16Data, { rate: 4000 }), "format-unsupported"],
    ["384 kHz", wavOf(s16Data, { rate: 384_000 }), "format-unsupported"],
  ] as const)
    it(`${name}: ${code}`, async () => {
      const path = join(bench.folder, `${name}.wav`);
      writeFileSync(path, bytes);
      expect(await faultOf(bench.decoder, path)).toMatchObject({ code });
    });
});

function le(length: number, write: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(length);
  write(bytes);
  return bytes;
}
