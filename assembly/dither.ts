/** Sixteen bits with triangular dither, as in dither.ts of the reference: four frames at a time. */
import { bytes, left, right } from "./layout";

/** `frames` of `left` and `right` to interleaved 16 bits in `bytes`.
 *  @param stereo 0: only `left`
 *  @param low lower 32 bits of the first frame's number; none of those that follow may pass 2³²
 *  @param leftSeed, rightSeed of the channels, for the upper bits */
export function dither(frames: i32, stereo: i32, low: i32, leftSeed: i32, rightSeed: i32): void {
  let number = i32x4.add(i32x4.splat(low), i32x4(0, 1, 2, 3));
  const four = i32x4.splat(4);
  let out = bytes;
  for (let i = 0; i < frames; i += 4) {
    const offset = (<usize>i) << 2;
    const l = rounded(left + offset, v128.xor(number, i32x4.splat(leftSeed)));
    if (stereo) {
      const r = rounded(right + offset, v128.xor(number, i32x4.splat(rightSeed)));
      const both = i16x8.narrow_i32x4_s(l, r);
      v128.store(out, v128.shuffle<i16>(both, both, 0, 4, 1, 5, 2, 6, 3, 7));
      out += 16;
    } else {
      v128.store64_lane(out, i16x8.narrow_i32x4_s(l, l), 0);
      out += 8;
    }
    number = i32x4.add(number, four);
  }
}

/** Four samples, dithered and rounded. */
function rounded(at: usize, key: v128): v128 {
  const hash = mixed(key);
  const triangle = i32x4.sub(
    i32x4.add(v128.and(hash, i32x4.splat(0xffff)), i32x4.shr_u(hash, 16)),
    i32x4.splat(65535),
  );
  const samples = v128.load(at);
  const first = nearest(samples, triangle);
  const second = nearest(
    v128.shuffle<f64>(samples, samples, 1, 1),
    v128.shuffle<f64>(triangle, triangle, 1, 1),
  );
  return v128.shuffle<f64>(first, second, 0, 2);
}

/** Whole numbers of two samples, 32 bits each. */
function nearest(samples: v128, triangle: v128): v128 {
  const dithered = f64x2.add(
    f64x2.mul(f64x2.promote_low_f32x4(samples), f64x2.splat(32768)),
    f64x2.mul(f64x2.convert_low_i32x4_s(triangle), f64x2.splat(1.0 / 65536)),
  );
  return i32x4.trunc_sat_f64x2_s_zero(f64x2.floor(f64x2.add(dithered, f64x2.splat(0.5))));
}

/** "lowbias32" by C. Wellons. */
function mixed(key: v128): v128 {
  let x = i32x4.mul(v128.xor(key, i32x4.shr_u(key, 16)), i32x4.splat(0x7feb352d));
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 15)), i32x4.splat(<i32>0x846ca68b));
  return v128.xor(x, i32x4.shr_u(x, 16));
}
