import { inflateSync } from "node:zlib";
import { parseBuffer } from "music-metadata";
import { describe, expect, it } from "vitest";
import { pieces } from "../../../apps/node-host/demo/album.ts";
import { hex, paint } from "../../../apps/node-host/demo/cover/paint.ts";
import { encodePng } from "../../../apps/node-host/demo/cover/png.ts";
import { encodeTaggedWav } from "../../../apps/node-host/demo/files/taggedWav.ts";

/** Pixels of a PNG as our encoder writes them: one IDAT, 8-bit RGB. */
function decodePng(png: Uint8Array): { width: number; height: number; rgb: Uint8Array } {
  const view = new DataView(png.buffer, png.byteOffset);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const packed = png.subarray(41, 41 + view.getUint32(33));
  const rows = inflateSync(packed);
  const stride = width * 3;
  const rgb = new Uint8Array(stride * height);
  for (let row = 0; row < height; row++) {
    const kind = rows[row * (stride + 1)]!;
    for (let i = 0; i < stride; i++) {
      const at = row * stride + i;
      const left = i < 3 ? 0 : rgb[at - 3]!;
      const up = row === 0 ? 0 : rgb[at - stride]!;
      const corner = i < 3 || row === 0 ? 0 : rgb[at - stride - 3]!;
      const guess = left + up - corner;
      const near = [left, up, corner].toSorted((a, b) => Math.abs(guess - a) - Math.abs(guess - b));
      const predicted = kind === 1 ? left : kind === 2 ? up : near[0]!;
      rgb[at] = rows[row * (stride + 1) + 1 + i]! + predicted;
    }
  }
  return { width, height, rgb };
}

describe("covers", () => {
  it("come back from a PNG pixel by pixel", () => {
    for (const piece of pieces) {
      const rgb = paint(piece.cover, 48);
      expect(decodePng(encodePng(rgb, 48, 48))).toEqual({ width: 48, height: 48, rgb });
    }
  });

  it("are five different pictures with many colours each", () => {
    const painted = pieces.map((piece) => Buffer.from(paint(piece.cover, 64)));
    expect(new Set(painted.map((rgb) => rgb.toString("base64"))).size).toBe(pieces.length);
    for (const rgb of painted) {
      const colours = new Set<number>();
      for (let i = 0; i < rgb.length; i += 3) colours.add(rgb.readUIntBE(i, 3));
      expect(colours.size).toBeGreaterThan(300);
    }
  });

  it("paint white white and black black", () => {
    expect(paint(() => hex("#ffffff"), 2)).toEqual(new Uint8Array(12).fill(255));
    expect(paint(() => hex("#000000"), 2)).toEqual(new Uint8Array(12));
  });
});

describe("a tagged WAV", () => {
  const cover = encodePng(paint(pieces[0]!.cover, 32), 32, 32);
  const tags = {
    title: "Größe & “Quotes”",
    artist: "Segue",
    album: "First Light",
    year: "2026",
    genre: "Instrumental",
    key: "D",
    tempo: 92.4,
    comment: "A comment.",
    track: 2,
    tracks: 5,
    cover,
  };
  const sides = [Float32Array.of(0, 0.5, -0.5, 2), Float32Array.of(0, -0.25, 0.25, -2)];

  it("is read by a tag reader: title, artist, album, track, cover and length", async () => {
    const file = encodeTaggedWav(sides, 44_100, tags, "seed");
    const { common, format } = await parseBuffer(file, { mimeType: "audio/wav" });
    expect(common).toMatchObject({
      title: tags.title,
      artist: "Segue",
      albumartist: "Segue",
      album: "First Light",
      track: { no: 2, of: 5 },
      year: 2026,
      bpm: 92,
      key: "D",
    });
    expect(common.picture?.[0]?.format).toBe("image/png");
    expect(Buffer.from(common.picture![0]!.data).equals(cover)).toBe(true);
    expect(format).toMatchObject({ sampleRate: 44_100, numberOfChannels: 2, bitsPerSample: 16 });
    expect(format.numberOfSamples).toBe(4);
  });

  it("holds the samples to within two steps, saturates, and pads its chunks to even lengths", () => {
    const file = Buffer.from(encodeTaggedWav(sides, 44_100, tags, "seed"));
    expect(file.readUInt32LE(4)).toBe(file.length - 8);
    expect(file.length % 2).toBe(0);
    const samples = Array.from({ length: 8 }, (_, i) => file.readInt16LE(44 + 2 * i));
    [0, 0, 16384, -8192, -16384, 8192, 32767, -32768].forEach((want, i) =>
      expect(Math.abs(samples[i]! - want)).toBeLessThanOrEqual(2),
    );
  });
});
