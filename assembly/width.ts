/** Mid/side width, and the gain behind it. The side signal runs through its filter twice, once with each sign: what
 *  comes out is added to both channels alike. */
import { gain, halfWidth, sideFilter, sideFirst, sideSecond, work } from "./layout";

/** `count` frames of `work`, in place; with the gain. */
export function widen(count: i32): void {
  const half = v128.load64_splat(halfWidth);
  const b0 = v128.load64_splat(sideFilter);
  const c1 = v128.load64_splat(sideFilter, 8);
  const c2 = v128.load64_splat(sideFilter, 16);
  const a1 = v128.load64_splat(sideFilter, 24);
  const a2 = v128.load64_splat(sideFilter, 32);
  const signs = f64x2(1, -1);
  const mean = f64x2.splat(0.5);
  const factor = v128.load64_splat(gain);
  let p = f64x2.mul(signs, v128.load64_splat(sideFirst));
  let q = f64x2.mul(signs, v128.load64_splat(sideSecond));
  const end = work + ((<usize>count) << 3);
  for (let at = work; at < end; at += 8) {
    const both = f64x2.promote_low_f32x4(v128.load64_zero(at));
    const swapped = v128.shuffle<f64>(both, both, 1, 0);
    const mid = f64x2.mul(mean, f64x2.add(both, swapped));
    const x = f64x2.mul(half, f64x2.sub(both, swapped));
    const side = f64x2.add(f64x2.mul(b0, x), p);
    const next = f64x2.sub(f64x2.add(f64x2.mul(c1, x), q), f64x2.mul(a1, p));
    q = f64x2.sub(f64x2.mul(c2, x), f64x2.mul(a2, p));
    p = next;
    const widened = f32x4.demote_f64x2_zero(f64x2.add(mid, side));
    const louder = f32x4.demote_f64x2_zero(f64x2.mul(f64x2.promote_low_f32x4(widened), factor));
    v128.store64_lane(at, louder, 0);
  }
  store<f64>(sideFirst, f64x2.extract_lane(p, 0));
  store<f64>(sideSecond, f64x2.extract_lane(q, 0));
}

/** The gain alone. */
export function amplify(count: i32): void {
  const factor = v128.load64_splat(gain);
  const end = work + ((<usize>count) << 3);
  for (let at = work; at < end; at += 8)
    v128.store64_lane(
      at,
      f32x4.demote_f64x2_zero(f64x2.mul(f64x2.promote_low_f32x4(v128.load64_zero(at)), factor)),
      0,
    );
}

/** As of the EQ: what has decayed to nothing is nothing. */
export function settleWidth(): void {
  if (abs(load<f64>(sideFirst)) < 1e-30) store<f64>(sideFirst, 0);
  if (abs(load<f64>(sideSecond)) < 1e-30) store<f64>(sideSecond, 0);
}
