/** The mastering chain as WebAssembly with SIMD: the same numbers as `MasteringChain` of src/audio, bit for bit, some
 *  times faster. Written in AssemblyScript; `npm run build:engine` makes src/audio/engineBinary.ts of it. */
import { compress, settleCompressor } from "./compressor";
import { equalise, settleEqualiser } from "./equaliser";
import {
  compressorOn,
  gain,
  left,
  limiterOn,
  phase,
  right,
  sectionCount,
  stride,
  widthOn,
  work,
} from "./layout";
import { limit } from "./limiter";
import { amplify, settleWidth, widen } from "./width";

export { dither } from "./dither";
export * from "./layout";

/** `frames` of `left` and `right`, in place, through the chain of the stream that `state` holds.
 *  @param stereo 0: only `left` is read and written */
export function process(frames: i32, stereo: i32): void {
  const other = stereo ? right : left;
  const sections = <i32>load<f64>(sectionCount);
  const compresses = load<f64>(compressorOn) !== 0;
  const widens = load<f64>(widthOn) !== 0;
  const amplifies = load<f64>(gain) !== 1;
  const limits = load<f64>(limiterOn) !== 0;
  let come = <i32>load<f64>(phase);
  let at = 0;
  while (at < frames) {
    const count = min(stride - come, frames - at);
    const offset = (<usize>at) << 2;
    join(left + offset, other + offset, count);
    if (sections > 0) equalise(sections, count);
    if (compresses) compress(count);
    if (widens) widen(count);
    else if (amplifies) amplify(count);
    if (limits) limit(count);
    part(left + offset, other + offset, count);
    at += count;
    come += count;
    if (come === stride) {
      come = 0;
      settleEqualiser(sections);
      settleCompressor();
      settleWidth();
    }
  }
  store<f64>(phase, <f64>come);
}

/** Two planes to frames. May read and write up to three frames too many. */
function join(l: usize, r: usize, count: i32): void {
  for (let i = 0; i < count; i += 4) {
    const a = v128.load(l + ((<usize>i) << 2));
    const b = v128.load(r + ((<usize>i) << 2));
    v128.store(work + ((<usize>i) << 3), v128.shuffle<f32>(a, b, 0, 4, 1, 5));
    v128.store(work + ((<usize>i) << 3), v128.shuffle<f32>(a, b, 2, 6, 3, 7), 16);
  }
}

/** Frames to two planes. */
function part(l: usize, r: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const a = v128.load(work + ((<usize>i) << 3));
    const b = v128.load(work + ((<usize>i) << 3), 16);
    v128.store(r + ((<usize>i) << 2), v128.shuffle<f32>(a, b, 1, 3, 5, 7));
    v128.store(l + ((<usize>i) << 2), v128.shuffle<f32>(a, b, 0, 2, 4, 6));
  }
  for (; i < count; i++) {
    store<f32>(r + ((<usize>i) << 2), load<f32>(work + ((<usize>i) << 3), 4));
    store<f32>(l + ((<usize>i) << 2), load<f32>(work + ((<usize>i) << 3)));
  }
}
