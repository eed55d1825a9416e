/** MPEG-1/2/2.5 audio frame headers (ISO/IEC 11172-3 §2.4.2.3, 13818-3), all three layers. */
import type { ByteFile } from "./byteFile.ts";

export type MpegFrame = {
  readonly at: number;
  /** bytes, header included */
  readonly length: number;
  readonly version: 1 | 2 | 2.5;
  readonly layer: 1 | 2 | 3;
  /** Hz */
  readonly rate: number;
  readonly channels: 1 | 2;
  /** frames of audio in it */
  readonly samples: number;
  readonly protected: boolean;
};

const rates = { 1: [44100, 48000, 32000], 2: [22050, 24000, 16000], 2.5: [11025, 12000, 8000] };
const bitrates: Readonly<Record<string, readonly number[]>> = {
  "1/1": [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  "1/2": [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  "1/3": [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  "2/1": [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  "2/2": [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  "2/3": [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};

/** Reads the header at `at`. @returns undefined when there is none, or one of free format. */
export function mpegFrameAt(bytes: Uint8Array, at: number): MpegFrame | undefined {
  if (at + 4 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1]! & 0xe0) !== 0xe0)
    return undefined;
  const version = ([2.5, undefined, 2, 1] as const)[(bytes[at + 1]! >> 3) & 3];
  const layer = ([undefined, 3, 2, 1] as const)[(bytes[at + 1]! >> 1) & 3];
  if (version === undefined || layer === undefined) return undefined;
  const rate = rates[version][(bytes[at + 2]! >> 2) & 3];
  const kbps = bitrates[`${Math.floor(version)}/${layer}`]![bytes[at + 2]! >> 4];
  if (rate === undefined || !kbps) return undefined;
  const padding = (bytes[at + 2]! >> 1) & 1;
  const samples = layer === 1 ? 384 : layer === 3 && version !== 1 ? 576 : 1152;
  const length =
    layer === 1
      ? (Math.floor((12_000 * kbps) / rate) + padding) * 4
      : Math.floor((samples * 125 * kbps) / rate) + padding;
  return {
    at,
    length,
    version,
    layer,
    rate,
    channels: bytes[at + 3]! >> 6 === 3 ? 1 : 2,
    samples,
    protected: (bytes[at + 1]! & 1) === 0,
  };
}

/** First frame from `from` on that a frame of the same kind follows, or that ends `bytes`.
 *  A lone sync word is no frame: pictures and text are full of them. */
export function findMpegFrame(bytes: Uint8Array, from: number, like?: MpegFrame) {
  for (let at = from; at + 4 <= bytes.length; at++) {
    if (bytes[at] !== 0xff) continue;
    const frame = mpegFrameAt(bytes, at);
    if (frame === undefined || (like !== undefined && !isAlike(frame, like))) continue;
    if (at + frame.length === bytes.length) return frame;
    const next = mpegFrameAt(bytes, at + frame.length);
    if (next !== undefined && isAlike(next, frame)) return frame;
  }
  return undefined;
}

/** Frames of one stream share version, layer and rate. */
export function isAlike(a: MpegFrame, b: MpegFrame): boolean {
  return a.version === b.version && a.layer === b.layer && a.rate === b.rate;
}

/** Bytes of the ID3v2 tags in front of a file, 0 when there are none. */
export function id3Length(file: ByteFile): number {
  let at = 0;
  for (;;) {
    const head = file.read(at, 10);
    if (head.length < 10 || head[0] !== 0x49 || head[1] !== 0x44 || head[2] !== 0x33) return at;
    const size = (head[6]! << 21) | (head[7]! << 14) | (head[8]! << 7) | head[9]!;
    at += 10 + size + (head[5]! & 0x10 ? 10 : 0);
  }
}
