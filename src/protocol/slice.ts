/** Slice: a run of frames on the wire, self-describing, one binary frame each.
 *
 *  Little-endian header of 48 bytes, then samples (interleaved, signed 16 bit):
 *    0 u32 magic "SGS1"   4 16 bytes render key   20 u32 segment   24 u64 start frame
 *    32 u32 frames   36 u8 channels   37 u8 format (1 = s16le)   38 u8 lane (0 urgent, 1 bulk)
 *    39 u8 zero   40 u32 frames of the segment after this slice
 *    44 u32 CRC-32 of the whole frame with this field zero */
import { crc32 } from "#crc32";
import { frames, type Frames } from "./geometry.ts";
import { lanes, limits, type Lane, type RenderKey } from "./limits.ts";

export const sliceHeaderBytes = 48;
const magic = 0x31534753;
const formatS16 = 1;
const checksumAt = 44;

export type Slice = {
  readonly key: RenderKey;
  readonly segment: number;
  /** first frame, counted from the start of the track */
  readonly start: Frames;
  readonly frames: Frames;
  readonly channels: number;
  readonly lane: Lane;
  /** frames of the same segment that follow this slice */
  readonly remaining: Frames;
  /** interleaved s16le, frames × channels × 2 bytes; a view, never copied by the codec's reader */
  readonly samples: Uint8Array;
};

/** Writes one slice as one binary frame. @throws RangeError if the samples do not fit the counts. */
export function encodeSlice(slice: Slice): Uint8Array<ArrayBuffer> {
  const bytes = slice.samples.byteLength;
  if (bytes !== slice.frames * slice.channels * 2 || bytes > limits.sliceBytesMax)
    throw new RangeError(`slice of ${slice.frames} frames has ${bytes} bytes`);
  const out = new Uint8Array(sliceHeaderBytes + bytes);
  const view = new DataView(out.buffer);
  view.setUint32(0, magic, true);
  for (let i = 0; i < 16; i++) out[4 + i] = Number.parseInt(slice.key.slice(2 * i, 2 * i + 2), 16);
  view.setUint32(20, slice.segment, true);
  view.setBigUint64(24, BigInt(slice.start), true);
  view.setUint32(32, slice.frames, true);
  out[36] = slice.channels;
  out[37] = formatS16;
  out[38] = lanes.indexOf(slice.lane);
  view.setUint32(40, slice.remaining, true);
  out.set(slice.samples, sliceHeaderBytes);
  view.setUint32(checksumAt, crc32(out), true);
  return out;
}

/** Reads one binary frame. @returns undefined when it is torn, foreign or corrupt: the link then
 *  closes with a fault and resumes; a slice is whole or does not exist. */
export function decodeSlice(frame: Uint8Array): Slice | undefined {
  if (frame.byteLength < sliceHeaderBytes) return undefined;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const count = view.getUint32(32, true);
  const channels = frame[36]!;
  const lane = lanes[frame[38]!];
  const start = Number(view.getBigUint64(24, true));
  const samples = frame.subarray(sliceHeaderBytes);
  const sane =
    view.getUint32(0, true) === magic &&
    frame[37] === formatS16 &&
    (channels === 1 || channels === 2) &&
    lane !== undefined &&
    start <= limits.framesMax &&
    samples.byteLength === count * channels * 2 &&
    samples.byteLength <= limits.sliceBytesMax;
  if (!sane) return undefined;
  if (checksum(frame) !== view.getUint32(checksumAt, true)) return undefined;
  let key = "";
  for (let i = 4; i < 20; i++) key += frame[i]!.toString(16).padStart(2, "0");
  return {
    key,
    segment: view.getUint32(20, true),
    start: frames(start),
    frames: frames(count),
    channels,
    lane,
    remaining: frames(view.getUint32(40, true)),
    samples,
  };
}

const noChecksum = new Uint8Array(4);

function checksum(frame: Uint8Array): number {
  const head = crc32(frame.subarray(0, checksumAt));
  return crc32(frame.subarray(sliceHeaderBytes), crc32(noChecksum, head));
}
