/** Round-trip estimate after RFC 6298 (2.2, 2.3): smoothed time and its variation. Immutable. */
export type RoundTrip = { readonly smoothedMs: number; readonly variationMs: number } | null;

/** @param sampleMs a measured round trip, ≥ 0 */
export function withSample(estimate: RoundTrip, sampleMs: number): RoundTrip {
  if (!estimate) return { smoothedMs: sampleMs, variationMs: sampleMs / 2 };
  const off = Math.abs(estimate.smoothedMs - sampleMs);
  return {
    variationMs: 0.75 * estimate.variationMs + 0.25 * off,
    smoothedMs: 0.875 * estimate.smoothedMs + 0.125 * sampleMs,
  };
}

/** Retransmission-style timeout: smoothed + 4 × variation, bounded on both sides. */
export function timeoutMs(estimate: RoundTrip, min: number, max: number): number {
  const raw = estimate ? estimate.smoothedMs + 4 * estimate.variationMs : max;
  return Math.min(max, Math.max(min, raw));
}
