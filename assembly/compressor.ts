/** The compressor: level, logarithm and curve of two frames at a time, then the smoothing, frame by frame, then the
 *  power of two and the multiplication, two frames at a time. */
import {
  attack,
  compressorFloor,
  gains,
  halfKnee,
  kneeSlope,
  reduction,
  release,
  slope,
  threshold,
  work,
} from "./layout";

/** `count` frames of `work`, in place. */
export function compress(count: i32): void {
  askForGains(count);
  smoothGains(count);
  applyGains(count);
}

/** A gain that has come back to nothing is nothing. */
export function settleCompressor(): void {
  if (load<f64>(reduction) > -1e-12) store<f64>(reduction, 0);
}

/** What the static curve asks for, as log2 of a factor. */
function askForGains(count: i32): void {
  const floor = v128.load64_splat(compressorFloor);
  const over0 = v128.load64_splat(threshold);
  const half = v128.load64_splat(halfKnee);
  const above = v128.load64_splat(slope);
  const inside = v128.load64_splat(kneeSlope);
  for (let i = 0; i < count; i += 2) {
    const at = gains + ((<usize>i) << 3);
    const pair = f32x4.abs(v128.load(work + ((<usize>i) << 3)));
    // both channels linked: the larger magnitude of each frame
    const louder = f32x4.pmax(
      v128.shuffle<f32>(pair, pair, 0, 2, 0, 2),
      v128.shuffle<f32>(pair, pair, 1, 3, 1, 3),
    );
    const level = f64x2.promote_low_f32x4(louder);
    const counts = f64x2.gt(level, floor);
    if (!v128.any_true(counts)) {
      v128.store(at, i64x2.splat(0));
      continue;
    }
    const over = f64x2.sub(log2(level), over0);
    const bent = f64x2.add(over, half);
    const wanted = v128.bitselect(
      f64x2.mul(above, over),
      f64x2.mul(f64x2.mul(inside, bent), bent),
      f64x2.gt(over, half),
    );
    v128.store(at, v128.and(wanted, counts));
  }
}

function smoothGains(count: i32): void {
  const falling = v128.load64_splat(attack);
  const rising = v128.load64_splat(release);
  const difference = v128.xor(falling, rising);
  let now = v128.load64_splat(reduction);
  const end = gains + ((<usize>count) << 3);
  for (let at = gains; at < end; at += 8) {
    const wanted = v128.load64_splat(at);
    const rate = v128.xor(rising, v128.and(difference, f64x2.lt(wanted, now)));
    now = f64x2.add(wanted, f64x2.mul(rate, f64x2.sub(now, wanted)));
    v128.store64_lane(at, now, 0);
  }
  store<f64>(reduction, f64x2.extract_lane(now, 0));
}

function applyGains(count: i32): void {
  const least = f64x2.splat(-1e-8);
  const unity = f64x2.splat(1);
  for (let i = 0; i < count; i += 2) {
    const gain = v128.load(gains + ((<usize>i) << 3));
    const reduces = f64x2.lt(gain, least);
    if (!v128.any_true(reduces)) continue;
    const at = work + ((<usize>i) << 3);
    const factor = v128.bitselect(exp2(gain), unity, reduces);
    const pair = v128.load(at);
    const first = f64x2.mul(f64x2.promote_low_f32x4(pair), v128.shuffle<f64>(factor, factor, 0, 0));
    const second = f64x2.mul(
      f64x2.promote_low_f32x4(v128.shuffle<f64>(pair, pair, 1, 1)),
      v128.shuffle<f64>(factor, factor, 1, 1),
    );
    v128.store(
      at,
      v128.shuffle<f64>(f32x4.demote_f64x2_zero(first), f32x4.demote_f64x2_zero(second), 0, 2),
    );
  }
}

/** log2 of an amplitude, as in logarithm.ts of the reference. */
function log2(level: v128): v128 {
  const scaled = f64x2.mul(f64x2.pmin(f64x2.splat(127), level), f64x2.splat(16777216));
  const biased = i64x2.shr_u(f64x2.pmax(scaled, f64x2.splat(16)), 52);
  const exponent = f64x2.convert_low_i32x4_s(
    i32x4.sub(v128.shuffle<i32>(biased, biased, 0, 2, 0, 2), i32x4.splat(1023)),
  );
  const z0 = f64x2.mul(scaled, i64x2.shl(i64x2.sub(i64x2.splat(2046), biased), 52));
  const root = f64x2.splat(1.4142135623730951);
  const z = f64x2.div(f64x2.sub(z0, root), f64x2.add(z0, root));
  const s = f64x2.mul(z, z);
  let sum = f64x2.add(
    f64x2.splat(0.4121985831111324),
    f64x2.mul(s, f64x2.splat(0.3205988979753252)),
  );
  sum = f64x2.add(f64x2.splat(0.5770780163555854), f64x2.mul(s, sum));
  sum = f64x2.add(f64x2.splat(0.9617966939259756), f64x2.mul(s, sum));
  sum = f64x2.add(f64x2.splat(2.885390081777927), f64x2.mul(s, sum));
  return f64x2.add(f64x2.sub(exponent, f64x2.splat(23.5)), f64x2.mul(z, sum));
}

/** 2 to the power of `x`, as in logarithm.ts of the reference. */
function exp2(x: v128): v128 {
  const whole = f64x2.floor(x);
  const f = f64x2.mul(
    f64x2.sub(f64x2.sub(x, whole), f64x2.splat(0.5)),
    f64x2.splat(0.6931471805599453),
  );
  const unity = f64x2.splat(1);
  let sum = f64x2.add(
    f64x2.splat(0.001388888888888889),
    f64x2.mul(f, f64x2.splat(0.0001984126984126984)),
  );
  sum = f64x2.add(f64x2.splat(0.008333333333333333), f64x2.mul(f, sum));
  sum = f64x2.add(f64x2.splat(0.041666666666666664), f64x2.mul(f, sum));
  sum = f64x2.add(f64x2.splat(0.16666666666666666), f64x2.mul(f, sum));
  sum = f64x2.add(f64x2.splat(0.5), f64x2.mul(f, sum));
  sum = f64x2.add(unity, f64x2.mul(f, sum));
  sum = f64x2.add(unity, f64x2.mul(f, sum));
  const power = i64x2.shl(
    i64x2.add(i64x2.extend_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(whole)), i64x2.splat(1023)),
    52,
  );
  return f64x2.mul(f64x2.mul(power, f64x2.splat(1.4142135623730951)), sum);
}
