/** Header of a WAV file of 16-bit PCM; RF64 (EBU Tech 3306) where the sizes pass 32 bits. */

/** Of 16-bit PCM. */
export type WavShape = {
  /** Hz */
  readonly rate: number;
  readonly channels: number;
  readonly frames: number;
};

/** Bytes of the header: 44, or 80 for RF64. */
export function wavHeaderLength(shape: WavShape): number {
  return isLarge(shape) ? 80 : 44;
}

/** Everything before the samples (interleaved s16le, `frames × channels × 2` bytes). */
export function wavHeader(shape: WavShape): Uint8Array {
  const { rate, channels, frames } = shape;
  const large = isLarge(shape);
  const length = wavHeaderLength(shape);
  const dataBytes = frames * channels * 2;
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  const name = (at: number, text: string) => {
    for (let k = 0; k < 4; k++) bytes[at + k] = text.charCodeAt(k);
  };
  name(0, large ? "RF64" : "RIFF");
  view.setUint32(4, large ? 0xffffffff : length - 8 + dataBytes, true);
  name(8, "WAVE");
  let at = 12;
  if (large) {
    name(at, "ds64");
    view.setUint32(at + 4, 28, true);
    view.setBigUint64(at + 8, BigInt(length - 8 + dataBytes), true);
    view.setBigUint64(at + 16, BigInt(dataBytes), true);
    view.setBigUint64(at + 24, BigInt(frames), true);
    at += 36;
  }
  name(at, "fmt ");
  view.setUint32(at + 4, 16, true);
  view.setUint16(at + 8, 1, true);
  view.setUint16(at + 10, channels, true);
  view.setUint32(at + 12, rate, true);
  view.setUint32(at + 16, rate * channels * 2, true);
  view.setUint16(at + 20, channels * 2, true);
  view.setUint16(at + 22, 16, true);
  name(at + 24, "data");
  view.setUint32(at + 28, large ? 0xffffffff : dataBytes, true);
  return bytes;
}

function isLarge({ frames, channels }: WavShape): boolean {
  return frames * channels * 2 + 36 > 0xffffffff;
}
