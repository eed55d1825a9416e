/** Writes samples into an open file as WAV or FLAC, segment by segment. */
import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { FlacEncoder, flacHeader } from "#engine/audio/flac/flacEncoder.ts";
import { wavHeader } from "#engine/audio/wav.ts";
import { packed24, planarOf, toWhole24, type OutputFormat } from "./outputFormat.ts";

/** Interleaved: 16 bits as the host has them, or floating point. */
export type SegmentSamples = Int16Array | Float32Array;

export type SampleWriter = {
  readonly write: (samples: SegmentSamples) => Promise<void>;
  /** Writes what is left, and what is known at the end only. */
  readonly finish: () => Promise<void>;
};

/** @param file empty, open for writing @param shape of all that will be written */
export async function openWriter(
  file: FileHandle,
  shape: { readonly rate: number; readonly channels: number; readonly frames: number },
  { container, bits }: OutputFormat,
): Promise<SampleWriter> {
  if (container === "flac") return openFlac(file, shape, bits === 24 ? 24 : 16);
  await file.writeFile(wavHeader({ ...shape, bits }));
  return {
    write: (samples) => file.writeFile(wavBytes(samples, bits)),
    finish: async () => {
      // a chunk of an odd length is followed by one byte more
      if ((shape.frames * shape.channels * bits) % 16 !== 0)
        await file.writeFile(new Uint8Array(1));
    },
  };
}

async function openFlac(
  file: FileHandle,
  { rate, channels, frames }: Parameters<typeof openWriter>[1],
  bits: 16 | 24,
): Promise<SampleWriter> {
  const shape = { rate, channels: channels === 1 ? 1 : 2, bits, frames } as const;
  const encoder = new FlacEncoder(shape);
  const md5 = createHash("md5");
  await file.writeFile(flacHeader(shape, new Uint8Array(16)));
  const put = async (encoded: readonly Uint8Array[]): Promise<void> => {
    if (encoded.length > 0) await file.writeFile(Buffer.concat(encoded));
  };
  return {
    write: (samples) => {
      md5.update(wavBytes(samples, bits));
      const whole = samples instanceof Int16Array ? Int32Array.from(samples) : toWhole24(samples);
      return put(encoder.push(planarOf(whole, shape.channels)));
    },
    finish: async () => {
      await put(encoder.finish());
      const header = flacHeader(shape, md5.digest());
      await file.write(header, 0, header.length, 0);
    },
  };
}

function wavBytes(samples: SegmentSamples, bits: 16 | 24 | 32): Uint8Array {
  if (bits === 24 && samples instanceof Float32Array) return packed24(toWhole24(samples));
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
}
