/** A lossless FLAC stream (RFC 9639): fixed predictors, mid/side where it is shorter. Streaming: blocks leave as they
 *  become full. */
import { BitWriter } from "./bitWriter.ts";
import { crc16, crc8 } from "./flacChecksums.ts";
import { planSubframe, writeSubframe, type Subframe } from "./flacSubframe.ts";

const blockFrames = 4096;
const rateCodes: ReadonlyMap<number, number> = new Map([
  [88_200, 1],
  [176_400, 2],
  [192_000, 3],
  [8000, 4],
  [16_000, 5],
  [22_050, 6],
  [24_000, 7],
  [32_000, 8],
  [44_100, 9],
  [48_000, 10],
  [96_000, 11],
]);
const leftRight = 1;
const midSide = 10;

export type FlacShape = {
  /** Hz */
  readonly rate: number;
  readonly channels: 1 | 2;
  readonly bits: 16 | 24;
  readonly frames: number;
};

/** Everything before the frames. @param md5 of the samples as they lie in a WAV file, 16 bytes; noughts: not known */
export function flacHeader(shape: FlacShape, md5: Uint8Array): Uint8Array {
  const out = new BitWriter();
  for (const letter of "fLaC") out.write(letter.charCodeAt(0), 8);
  out.write(0x80, 8);
  out.write(34, 24);
  out.write(blockFrames, 16);
  out.write(blockFrames, 16);
  out.write(0, 24);
  out.write(0, 24);
  out.write(shape.rate, 20);
  out.write(shape.channels - 1, 3);
  out.write(shape.bits - 1, 5);
  out.write(Math.floor(shape.frames / 2 ** 32), 4);
  out.write(shape.frames >>> 0, 32);
  for (const byte of md5) out.write(byte, 8);
  return out.bytes.slice();
}

/** Turns samples into frames. Cost some 60 ns per sample; memory of one block. */
export class FlacEncoder {
  readonly #shape: FlacShape;
  readonly #block: readonly Int32Array[];
  readonly #writer = new BitWriter();
  #filled = 0;
  #number = 0;

  constructor(shape: FlacShape) {
    this.#shape = shape;
    this.#block = Array.from({ length: shape.channels }, () => new Int32Array(blockFrames));
  }

  /** @param planar whole numbers within the shape's bits, same length in every channel
   *  @returns the frames that became full */
  push(planar: readonly Int32Array[]): Uint8Array[] {
    const frames: Uint8Array[] = [];
    const length = planar[0]?.length ?? 0;
    for (let at = 0; at < length;) {
      const count = Math.min(length - at, blockFrames - this.#filled);
      for (let channel = 0; channel < this.#block.length; channel++)
        this.#block[channel]!.set(planar[channel]!.subarray(at, at + count), this.#filled);
      at += count;
      this.#filled += count;
      if (this.#filled === blockFrames) frames.push(this.#frame());
    }
    return frames;
  }

  /** @returns the last frame, if anything is left for one */
  finish(): Uint8Array[] {
    return this.#filled > 0 ? [this.#frame()] : [];
  }

  #frame(): Uint8Array {
    const count = this.#filled;
    const { channels, bits } = this.#shape;
    const block = this.#block.map((samples) => samples.subarray(0, count));
    let plans = block.map((samples) => planSubframe(samples, bits));
    let assignment = channels - 1;
    if (channels === 2) {
      assignment = leftRight;
      const joined = midAndSide(block[0]!, block[1]!, bits);
      if (costOf(joined) < costOf(plans)) {
        plans = joined;
        assignment = midSide;
      }
    }
    const out = this.#writer;
    out.clear();
    this.#writeHeader(count, assignment);
    for (const plan of plans) writeSubframe(out, plan);
    out.align();
    out.write(crc16(out.bytes), 16);
    this.#filled = 0;
    this.#number++;
    return out.bytes.slice();
  }

  #writeHeader(count: number, assignment: number): void {
    const out = this.#writer;
    const isFull = count === blockFrames;
    out.write(0x3ffe, 14);
    out.write(0, 2);
    out.write(isFull ? 12 : 7, 4);
    out.write(rateCodes.get(this.#shape.rate) ?? 0, 4);
    out.write(assignment, 4);
    out.write(this.#shape.bits === 16 ? 4 : 6, 3);
    out.write(0, 1);
    writeNumber(out, this.#number);
    if (!isFull) out.write(count - 1, 16);
    out.write(crc8(out.bytes), 8);
  }
}

/** A number as UTF-8 codes it, up to 31 bits. */
function writeNumber(out: BitWriter, value: number): void {
  if (value < 0x80) return out.write(value, 8);
  let more = 1;
  while (value >= 2 ** (5 * more + 6)) more++;
  const lead = (0xff << (7 - more)) & 0xff;
  out.write(lead | (value >>> (6 * more)), 8);
  for (let k = more - 1; k >= 0; k--) out.write(0x80 | ((value >>> (6 * k)) & 0x3f), 8);
}

function midAndSide(left: Int32Array, right: Int32Array, bits: number): Subframe[] {
  const mid = left.map((sample, i) => (sample + right[i]!) >> 1);
  const side = left.map((sample, i) => sample - right[i]!);
  return [planSubframe(mid, bits), planSubframe(side, bits + 1)];
}

function costOf(plans: readonly Subframe[]): number {
  return plans.reduce((sum, { cost }) => sum + cost, 0);
}
