import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crc32 as platformsOwn } from "#crc32";
import { crc32 } from "#engine/protocol/crc32.ts";
import { frames } from "#engine/protocol/geometry.ts";
import { decodeSlice, encodeSlice, sliceHeaderBytes, type Slice } from "#engine/protocol/slice.ts";

function slice(overrides: Partial<Slice> = {}): Slice {
  const count = overrides.frames ?? 100;
  const channels = overrides.channels ?? 2;
  return {
    key: "0123456789abcdef0123456789abcdef",
    segment: 7,
    start: frames(5_000_000_000),
    frames: frames(count),
    channels,
    lane: "urgent",
    remaining: frames(12),
    samples: Uint8Array.from({ length: count * channels * 2 }, (_, i) => i * 31),
    ...overrides,
  };
}

describe("a slice", () => {
  it("is read back as it was written, beyond 32 bits of frames too", () => {
    for (const each of [
      slice(),
      slice({ channels: 1, lane: "bulk" }),
      slice({ frames: frames(0) }),
    ])
      expect(decodeSlice(encodeSlice(each))).toEqual(each);
  });

  it("SEEK-3 with any bit flipped is no slice", () => {
    const frame = encodeSlice(slice());
    fc.assert(
      fc.property(fc.nat(frame.length * 8 - 1), (bit) => {
        const torn = frame.slice();
        torn[bit >> 3]! ^= 1 << (bit & 7);
        expect(decodeSlice(torn)).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  it("SEEK-3 cut short or run long is no slice", () => {
    const frame = encodeSlice(slice());
    for (const length of [0, 1, sliceHeaderBytes - 1, sliceHeaderBytes, frame.length - 1])
      expect(decodeSlice(frame.subarray(0, length))).toBeUndefined();
    expect(decodeSlice(new Uint8Array([...frame, 0]))).toBeUndefined();
  });

  it("that does not fit its counts is a bug of the writer", () => {
    expect(() => encodeSlice(slice({ samples: new Uint8Array(3) }))).toThrow(RangeError);
  });
});

it("the checksum is the CRC-32 that everybody else computes, in one go or in parts", () => {
  expect(crc32).not.toBe(platformsOwn);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(), (bytes, seed) => {
      expect(crc32(bytes)).toBe(platformsOwn(bytes));
      expect(crc32(bytes, seed)).toBe(platformsOwn(bytes, seed));
    }),
  );
});
