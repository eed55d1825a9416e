/** Header of a WAV file: 16- or 24-bit PCM, or 32-bit floating point; RF64 (EBU Tech 3306) where the sizes pass 32
 *  bits. */

/** What is in the file. */
export type WavShape = {
  /** Hz */
  readonly rate: number;
  readonly channels: number;
  readonly frames: number;
  /** of a sample; 16 unless said otherwise, 32 is floating point */
  readonly bits?: 16 | 24 | 32;
};

/** Bytes of the header: 44, or 80 for RF64. */
export function wavHeaderLength(shape: WavShape): number {
  return isLarge(shape) ? 80 : 44;
}

/** Everything before the samples (interleaved, little-endian). An odd number of bytes of samples is followed
 *  by one byte more. */
export function wavHeader(shape: WavShape): Uint8Array {
  const { rate, channels, frames, bits = 16 } = shape;
  const large = isLarge(shape);
  const length = wavHeaderLength(shape);
  const dataBytes = dataBytesOf(shape);
  const riffBytes = length - 8 + dataBytes + (dataBytes % 2);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  const name = (at: number, text: string) => {
    for (let k = 0; k < 4; k++) bytes[at + k] = text.charCodeAt(k);
  };
  name(0, large ? "RF64" : "RIFF");
  view.setUint32(4, large ? 0xffffffff : riffBytes, true);
  name(8, "WAVE");
  let at = 12;
  if (large) {
    name(at, "ds64");
    view.setUint32(at + 4, 28, true);
    view.setBigUint64(at + 8, BigInt(riffBytes), true);
    view.setBigUint64(at + 16, BigInt(dataBytes), true);
    view.setBigUint64(at + 24, BigInt(frames), true);
    at += 36;
  }
  name(at, "fmt ");
  view.setUint32(at + 4, 16, true);
  view.setUint16(at + 8, bits === 32 ? 3 : 1, true);
  view.setUint16(at + 10, channels, true);
  view.setUint32(at + 12, rate, true);
  view.setUint32(at + 16, (rate * channels * bits) / 8, true);
  view.setUint16(at + 20, (channels * bits) / 8, true);
  view.setUint16(at + 22, bits, true);
  name(at + 24, "data");
  view.setUint32(at + 28, large ? 0xffffffff : dataBytes, true);
  return bytes;
}

function dataBytesOf({ frames, channels, bits = 16 }: WavShape): number {
  return (frames * channels * bits) / 8;
}

function isLarge(shape: WavShape): boolean {
  const dataBytes = dataBytesOf(shape);
  return dataBytes + (dataBytes % 2) + 36 > 0xffffffff;
}
