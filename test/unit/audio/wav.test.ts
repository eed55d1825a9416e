import { expect, test } from "vitest";
import { wavHeader, wavHeaderLength } from "#engine/audio/wav.ts";

const text = (bytes: Uint8Array, at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));

test("a header of 16-bit PCM has the sizes of what follows", () => {
  const bytes = wavHeader({ rate: 44_100, channels: 2, frames: 1000 });
  const view = new DataView(bytes.buffer);
  expect(bytes).toHaveLength(44);
  expect([text(bytes, 0), text(bytes, 8), text(bytes, 12), text(bytes, 36)]).toEqual([
    "RIFF",
    "WAVE",
    "fmt ",
    "data",
  ]);
  expect(view.getUint32(4, true)).toBe(36 + 4000);
  expect(view.getUint16(20, true)).toBe(1);
  expect(view.getUint16(22, true)).toBe(2);
  expect(view.getUint32(24, true)).toBe(44_100);
  expect(view.getUint32(28, true)).toBe(176_400);
  expect(view.getUint16(32, true)).toBe(4);
  expect(view.getUint16(34, true)).toBe(16);
  expect(view.getUint32(40, true)).toBe(4000);
});

test("above 4 GiB it is RF64 with 64-bit sizes", () => {
  const frames = 24 * 3600 * 192_000;
  const shape = { rate: 192_000, channels: 2, frames };
  const bytes = wavHeader(shape);
  const view = new DataView(bytes.buffer);
  expect(bytes).toHaveLength(80);
  expect(wavHeaderLength(shape)).toBe(80);
  expect([text(bytes, 0), text(bytes, 12), text(bytes, 48), text(bytes, 72)]).toEqual([
    "RF64",
    "ds64",
    "fmt ",
    "data",
  ]);
  expect(view.getUint32(4, true)).toBe(0xffffffff);
  expect(view.getBigUint64(20, true)).toBe(BigInt(72) + BigInt(frames) * 4n);
  expect(view.getBigUint64(28, true)).toBe(BigInt(frames) * 4n);
  expect(view.getBigUint64(36, true)).toBe(BigInt(frames));
  expect(view.getUint32(76, true)).toBe(0xffffffff);
});

test("the change to RF64 comes exactly where 32 bits end", () => {
  const last = Math.floor((0xffffffff - 36) / 2);
  expect(wavHeaderLength({ rate: 48_000, channels: 1, frames: last })).toBe(44);
  expect(wavHeaderLength({ rate: 48_000, channels: 1, frames: last + 1 })).toBe(80);
});

test.each([
  [24, 1, 3, 3 * 1001 + 1],
  [32, 3, 4, 4 * 1001],
] as const)("of %d bits it says so; an odd chunk is padded", (bits, tag, width, padded) => {
  const bytes = wavHeader({ rate: 48_000, channels: 1, frames: 1001, bits });
  const view = new DataView(bytes.buffer);
  expect(view.getUint16(20, true)).toBe(tag);
  expect(view.getUint32(28, true)).toBe(48_000 * width);
  expect(view.getUint16(32, true)).toBe(width);
  expect(view.getUint16(34, true)).toBe(bits);
  expect(view.getUint32(4, true)).toBe(36 + padded);
  expect(view.getUint32(40, true)).toBe(1001 * width);
});
