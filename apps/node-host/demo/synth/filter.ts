/** State-variable filter, trapezoidal integration (Andrew Simper, "Linear Trapezoidal Integrated
 *  SVF", 2013): stable while its frequency moves. */
import { albumRate } from "./instrument.ts";

export type FilterKind = "low" | "band" | "high";

/** Filters `samples` in place. @param hz cut-off, or a function of seconds (asked every 32 samples)
 *  @param q resonance, 0.7 = none @returns the same array. Cost O(samples). */
export function filter(
  samples: Float32Array,
  kind: FilterKind,
  hz: number | ((seconds: number) => number),
  q = 0.707,
): Float32Array {
  const cutoff = typeof hz === "number" ? () => hz : hz;
  const k = 1 / q;
  const [low, band] = [kind === "low" ? 1 : 0, kind === "band" ? k : 0];
  let ic1 = 0;
  let ic2 = 0;
  for (let block = 0; block < samples.length; block += 32) {
    const limited = Math.min(Math.max(cutoff(block / albumRate), 15), albumRate * 0.45);
    const g = Math.tan((Math.PI * limited) / albumRate);
    const a1 = 1 / (1 + g * (g + k));
    const a2 = g * a1;
    const a3 = g * a2;
    const end = Math.min(block + 32, samples.length);
    for (let i = block; i < end; i++) {
      const input = samples[i]!;
      const v3 = input - ic2;
      const v1 = a1 * ic1 + a2 * v3;
      const v2 = ic2 + a2 * ic1 + a3 * v3;
      ic1 = 2 * v1 - ic1;
      ic2 = 2 * v2 - ic2;
      samples[i] = kind === "high" ? input - k * v1 - v2 : low * v2 + band * v1;
    }
  }
  return samples;
}
