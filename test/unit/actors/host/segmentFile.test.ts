/** Segments on disk: whole and the one that was asked for, or nothing. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeSegmentFile, encodeSegmentFile } from "#engine/actors/host/segmentFile.ts";
import { frames } from "#engine/protocol/geometry.ts";

const key = "0123456789abcdef".repeat(2);
const file = {
  key,
  segment: 7,
  from: frames(70_000),
  frames: frames(25),
  channels: 2,
  samples: new Uint8Array(100).map((_, at) => at * 3),
};

describe("a segment file", () => {
  it("reads back as what was written", () => {
    expect(decodeSegmentFile(encodeSegmentFile(file), key, 7)).toEqual(file);
  });

  it("is refused when any one bit of it is another (CACHE-5)", () => {
    const bytes = encodeSegmentFile(file);
    for (let bit = 0; bit < bytes.byteLength * 8; bit++) {
      const altered = bytes.slice();
      altered[bit >> 3]! ^= 1 << (bit & 7);
      expect(decodeSegmentFile(altered, key, 7)).toBeUndefined();
    }
  });

  it("is refused when it was cut anywhere, or goes on", () => {
    const bytes = encodeSegmentFile(file);
    for (let length = 0; length < bytes.byteLength; length++)
      expect(decodeSegmentFile(bytes.subarray(0, length), key, 7)).toBeUndefined();
    expect(decodeSegmentFile(new Uint8Array([...bytes, 0]), key, 7)).toBeUndefined();
  });

  it("is refused when it is another segment, or another rendering", () => {
    const bytes = encodeSegmentFile(file);
    expect(decodeSegmentFile(bytes, key, 8)).toBeUndefined();
    expect(decodeSegmentFile(bytes, "f".repeat(32), 7)).toBeUndefined();
  });

  it("is never read out of junk", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (junk) => {
        expect(decodeSegmentFile(junk, key, 7)).toBeUndefined();
      }),
    );
  });
});
