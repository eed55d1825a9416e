/** How much may be under way on the bulk lane: clamp(measured rate × (round trip + 20 ms)). */

export type CreditBounds = { readonly min: number; readonly max: number };

export class BulkCredit {
  private bytesPerMs = 0;
  private sinceMs: number | null = null;
  private bytes = 0;
  private readonly bounds: CreditBounds;

  constructor(bounds: CreditBounds) {
    this.bounds = bounds;
  }

  /** Counts what arrived; the rate is smoothed over windows of 100 ms and more. */
  count(bytes: number, nowMs: number): void {
    this.sinceMs ??= nowMs;
    this.bytes += bytes;
    const elapsed = nowMs - this.sinceMs;
    if (elapsed < 100) return;
    const rate = this.bytes / elapsed;
    // a pause between demands is no slowness: only faster windows, or busy ones, count
    if (elapsed < 1000 || rate > this.bytesPerMs)
      this.bytesPerMs = this.bytesPerMs === 0 ? rate : 0.7 * this.bytesPerMs + 0.3 * rate;
    this.sinceMs = nowMs;
    this.bytes = 0;
  }

  /** @returns bytes that may be under way */
  allowance(roundTripMs: number): number {
    const wanted = this.bytesPerMs * (roundTripMs + 20);
    return Math.round(Math.min(this.bounds.max, Math.max(this.bounds.min, wanted)));
  }
}
