/** Second-order sections in series, both channels in one vector, 64 bits throughout. In this form a section's next
 *  state waits for one multiplication and one addition only, and two sections at a time keep both busy. */
import { coefficients, filterState, wide, work } from "./layout";

/** `count` frames of `work`, in place, through `sections` filters. */
export function equalise(sections: i32, count: i32): void {
  for (let i = 0; i < count; i++)
    v128.store(
      wide + ((<usize>i) << 4),
      f64x2.promote_low_f32x4(v128.load64_zero(work + ((<usize>i) << 3))),
    );
  let k = 0;
  for (; k + 1 < sections; k += 2) filterTwice(k, count);
  if (k < sections) filterOnce(k, count);
  for (let i = 0; i < count; i++)
    v128.store64_lane(
      work + ((<usize>i) << 3),
      f32x4.demote_f64x2_zero(v128.load(wide + ((<usize>i) << 4))),
      0,
    );
}

/** Sets what has decayed to nothing to nothing: smaller numbers are many times slower to compute with. */
export function settleEqualiser(sections: i32): void {
  for (let k = 0; k < sections * 2; k++) {
    const at = filterState + ((<usize>k) << 4);
    const value = v128.load(at);
    v128.store(at, v128.and(value, f64x2.ge(f64x2.abs(value), f64x2.splat(1e-30))));
  }
}

function filterTwice(section: i32, count: i32): void {
  const c = coefficients + <usize>section * 40;
  const s = filterState + ((<usize>section) << 5);
  const b0 = v128.load64_splat(c);
  const c1 = v128.load64_splat(c, 8);
  const c2 = v128.load64_splat(c, 16);
  const a1 = v128.load64_splat(c, 24);
  const a2 = v128.load64_splat(c, 32);
  const e0 = v128.load64_splat(c, 40);
  const f1 = v128.load64_splat(c, 48);
  const f2 = v128.load64_splat(c, 56);
  const d1 = v128.load64_splat(c, 64);
  const d2 = v128.load64_splat(c, 72);
  let p = v128.load(s);
  let q = v128.load(s, 16);
  let u = v128.load(s, 32);
  let v = v128.load(s, 48);
  const end = wide + ((<usize>count) << 4);
  for (let at = wide; at < end; at += 16) {
    const x = v128.load(at);
    const y = f64x2.add(f64x2.mul(b0, x), p);
    const nextP = f64x2.sub(f64x2.add(f64x2.mul(c1, x), q), f64x2.mul(a1, p));
    q = f64x2.sub(f64x2.mul(c2, x), f64x2.mul(a2, p));
    p = nextP;
    v128.store(at, f64x2.add(f64x2.mul(e0, y), u));
    const nextU = f64x2.sub(f64x2.add(f64x2.mul(f1, y), v), f64x2.mul(d1, u));
    v = f64x2.sub(f64x2.mul(f2, y), f64x2.mul(d2, u));
    u = nextU;
  }
  v128.store(s, p);
  v128.store(s, q, 16);
  v128.store(s, u, 32);
  v128.store(s, v, 48);
}

function filterOnce(section: i32, count: i32): void {
  const c = coefficients + <usize>section * 40;
  const s = filterState + ((<usize>section) << 5);
  const b0 = v128.load64_splat(c);
  const c1 = v128.load64_splat(c, 8);
  const c2 = v128.load64_splat(c, 16);
  const a1 = v128.load64_splat(c, 24);
  const a2 = v128.load64_splat(c, 32);
  let p = v128.load(s);
  let q = v128.load(s, 16);
  const end = wide + ((<usize>count) << 4);
  for (let at = wide; at < end; at += 16) {
    const x = v128.load(at);
    v128.store(at, f64x2.add(f64x2.mul(b0, x), p));
    const nextP = f64x2.sub(f64x2.add(f64x2.mul(c1, x), q), f64x2.mul(a1, p));
    q = f64x2.sub(f64x2.mul(c2, x), f64x2.mul(a2, p));
    p = nextP;
  }
  v128.store(s, p);
  v128.store(s, q, 16);
}
