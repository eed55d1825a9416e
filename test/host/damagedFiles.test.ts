/** Files that are torn, or not what their names say: each plays as far as it is sound, or is a fault. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tone, toneFrames } from "../fixtures/tone.ts";
import { decodeAll, decodeBench, faultOf, type DecodeBench } from "./decoding.ts";
import { linearlyResampled, snrDb } from "./likeness.ts";

const fixture = (name: string) =>
  fileURLToPath(new URL(`../fixtures/audio/${name}`, import.meta.url));
const meant = tone().map((channel) => Float32Array.from(channel, (value) => value / 32768));

let bench: DecodeBench;
beforeAll(() => {
  bench = decodeBench();
});
afterAll(() => bench.close());

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

  for (const [name, at] of [
    ["in a frame's samples", 15_000],
    ["in a frame's header", 16_962],
  ] as const)
    it(`a FLAC with a flipped bit ${name} is silent there and right elsewhere`, async () => {
      const bytes = Buffer.from(readFileSync(fixture("tone.flac")));
      bytes[at]! ^= 4;
      const path = made(`flip-${at}.flac`, bytes);
      const { total, planar, reports } = await decodeAll(bench.decoder, path);
      expect(total).toBe(toneFrames);
      expect(reports.at(-1)).toMatchObject({ type: "done", flaw: { code: "file-damaged" } });
      const blocks = Array.from({ length: Math.ceil(total / 4608) }, (_, k) =>
        planar.map((channel, c) => {
          const heard = channel.subarray(k * 4608, (k + 1) * 4608);
          if (heard.every((v, i) => v === meant[c]![k * 4608 + i])) return "right";
          return heard.every((v) => v === 0) ? "silent" : "wrong";
        }),
      );
      expect(blocks.flat()).not.toContain("wrong");
      const silent = blocks.filter(([left]) => left === "silent").length;
      expect(silent).toBeGreaterThan(0);
      expect(silent).toBeLessThanOrEqual(2);
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
