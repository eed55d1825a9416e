import { describe, expect, it } from "vitest";
import { isFault, type BlockFile } from "#engine/audio/blockFile.ts";
import {
  createPcmReader,
  createPcmWriter,
  pcmBlockFrames,
  pcmBlockStride,
  pcmFileBytes,
  pcmHeaderBytes,
  readPcmHeader,
  type PcmLayout,
  type PcmWriter,
} from "#engine/audio/pcmStore.ts";
import { fault } from "#engine/protocol/faults.ts";

const s16: PcmLayout = { rate: 44_100, channels: 2, format: "s16" };
const f32: PcmLayout = { rate: 48_000, channels: 1, format: "f32" };

/** A file in memory that can run full, and that remembers what it was asked in which order. */
function memoryFile({ bytesMax = Infinity } = {}) {
  let bytes = new Uint8Array(0);
  const log: string[] = [];
  const file: BlockFile = {
    size: () => bytes.length,
    readAt: (position, into) => {
      const part = bytes.subarray(position, position + into.length);
      into.set(part);
      return part.length;
    },
    writeAt: (position, data) => {
      const end = position + data.length;
      if (end > bytesMax) return fault("disk-full", "full");
      if (end > bytes.length) {
        const longer = new Uint8Array(end);
        longer.set(bytes);
        bytes = longer;
      }
      bytes.set(data, position);
      log.push(position === 0 ? "header" : "block");
      return null;
    },
    flush: () => {
      log.push("flush");
      return null;
    },
    close: () => {},
  };
  return { file, log, bytes: () => bytes };
}

function writerOf(file: BlockFile, layout: PcmLayout): PcmWriter {
  const writer = createPcmWriter(file, layout);
  if (isFault(writer)) throw new Error(writer.detail);
  return writer;
}

/** Every sample tells its own channel and frame. */
function ramp(layout: PcmLayout, from: number, count: number): Float32Array[] {
  return Array.from({ length: layout.channels }, (_, channel) =>
    Float32Array.from(
      { length: count },
      (_unused, i) => (((from + i) * 3 + channel) % 32768) / 32768,
    ),
  );
}

function read(
  file: BlockFile,
  layout: PcmLayout,
  total: number | null,
  from: number,
  until: number,
) {
  const planar = createPcmReader(file, layout, total).read(from, until);
  if (isFault(planar)) throw new Error(planar.detail);
  return planar;
}

describe("PCM store", () => {
  for (const layout of [s16, f32])
    it(`gives back ${layout.format} samples exactly, however they were cut into pieces`, () => {
      const total = 2 * pcmBlockFrames + 777;
      const { file } = memoryFile();
      const writer = writerOf(file, layout);
      let at = 0;
      for (const count of [1, 4095, pcmBlockFrames, 3, total]) {
        const piece = Math.min(count, total - at);
        expect(writer.append(ramp(layout, at, piece))).toBeNull();
        at += piece;
      }
      writer.finish();
      writer.seal();
      expect(readPcmHeader(file)).toEqual({ ...layout, complete: true, total });
      expect(read(file, layout, total, 0, total)).toEqual(ramp(layout, 0, total));
      expect(read(file, layout, total, 8000, 9001)).toEqual(ramp(layout, 8000, 1001));
      expect(file.size()).toBe(pcmFileBytes(layout, total));
    });

  it("keeps interleaved 16-bit samples bit for bit, to both ends of the scale", () => {
    const { file } = memoryFile();
    const writer = writerOf(file, s16);
    const samples = Int16Array.of(-32768, 32767, -1, 1, 0, -32767);
    writer.appendInterleaved(samples);
    writer.finish();
    const [left, right] = read(file, s16, 3, 0, 3);
    expect([...left!].map((v) => v * 32768)).toEqual([-32768, -1, 0]);
    expect([...right!].map((v) => v * 32768)).toEqual([32767, 1, -32767]);
  });

  it("does not clip floats", () => {
    const { file } = memoryFile();
    const writer = writerOf(file, f32);
    writer.append([Float32Array.of(1.5, -2)]);
    writer.finish();
    expect(read(file, f32, 2, 0, 2)).toEqual([Float32Array.of(1.5, -2)]);
  });

  it("is silent before the first frame and behind the last", () => {
    const { file } = memoryFile();
    const writer = writerOf(file, f32);
    writer.append([Float32Array.of(0.5, 0.25)]);
    writer.finish();
    expect(read(file, f32, 2, -2, 5)).toEqual([Float32Array.of(0, 0, 0.5, 0.25, 0, 0, 0)]);
    expect(read(file, f32, 2, 100_000, 100_002)).toEqual([Float32Array.of(0, 0)]);
    expect(read(file, f32, 2, -9, -7)).toEqual([Float32Array.of(0, 0)]);
  });

  it("can be read while it grows, up to the last whole block", () => {
    const { file } = memoryFile();
    const writer = writerOf(file, f32);
    writer.append(ramp(f32, 0, pcmBlockFrames + 10));
    expect(writer.readable()).toBe(pcmBlockFrames);
    const reader = createPcmReader(file, f32, null);
    expect(reader.read(0, pcmBlockFrames)).toEqual(ramp(f32, 0, pcmBlockFrames));
    expect(reader.read(0, pcmBlockFrames + 1)).toMatchObject({ code: "busy", retryable: true });
    writer.append(ramp(f32, pcmBlockFrames + 10, pcmBlockFrames));
    expect(reader.read(0, 2 * pcmBlockFrames)).toEqual(ramp(f32, 0, 2 * pcmBlockFrames));
  });

  it("says complete only after every block was flushed", () => {
    const { file, log } = memoryFile();
    const writer = writerOf(file, f32);
    writer.append(ramp(f32, 0, 2 * pcmBlockFrames + 1));
    expect(readPcmHeader(file)).toMatchObject({ complete: false, total: null });
    writer.finish();
    expect(readPcmHeader(file)).toMatchObject({ complete: false });
    writer.seal();
    expect(log).toEqual(["header", "block", "block", "block", "flush", "header", "flush"]);
    expect(readPcmHeader(file)).toMatchObject({ complete: true, total: 2 * pcmBlockFrames + 1 });
  });

  it("is not taken for whole when it was cut off, whatever its header says", () => {
    const { file, bytes } = memoryFile();
    const writer = writerOf(file, f32);
    writer.append(ramp(f32, 0, pcmBlockFrames));
    writer.finish();
    writer.seal();
    const cut = memoryFile();
    cut.file.writeAt(0, bytes().slice(0, bytes().length - 1));
    expect(readPcmHeader(cut.file)).toBeUndefined();
  });

  it("notices any flipped bit: in samples, count, checksum and header", () => {
    const whole = memoryFile();
    const writer = writerOf(whole.file, f32);
    writer.append(ramp(f32, 0, pcmBlockFrames + 5));
    writer.finish();
    writer.seal();
    const stride = pcmBlockStride(f32);
    const second = pcmHeaderBytes + stride;
    for (const at of [second, second + 17, second + stride - 8, second + stride - 1]) {
      const bytes = whole.bytes().slice();
      bytes[at]! ^= 0x10;
      const { file } = memoryFile();
      file.writeAt(0, bytes);
      const reader = createPcmReader(file, f32, pcmBlockFrames + 5);
      expect(reader.read(0, pcmBlockFrames + 5)).toMatchObject({ code: "disk-failed" });
      expect(reader.read(0, pcmBlockFrames)).toEqual(ramp(f32, 0, pcmBlockFrames));
    }
    for (let at = 0; at < pcmHeaderBytes; at++) {
      const bytes = whole.bytes().slice();
      bytes[at]! ^= 1;
      const { file } = memoryFile();
      file.writeAt(0, bytes);
      expect(readPcmHeader(file), `byte ${at}`).toBeUndefined();
    }
  });

  it("notices a block in another one's place", () => {
    const { file, bytes } = memoryFile();
    const writer = writerOf(file, f32);
    writer.append(ramp(f32, 0, 2 * pcmBlockFrames));
    const stride = pcmBlockStride(f32);
    file.writeAt(
      pcmHeaderBytes,
      bytes().slice(pcmHeaderBytes + stride, pcmHeaderBytes + 2 * stride),
    );
    expect(createPcmReader(file, f32, null).read(0, 10)).toMatchObject({ code: "disk-failed" });
  });

  it("reports a full disk as a fault, and what was written stays readable", () => {
    const { file } = memoryFile({ bytesMax: pcmHeaderBytes + pcmBlockStride(f32) });
    const writer = writerOf(file, f32);
    const failed = writer.append(ramp(f32, 0, 2 * pcmBlockFrames));
    expect(failed).toMatchObject({ code: "disk-full" });
    expect(writer.readable()).toBe(pcmBlockFrames);
    expect(read(file, f32, null, 0, pcmBlockFrames)).toEqual(ramp(f32, 0, pcmBlockFrames));
  });

  it("keeps no more decoded blocks than it was told", () => {
    const { file } = memoryFile();
    const writer = writerOf(file, f32);
    writer.append(ramp(f32, 0, 4 * pcmBlockFrames));
    let reads = 0;
    const counted: BlockFile = {
      ...file,
      readAt: (position, into) => {
        reads++;
        return file.readAt(position, into);
      },
    };
    const reader = createPcmReader(counted, f32, null, 2);
    reader.read(0, 2 * pcmBlockFrames);
    reader.read(0, 2 * pcmBlockFrames);
    expect(reads).toBe(2);
    reader.read(2 * pcmBlockFrames, 4 * pcmBlockFrames);
    reader.read(0, 1);
    expect(reads).toBe(5);
  });
});
