import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crc32 } from "#crc32";
import { flacFrames, type FlacFrame } from "../../../apps/node-host/decode/flacFrames.ts";
import { toneFrames } from "../../fixtures/tone.ts";

const file = readFileSync(
  fileURLToPath(new URL("../../fixtures/audio/tone.flac", import.meta.url)),
);
const audioAt = framesBegin();
const stream = { blockSize: file.readUInt16BE(8), longestFrame: file.readUIntBE(15, 3) };
const audio = new Uint8Array(file.subarray(audioAt));

function framesBegin(): number {
  let at = 4;
  for (;;) {
    const isLast = (file[at]! & 0x80) !== 0;
    at += 4 + file.readUIntBE(at + 1, 3);
    if (isLast) return at;
  }
}

function framesOf(bytes: Uint8Array, cuts: readonly number[] = [], told = stream): FlacFrame[] {
  const places = [0, ...cuts.map((cut) => cut % bytes.length), bytes.length].sort((a, b) => a - b);
  const chunks = places.slice(1).map((end, k) => new Uint8Array(bytes.slice(places[k], end)));
  return [...flacFrames(chunks, told)].flat();
}

const whole = framesOf(audio);

/** Enough to tell frames by, and quick to compare. */
const outline = (frames: readonly FlacFrame[]) =>
  frames.map(({ position, blockSize, bytes }) => [position, blockSize, crc32(bytes)]);

describe("FLAC frames", () => {
  it("follow one another without a gap, and their bytes are the file's", () => {
    let position = 0;
    for (const frame of whole) {
      expect(frame.position).toBe(position);
      position += frame.blockSize;
    }
    expect(position).toBe(toneFrames);
    expect(Buffer.concat(whole.map((frame) => frame.bytes))).toEqual(Buffer.from(audio));
  });

  it("are the same however the file was cut into pieces", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(audio.length - 1), { maxLength: 60 }), (cuts) => {
        expect(outline(framesOf(audio, cuts))).toEqual(outline(whole));
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it("are the same when nobody counted the longest", () => {
    expect(outline(framesOf(audio, [], { ...stream, longestFrame: 0 }))).toEqual(outline(whole));
  });

  it("end before what a tagger appended", () => {
    const tagged = new Uint8Array(audio.length + 128);
    tagged.set(audio);
    tagged.set(Buffer.from("TAG"), audio.length);
    expect(outline(framesOf(tagged))).toEqual(outline(whole));
  });

  it("never come damaged: each is one of the file's, in the file's order, whatever was flipped or cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(audio.length - 1), fc.integer({ min: 1, max: 255 })), {
          maxLength: 4,
        }),
        fc.nat(audio.length),
        (flips, length) => {
          const bytes = audio.slice();
          for (const [at, bits] of flips) bytes[at]! ^= bits;
          const found = framesOf(bytes.slice(0, length)).map((frame) =>
            whole.findIndex((one) => Buffer.from(one.bytes).equals(frame.bytes)),
          );
          expect(found).not.toContain(-1);
          expect(found).toEqual([...new Set(found)].sort((a, b) => a - b));
        },
      ),
      { numRuns: 150, seed: 1 },
    );
  });

  it("behind a damaged one are found again", () => {
    const bytes = audio.slice();
    bytes[whole[0]!.bytes.length + 100]! ^= 1;
    const positions = framesOf(bytes).map((frame) => frame.position);
    expect(positions).toEqual(whole.filter((_, k) => k !== 1).map((frame) => frame.position));
  });
});
