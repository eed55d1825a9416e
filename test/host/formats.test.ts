/** Every format over real files, made beforehand by scripts/makeFixtures.sh from test/fixtures/tone.ts. */
import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { downmixGains, wavLayouts } from "#engine/audio/downmix.ts";
import {
  longSweep,
  surroundFrames,
  surroundHz,
  surroundLevel,
  sweepFrames,
  tone,
  toneFrames,
} from "../fixtures/tone.ts";
import { decodeAll, decodeBench, type DecodeBench } from "./decoding.ts";
import { amplitudeAt, lagOf, linearlyResampled, snrDb } from "./likeness.ts";

const fixture = (name: string) =>
  fileURLToPath(new URL(`../fixtures/audio/${name}`, import.meta.url));
const meant = tone().map((channel) => Float32Array.from(channel, (value) => value / 32768));

let bench: DecodeBench;
beforeAll(() => {
  bench = decodeBench();
});
afterAll(() => bench.close());

describe("lossless files", () => {
  for (const [name, format] of [
    ["tone.flac", "s16"],
    ["toneOgg.oga", "s16"],
    ["toneAlac.m4a", "s16"],
    ["tone24.flac", "f32"],
  ] as const)
    it(`${name} comes out bit for bit`, async () => {
      const { info, total, planar } = await decodeAll(bench.decoder, fixture(name));
      expect(info).toMatchObject({ rate: 44_100, channels: 2, format, framesHint: toneFrames });
      expect(total).toBe(toneFrames);
      expect(planar).toEqual(meant);
    });

  it("both ends of the 16-bit scale survive FLAC", async () => {
    // a FLAC of one verbatim frame, written by hand: 16 frames, mono, 44.1 kHz
    const path = join(bench.folder, "edges.flac");
    writeFileSync(path, verbatimFlac([-32768, 32767, -32768, 0, 1, -1, 32767, -32767]));
    const { planar } = await decodeAll(bench.decoder, path);
    expect([...planar[0]!].map((value) => value * 32768)).toEqual(
      [-32768, 32767, -32768, 0, 1, -1, 32767, -32767].flatMap((value) => [value, value]),
    );
  });
});

describe("lossy files", () => {
  for (const [name, leastDb] of [
    ["tone.mp3", 25],
    ["toneVbr.mp3", 15],
    ["tone.ogg", 20],
    ["tone.m4a", 20],
    ["toneFast.m4a", 20],
  ] as const)
    it(`${name} has the source's length, alignment and sound`, async () => {
      const { info, total, planar } = await decodeAll(bench.decoder, fixture(name));
      expect(info).toMatchObject({ rate: 44_100, channels: 2, format: "f32" });
      expect(total).toBe(toneFrames);
      for (const channel of [0, 1]) {
        expect(lagOf(planar[channel]!, meant[channel]!)).toBe(0);
        expect(snrDb(planar[channel]!, meant[channel]!)).toBeGreaterThan(leastDb);
      }
    });

  it("an MP3 without a tag keeps what the encoder put in front", async () => {
    const { total, planar } = await decodeAll(bench.decoder, fixture("toneNoTag.mp3"));
    expect(total % 1152).toBe(0);
    expect(total).toBeGreaterThan(toneFrames);
    expect(lagOf(planar[0]!, meant[0]!)).toBe(1105);
  });

  it("a bare AAC stream keeps what the encoder put in front", async () => {
    const { total, planar } = await decodeAll(bench.decoder, fixture("tone.aac"));
    expect(total % 1024).toBe(0);
    expect(lagOf(planar[0]!, meant[0]!)).toBe(1024);
    expect(snrDb(planar[0]!.subarray(1024), meant[0]!)).toBeGreaterThan(20);
  });

  it("a fragmented MP4 is decoded whole", async () => {
    const { total, planar } = await decodeAll(bench.decoder, fixture("toneFragmented.m4a"));
    const lag = lagOf(planar[0]!, meant[0]!);
    expect([0, 1024]).toContain(lag);
    expect(total).toBeGreaterThanOrEqual(toneFrames + lag);
    expect(snrDb(planar[0]!.subarray(lag), meant[0]!)).toBeGreaterThan(20);
  });

  it("an M4A that is decoded in pieces has no seam between them", async () => {
    const { total, planar } = await decodeAll(bench.decoder, fixture("sweep.m4a"));
    expect(total).toBe(sweepFrames);
    const want = Float32Array.from(longSweep(), (value) => value / 32768);
    // Seams lie at 2, 6 and 14 seconds; every tenth of a second is as good as the others.
    for (let at = 1600; at + 3200 < total; at += 1600) {
      const [heard, there] = [planar[0]!, want].map((all) => all.subarray(at, at + 1600));
      expect(snrDb(heard!, there!), `frame ${at}`).toBeGreaterThan(20);
    }
  });

  it("a mono MP3 of half the rate has one channel", async () => {
    const { info, total } = await decodeAll(bench.decoder, fixture("toneMono22.mp3"));
    expect(info).toMatchObject({ rate: 22_050, channels: 1 });
    expect(total).toBe(Math.ceil(toneFrames / 2));
  });

  it("Opus comes at 48 kHz, pre-skip and last page cut to the frame", async () => {
    const { info, total, planar } = await decodeAll(bench.decoder, fixture("tone.opus"));
    expect(info).toMatchObject({ rate: 48_000, channels: 2, format: "f32" });
    expect(Math.abs(total - (toneFrames * 48_000) / 44_100)).toBeLessThanOrEqual(1);
    const resampled = linearlyResampled(meant[0]!, 44_100, 48_000);
    expect(lagOf(planar[0]!, resampled)).toBe(0);
    expect(snrDb(planar[0]!, resampled)).toBeGreaterThan(15);
  });
});

describe("5.1", () => {
  const gains = downmixGains(wavLayouts[5]!);
  for (const name of ["surround.flac", "surround.ogg", "surround.opus"])
    it(`${name}: every speaker goes to its side`, async () => {
      const { info, total, planar } = await decodeAll(bench.decoder, fixture(name));
      expect(info).toMatchObject({ rate: 48_000, channels: 2, format: "f32" });
      expect(total).toBe(surroundFrames);
      const speakers = Object.keys(surroundHz) as (keyof typeof surroundHz)[];
      speakers.forEach((speaker, place) => {
        for (const side of [0, 1] as const) {
          const heard = amplitudeAt(planar[side]!, surroundHz[speaker], 48_000);
          expect(heard / surroundLevel, `${speaker} in ${side}`).toBeCloseTo(
            gains[place]![side],
            1,
          );
        }
      });
    });
});

const ffmpeg = spawnSync("ffmpeg", ["-version"]).status === 0;
// One more witness where there is one; every format is held to its source above.
if (ffmpeg) {
  describe("against ffmpeg", () => {
    for (const [name, leastDb] of [
      ["tone.flac", Infinity],
      ["tone24.flac", Infinity],
      ["tone.mp3", 100],
      ["toneVbr.mp3", 100],
      ["toneMono22.mp3", 100],
      ["tone.ogg", 100],
      ["tone.m4a", 80],
      ["sweep.m4a", 100],
      ["toneAlac.m4a", Infinity],
      ["tone.opus", 40],
    ] as const)
      it(`${name} nulls at ${leastDb} dB`, async () => {
        const { info, total, planar } = await decodeAll(bench.decoder, fixture(name));
        const raw = execFileSync("ffmpeg", [
          "-v",
          "error",
          "-i",
          fixture(name),
          "-f",
          "f32le",
          "-",
        ]);
        const theirs = new Float32Array(
          raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length),
        );
        // Its AAC keeps the padding of the last packet, its Vorbis drops half a block.
        if (!/m4a|ogg/.test(name)) expect(theirs.length).toBe(total * info.channels);
        planar.forEach((channel, c) => {
          const both = channel.subarray(0, theirs.length / info.channels);
          const want = Float32Array.from(both, (_, i) => theirs[i * info.channels + c]!);
          expect(snrDb(both, want)).toBeGreaterThanOrEqual(leastDb);
        });
      });
  });
}

/** Each value twice, in one verbatim subframe (RFC 9639 §9.2.2), mono, 44.1 kHz, 16 bit. */
function verbatimFlac(values: readonly number[]): Buffer {
  const count = values.length * 2;
  const info = Buffer.alloc(34);
  info.writeUInt16BE(count, 0);
  info.writeUInt16BE(count, 2);
  info.writeUInt32BE(((44_100 << 12) | (0 << 9) | (15 << 4)) >>> 0, 10);
  info.writeUInt32BE(count, 14);
  const header = Buffer.from([0xff, 0xf8, 0x69, 0x08, 0x00, count - 1]);
  const body = Buffer.alloc(1 + count * 2);
  body[0] = 0b0000_0010;
  values.forEach((value, k) => {
    body.writeInt16BE(value, 1 + 4 * k);
    body.writeInt16BE(value, 3 + 4 * k);
  });
  const frame = Buffer.concat([header, Buffer.from([crc(header, 8, 0x07)]), body]);
  const footer = Buffer.alloc(2);
  footer.writeUInt16BE(crc(frame, 16, 0x8005));
  return Buffer.concat([Buffer.from("fLaC"), Buffer.from([0x80, 0, 0, 34]), info, frame, footer]);
}

function crc(bytes: Uint8Array, width: 8 | 16, polynomial: number): number {
  let value = 0;
  for (const byte of bytes) {
    value ^= byte << (width - 8);
    for (let k = 0; k < 8; k++)
      value =
        (value & (1 << (width - 1)) ? (value << 1) ^ polynomial : value << 1) & (2 ** width - 1);
  }
  return value;
}
