/** The true-peak limiter: first the gain that every frame needs, then that gain brought forward, smoothed and
 *  applied to what came in `delay` frames earlier. */
import {
  average,
  box,
  boxAt,
  boxSum,
  ceiling,
  delay,
  frame,
  gate,
  gated,
  gains,
  history,
  hot,
  idle,
  limiterGain,
  line,
  nearLevel,
  queueAges,
  queueHead,
  queueLength,
  queueMask,
  queueValues,
  recovery,
  window,
  work,
} from "./layout";
import { peaksBefore } from "./peaks";

/** Frames whose magnitudes are looked at together. */
const group: i32 = 8;
/** Frames by which the newest tap of the coarse interpolator is older than the newest frame, and its taps. */
const newestTap: i32 = 18;
const taps: i32 = 12;

/** `count` frames of `work`, in place: what comes out is `delay` frames old. */
export function limit(count: i32): void {
  const past = <i32>load<f64>(history);
  const now = line + ((<usize>past) << 4);
  for (let i = 0; i < count; i++)
    v128.store(
      now + ((<usize>i) << 4),
      f64x2.promote_low_f32x4(v128.load64_zero(work + ((<usize>i) << 3))),
    );
  const late = now - ((<usize>(<i32>load<f64>(delay))) << 4);
  if (needGains(now, count) || load<f64>(idle) < load<f64>(average)) smooth(late, count);
  else {
    pass(late, count);
    store<f64>(frame, load<f64>(frame) + <f64>count);
  }
  memory.copy(line, line + ((<usize>count) << 4), (<usize>past) << 4);
}

function pass(late: usize, count: i32): void {
  for (let i = 0; i < count; i++)
    v128.store64_lane(
      work + ((<usize>i) << 3),
      f32x4.demote_f64x2_zero(v128.load(late + ((<usize>i) << 4))),
      0,
    );
}

/** Gain that each frame needs, into `gains`; interpolates only where a peak can be near.
 *  @returns whether one needs less than unity */
function needGains(now: usize, count: i32): bool {
  const always = load<f64>(gated) === 0;
  const level = v128.load64_splat(gate);
  const near = v128.load64_splat(nearLevel);
  const limit = load<f64>(ceiling);
  let left = <i32>load<f64>(hot);
  let any = false;
  for (let i = 0; i < count; i += group) {
    const size = min(group, count - i);
    const first = now + ((<usize>i) << 4);
    let isHot = i64x2.splat(0);
    for (let k = 0; k < size; k++)
      isHot = v128.or(
        isHot,
        f64x2.gt(
          f64x2.abs(v128.load(first + ((<usize>k) << 4) - ((<usize>newestTap) << 4))),
          level,
        ),
      );
    if (always || v128.any_true(isHot)) left = size + taps - 1;
    for (let k = 0; k < size; k++) {
      let needed: f64 = 1;
      if (left > 0) {
        left--;
        const both = peaksBefore(first + ((<usize>k) << 4), near);
        const louder = f64x2.pmax(both, v128.shuffle<f64>(both, both, 1, 0));
        const peak = f64x2.extract_lane(louder, 0);
        if (peak > limit) {
          needed = limit / peak;
          any = true;
        }
      }
      store<f64>(gains + ((<usize>(i + k)) << 3), needed);
    }
  }
  store<f64>(hot, <f64>left);
  return any;
}

/** Sliding minimum, release, moving average; as in limiter.ts of the reference. */
function smooth(late: usize, count: i32): void {
  const length0 = <i32>load<f64>(average);
  const inverse = 1 / <f64>length0;
  const mask = <i32>load<f64>(queueMask);
  const reach = load<f64>(window);
  const rise = load<f64>(recovery);
  let head = <i32>load<f64>(queueHead);
  let length = <i32>load<f64>(queueLength);
  let at = load<f64>(frame);
  let gain = load<f64>(limiterGain);
  let slot = <i32>load<f64>(boxAt);
  let sum = load<f64>(boxSum);
  let quiet = <i32>load<f64>(idle);
  for (let i = 0; i < count; i++, at++) {
    const out = work + ((<usize>i) << 3);
    const both = v128.load(late + ((<usize>i) << 4));
    const needed = load<f64>(gains + ((<usize>i) << 3));
    if (needed === 1 && quiet >= length0) {
      v128.store64_lane(out, f32x4.demote_f64x2_zero(both), 0);
      continue;
    }
    while (
      length > 0 &&
      load<f64>(queueValues + ((<usize>((head + length - 1) & mask)) << 3)) >= needed
    )
      length--;
    const tail = (<usize>((head + length) & mask)) << 3;
    store<f64>(queueValues + tail, needed);
    store<f64>(queueAges + tail, at);
    length++;
    if (load<f64>(queueAges + ((<usize>head) << 3)) < at - reach) {
      head = (head + 1) & mask;
      length--;
    }
    const minimum = load<f64>(queueValues + ((<usize>head) << 3));
    let recovered = gain + (1 - gain) * rise;
    if (recovered > 1 - 1e-9) recovered = 1;
    gain = minimum < recovered ? minimum : recovered;
    quiet = gain === 1 ? quiet + 1 : 0;
    const old = box + ((<usize>slot) << 3);
    sum += gain - load<f64>(old);
    store<f64>(old, gain);
    if (++slot === length0) {
      slot = 0;
      sum = 0;
      for (let k = 0; k < length0; k++) sum += load<f64>(box + ((<usize>k) << 3));
    }
    v128.store64_lane(out, f32x4.demote_f64x2_zero(f64x2.mul(both, f64x2.splat(sum * inverse))), 0);
    if (quiet >= length0) {
      length = 0;
      sum = <f64>length0;
    }
  }
  store<f64>(queueHead, <f64>head);
  store<f64>(queueLength, <f64>length);
  store<f64>(frame, at);
  store<f64>(limiterGain, gain);
  store<f64>(boxAt, <f64>slot);
  store<f64>(boxSum, sum);
  store<f64>(idle, <f64>quiet);
}
