import { createHash } from "node:crypto";
import { FLACDecoder } from "@wasm-audio-decoders/flac";
import { describe, expect, test } from "vitest";
import { FlacEncoder, flacHeader, type FlacShape } from "#engine/audio/flac/flacEncoder.ts";
import { madeMusic, noiseSource } from "./madeSignals.ts";

type Planar = readonly Int32Array[];

function encoded(planar: Planar, shape: Omit<FlacShape, "frames">, push = 10_000): Uint8Array {
  const whole = { ...shape, frames: planar[0]!.length };
  const encoder = new FlacEncoder(whole);
  const frames: Uint8Array[] = [];
  for (let at = 0; at < whole.frames; at += push)
    frames.push(...encoder.push(planar.map((x) => x.subarray(at, at + push))));
  frames.push(...encoder.finish());
  return Buffer.concat([flacHeader(whole, md5Of(planar, shape.bits)), ...frames]);
}

function md5Of(planar: Planar, bits: number): Uint8Array {
  const width = bits / 8;
  const bytes = Buffer.alloc(planar[0]!.length * planar.length * width);
  planar.forEach((x, channel) =>
    x.forEach((sample, i) =>
      bytes.writeIntLE(sample, (i * planar.length + channel) * width, width),
    ),
  );
  return createHash("md5").update(bytes).digest();
}

async function decoded(bytes: Uint8Array, bits: number): Promise<readonly Int32Array[]> {
  const decoder = new FLACDecoder();
  await decoder.ready;
  const { channelData, errors } = await decoder.decodeFile(bytes);
  expect(errors).toEqual([]);
  decoder.free();
  // this decoder divides by the largest number, not by the number of steps
  return channelData.map((x) =>
    Int32Array.from(x, (sample) => Math.round(sample * (2 ** (bits - 1) - 1))),
  );
}

const whole = (planar: readonly Float32Array[], bits: number): Int32Array[] =>
  planar.map((x) =>
    Int32Array.from(x, (sample) => {
      const full = 2 ** (bits - 1);
      return Math.max(-full, Math.min(full - 1, Math.round(sample * full)));
    }),
  );

const random = noiseSource(2);
const music = madeMusic(1.3, 44_100, 0.8);
const frames = 12_000;
const signals: Readonly<Record<string, readonly Float32Array[]>> = {
  music,
  "one channel of it": [music[0]!],
  silence: [new Float32Array(frames), new Float32Array(frames)],
  "noise at full scale": [1, 2].map(() => Float32Array.from({ length: frames }, () => random())),
  "a square wave at full scale": [
    Float32Array.from({ length: frames }, (_, i) => (i % 90 < 45 ? 1 : -1)),
    Float32Array.from({ length: frames }, (_, i) => (i % 90 < 45 ? -1 : 1)),
  ],
  "one frame": [Float32Array.from([0.5])],
  "one frame over a block": [music[0]!.slice(0, 4097), music[1]!.slice(0, 4097)],
  "two clicks": [3, 11_000].map((at) =>
    Float32Array.from({ length: frames }, (_, i) => (i % 7000 === at % 7000 ? 1 : 0)),
  ),
};

describe.each([16, 24] as const)("FLAC of %d bits", (bits) => {
  test.each(Object.keys(signals))("is lossless: %s", async (name) => {
    const planar = whole(signals[name]!, bits);
    const channels = planar.length as 1 | 2;
    const bytes = encoded(planar, { rate: 44_100, channels, bits });
    const back = await decoded(bytes, bits);
    expect(back.length).toBeGreaterThanOrEqual(planar.length);
    planar.forEach((x, channel) => {
      expect(back[channel]!.length).toBe(x.length);
      expect(x.every((sample, i) => sample === back[channel]![i])).toBe(true);
    });
  });

  test("is smaller than the samples for music, and a handful of bytes a block for silence", () => {
    const shape = { rate: 44_100, channels: 2, bits } as const;
    const planar = whole(music, bits);
    expect(encoded(planar, shape).length).toBeLessThan(0.95 * planar[0]!.length * 2 * (bits / 8));
    expect(encoded(whole(signals["silence"]!, bits), shape).length).toBeLessThan(120);
  });

  test("does not depend on how the samples are pushed", () => {
    const planar = whole(music, bits);
    const shape = { rate: 48_000, channels: 2, bits } as const;
    expect(Buffer.compare(encoded(planar, shape, 777), encoded(planar, shape, 60_000))).toBe(0);
  });
});
