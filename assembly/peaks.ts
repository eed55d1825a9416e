/** Peaks between the samples, both channels in one vector: the interpolator of BS.1770-4 annex 2, and the finer one
 *  where that comes near the ceiling. Same sums in the same order as the reference. */
import { coarseTaps, fineTaps } from "./layout";

/** Larger of what lies at and behind the sample 24 frames before `at`, per channel.
 *  @param at address of a frame of 64-bit samples, with 47 before it
 *  @param near where one channel comes as near to the ceiling as this, the finer interpolator looks at it, too */
export function peaksBefore(at: usize, near: v128): v128 {
  const sample = f64x2.abs(v128.load(at - 384));
  const peak = f64x2.pmax(sample, coarsePeaks(at - 288));
  const isNear = f64x2.ge(peak, near);
  if (!v128.any_true(isNear)) return peak;
  return v128.bitselect(f64x2.pmax(peak, finePeaks(at - 384)), peak, isNear);
}

function coarsePeaks(at: usize): v128 {
  const x0 = v128.load(at);
  const x1 = v128.load(at - 16);
  const x2 = v128.load(at - 32);
  const x3 = v128.load(at - 48);
  const x4 = v128.load(at - 64);
  const x5 = v128.load(at - 80);
  const y0 = v128.load(at - 176);
  const y1 = v128.load(at - 160);
  const y2 = v128.load(at - 144);
  const y3 = v128.load(at - 128);
  const y4 = v128.load(at - 112);
  const y5 = v128.load(at - 96);
  const s0 = f64x2.add(x0, y0);
  const s1 = f64x2.add(x1, y1);
  const s2 = f64x2.add(x2, y2);
  const s3 = f64x2.add(x3, y3);
  const s4 = f64x2.add(x4, y4);
  const s5 = f64x2.add(x5, y5);
  const d0 = f64x2.sub(x0, y0);
  const d1 = f64x2.sub(x1, y1);
  const d2 = f64x2.sub(x2, y2);
  const d3 = f64x2.sub(x3, y3);
  const d4 = f64x2.sub(x4, y4);
  const d5 = f64x2.sub(x5, y5);
  const outer = f64x2.add(
    f64x2.abs(six(coarseTaps, s0, s1, s2, s3, s4, s5)),
    f64x2.abs(six(coarseTaps + 96, d0, d1, d2, d3, d4, d5)),
  );
  const inner = f64x2.add(
    f64x2.abs(six(coarseTaps + 192, s0, s1, s2, s3, s4, s5)),
    f64x2.abs(six(coarseTaps + 288, d0, d1, d2, d3, d4, d5)),
  );
  return f64x2.pmax(outer, inner);
}

function six(taps: usize, a: v128, b: v128, c: v128, d: v128, e: v128, f: v128): v128 {
  return f64x2.add(
    f64x2.add(
      f64x2.add(f64x2.mul(v128.load(taps), a), f64x2.mul(v128.load(taps, 16), b)),
      f64x2.mul(v128.load(taps, 32), c),
    ),
    f64x2.add(
      f64x2.add(f64x2.mul(v128.load(taps, 48), d), f64x2.mul(v128.load(taps, 64), e)),
      f64x2.mul(v128.load(taps, 80), f),
    ),
  );
}

function finePeaks(at: usize): v128 {
  let e1 = i64x2.splat(0);
  let o1 = e1;
  let e2 = e1;
  let o2 = e1;
  let e3 = e1;
  let o3 = e1;
  let e4 = e1;
  let taps = fineTaps;
  for (let k: usize = 0; k < 384; k += 16, taps += 112) {
    const before = v128.load(at - k);
    const behind = v128.load(at + k, 16);
    const sum = f64x2.add(before, behind);
    const difference = f64x2.sub(before, behind);
    e1 = f64x2.add(e1, f64x2.mul(v128.load(taps), sum));
    o1 = f64x2.add(o1, f64x2.mul(v128.load(taps, 16), difference));
    e2 = f64x2.add(e2, f64x2.mul(v128.load(taps, 32), sum));
    o2 = f64x2.add(o2, f64x2.mul(v128.load(taps, 48), difference));
    e3 = f64x2.add(e3, f64x2.mul(v128.load(taps, 64), sum));
    o3 = f64x2.add(o3, f64x2.mul(v128.load(taps, 80), difference));
    e4 = f64x2.add(e4, f64x2.mul(v128.load(taps, 96), sum));
  }
  return f64x2.pmax(
    f64x2.pmax(f64x2.add(f64x2.abs(e1), f64x2.abs(o1)), f64x2.add(f64x2.abs(e2), f64x2.abs(o2))),
    f64x2.pmax(f64x2.add(f64x2.abs(e3), f64x2.abs(o3)), f64x2.abs(e4)),
  );
}
