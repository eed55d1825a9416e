/** Headers of bare AAC frames (ADTS, ISO/IEC 13818-7 §6.2). */

const rates = [
  96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350,
];

/** One frame of 1024 samples per channel; `length` in bytes, header included, `rate` in Hz. */
export type AdtsFrame = {
  readonly length: number;
  readonly rate: number;
  readonly channels: number;
};

/** Reads the header at `at`. @returns undefined when there is none */
export function adtsFrameAt(bytes: Uint8Array, at: number): AdtsFrame | undefined {
  if (at + 7 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1]! & 0xf6) !== 0xf0)
    return undefined;
  const rate = rates[(bytes[at + 2]! >> 2) & 0xf];
  const channels = ((bytes[at + 2]! & 1) << 2) | (bytes[at + 3]! >> 6);
  const length = ((bytes[at + 3]! & 3) << 11) | (bytes[at + 4]! << 3) | (bytes[at + 5]! >> 5);
  // More than one block per frame is allowed and never seen.
  if (rate === undefined || length < 7 || (bytes[at + 6]! & 3) !== 0) return undefined;
  return { length, rate, channels };
}
