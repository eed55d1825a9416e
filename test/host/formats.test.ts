/** Every format over real files, made beforehand by scripts/makeFixtures.sh from test/fixtures/tone.ts. */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
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
import { decodeAll, decodeBench, faultOf, type DecodeBench } from "./decoding.ts";
import { amplitudeAt, lagOf, snrDb } from "./likeness.ts";

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
    // The seam lies at packet 160; every tenth of a second is as good as the others.
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

describe("damaged and foreign files", () => {
  const made = (name: string, bytes: Uint8Array | string) => {
    const path = join(bench.folder, name);
    writeFileSync(path, bytes);
    return path;
  };
  const part = (name: string, share: number) => {
    const bytes = readFileSync(fixture(name));
    return bytes.subarray(0, Math.floor(bytes.length * share));
  };

  it("a text file named .mp3 is no audio", async () => {
    const text = "This is no music at all, however long it gets.\n".repeat(5000);
    expect(await faultOf(bench.decoder, made("text.mp3", text))).toMatchObject({
      code: "file-corrupt",
      retryable: false,
    });
  });

  it("noise of every kind is no audio, and no worker dies of it", async () => {
    const lost = bench.decoder.figures().lostWorkers;
    const heads: Record<string, Uint8Array> = {
      "noise.bin": new Uint8Array(0),
      "noise.flac": Buffer.from("fLaC"),
      "noise.ogg": part("tone.ogg", 0.01),
      "noise.opus": part("tone.opus", 0.008),
      "noise.mp3": Buffer.from([0xff, 0xfb, 0x90, 0x64]),
      "noise.m4a": part("toneFast.m4a", 0.003),
      "noise.wav": Buffer.from("RIFF\x00\x00\x01\x00WAVEfmt "),
    };
    let state = 1;
    const noise = Uint8Array.from(
      { length: 100_000 },
      () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) >>> 16,
    );
    for (const [name, head] of Object.entries(heads)) {
      const path = made(name, Buffer.concat([head, noise]));
      expect((await faultOf(bench.decoder, path)).code, name).toMatch(
        /^(file-corrupt|file-empty)$/,
      );
    }
    expect(bench.decoder.figures().lostWorkers).toBe(lost);
  });

  it("an empty file, a missing one and a folder say what they are", async () => {
    expect(await faultOf(bench.decoder, made("empty.flac", ""))).toMatchObject({
      code: "file-empty",
    });
    const missing = join(bench.folder, "missing.wav");
    expect(await faultOf(bench.decoder, missing)).toMatchObject({ code: "file-missing" });
    expect(await faultOf(bench.decoder, bench.folder)).toMatchObject({ code: "file-unreadable" });
  });

  it("a truncated FLAC plays what there is of it, bit for bit", async () => {
    const path = made("cut.flac", part("tone.flac", 0.7));
    const { total, planar } = await decodeAll(bench.decoder, path);
    expect(total).toBeGreaterThan(toneFrames / 3);
    expect(total).toBeLessThan(toneFrames);
    planar.forEach((channel, c) => expect(channel).toEqual(meant[c]!.subarray(0, total)));
  });

  for (const [name, share] of [
    ["tone.mp3", 0.6],
    ["tone.ogg", 0.9], // half of it is headers
    ["tone.opus", 0.6],
    ["toneOgg.oga", 0.6],
  ] as const)
    it(`a truncated ${name} plays what there is of it`, async () => {
      const path = made(`cut-${name}`, part(name, share));
      const { total, planar } = await decodeAll(bench.decoder, path);
      expect(total).toBeGreaterThan(toneFrames / 4);
      expect(total).toBeLessThan(toneFrames);
      const want = name.endsWith("opus")
        ? linearlyResampled(meant[0]!, 44_100, 48_000).subarray(0, total)
        : meant[0]!.subarray(0, total);
      expect(snrDb(planar[0]!, want)).toBeGreaterThan(12);
    });

  it("a truncated M4A plays the packets that are whole", async () => {
    const path = made("cut.m4a", part("toneFast.m4a", 0.6));
    const { total, planar } = await decodeAll(bench.decoder, path);
    expect(total).toBeGreaterThan(toneFrames / 4);
    expect(total).toBeLessThan(toneFrames);
    expect(snrDb(planar[0]!, meant[0]!.subarray(0, total))).toBeGreaterThan(20);
  });

  it("an M4A without its tables is a fault", async () => {
    const path = made("headless.m4a", part("tone.m4a", 0.6));
    expect(await faultOf(bench.decoder, path)).toMatchObject({ code: "file-corrupt" });
  });

  it("an MP3 goes on behind garbage in its middle", async () => {
    const bytes = readFileSync(fixture("toneNoTag.mp3"));
    const middle = Math.floor(bytes.length / 2);
    const path = made(
      "hole.mp3",
      Buffer.concat([
        bytes.subarray(0, middle),
        Buffer.from("garbage ".repeat(100)),
        bytes.subarray(middle),
      ]),
    );
    const whole = await decodeAll(bench.decoder, fixture("toneNoTag.mp3"));
    const { total } = await decodeAll(bench.decoder, path);
    expect(whole.total - total).toBeLessThanOrEqual(3 * 1152);
  });

  it("tags around an MP3 change nothing but its name", async () => {
    const bytes = readFileSync(fixture("tone.mp3"));
    const id3v2 = Buffer.concat([
      Buffer.from("ID3\x04\x00\x00\x00\x00\x10\x00", "latin1"),
      Buffer.alloc(2048, 0xff),
    ]);
    const id3v1 = Buffer.concat([Buffer.from("TAG"), Buffer.alloc(125)]);
    const path = made("tagged.mp3", Buffer.concat([id3v2, bytes, id3v1]));
    const plain = await decodeAll(bench.decoder, fixture("tone.mp3"));
    const tagged = await decodeAll(bench.decoder, path);
    expect(tagged.planar).toEqual(plain.planar);
  });

  it("known formats that are not decoded say so", async () => {
    const aiff = made(
      "a.aiff",
      Buffer.concat([Buffer.from("FORM\0\0\0\0AIFF"), Buffer.alloc(5000)]),
    );
    expect(await faultOf(bench.decoder, aiff)).toMatchObject({ code: "format-unsupported" });
  });

  it("paths with spaces, quotes and other scripts are paths", async () => {
    const path = made(`it's "ночь" 夜 #1 %20.flac`, readFileSync(fixture("tone.flac")));
    expect((await decodeAll(bench.decoder, path)).total).toBe(toneFrames);
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

function linearlyResampled(samples: Float32Array, from: number, to: number): Float32Array {
  return Float32Array.from({ length: Math.ceil((samples.length * to) / from) }, (_, i) => {
    const at = (i * from) / to;
    const k = Math.floor(at);
    return samples[k]! + (at - k) * ((samples[k + 1] ?? 0) - samples[k]!);
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
