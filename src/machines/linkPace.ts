/** Link pace: how fast bytes come and how long a word takes there and back, and how many bytes may be under way
 *  at that. After BBR (Cardwell et al., "BBR: Congestion-Based Congestion Control", ACM Queue 14 (5), 2016): the
 *  highest rate and the shortest round trip of late. What queues up on the line is in neither, so that what is
 *  granted does not grow by its own queue, and what is asked for next comes soon after it was asked for. */

/** bytes under way at least and at most */
export type PaceBounds = { readonly min: number; readonly max: number };

/** ms that a rate is measured over at least */
const windowMs = 100;
/** a longer pause than that is most likely one in which nothing was asked for */
const pauseMs = 600;
/** ms for which a measurement counts */
const memoryMs = 20_000;
/** ms on top of the round trip: both ends take their time, and more than the rate so far has to be tried for to
 *  be found */
const slackMs = 20;

type Measured = { readonly atMs: number; readonly value: number };

export class LinkPace {
  private readonly rates = new Extremes((value, other) => value >= other);
  private readonly roundTrips = new Extremes((value, other) => value <= other);
  private sinceMs: number | null = null;
  private lastMs = 0;
  private bytes = 0;

  /** Counts what arrived. */
  count(bytes: number, nowMs: number): void {
    const { lastMs, sinceMs } = this;
    this.lastMs = nowMs;
    if (sinceMs === null) {
      // how long these took is not known
      this.sinceMs = nowMs;
    } else if (nowMs - lastMs > pauseMs) {
      this.close(lastMs);
      // a line on which every slice takes that long is known by nothing else
      this.rates.add({ atMs: nowMs, value: bytes / (nowMs - lastMs) });
      this.sinceMs = nowMs;
    } else {
      this.bytes += bytes;
      if (nowMs - sinceMs < windowMs) return;
      this.close(nowMs);
      this.sinceMs = nowMs;
    }
  }

  /** @param ms measured, ≥ 0 */
  roundTrip(ms: number, nowMs: number): void {
    this.roundTrips.add({ atMs: nowMs, value: ms });
  }

  /** @returns bytes that may be under way; the most as long as it is not known what the line takes */
  allowance({ min, max }: PaceBounds): number {
    const { best: bytesPerMs } = this.rates;
    const { best: roundTripMs } = this.roundTrips;
    if (bytesPerMs === null || roundTripMs === null) return max;
    return Math.round(Math.min(max, Math.max(min, bytesPerMs * (roundTripMs + slackMs))));
  }

  /** What came in less than a window says that the line takes at least that. */
  private close(untilMs: number): void {
    if (this.bytes > 0) {
      const elapsedMs = Math.max(windowMs, untilMs - this.sinceMs!);
      this.rates.add({ atMs: untilMs, value: this.bytes / elapsedMs });
    }
    this.bytes = 0;
  }
}

/** The best of what was measured within `memoryMs` of the last; amortised O(1). */
class Extremes {
  /** each worse than the one before it */
  private readonly kept: Measured[] = [];
  private readonly isBetter: (value: number, other: number) => boolean;

  constructor(isBetter: (value: number, other: number) => boolean) {
    this.isBetter = isBetter;
  }

  add(measured: Measured): void {
    const { kept } = this;
    while (kept.length > 0 && this.isBetter(measured.value, kept.at(-1)!.value)) kept.pop();
    kept.push(measured);
    while (measured.atMs - kept[0]!.atMs > memoryMs) kept.shift();
  }

  get best(): number | null {
    return this.kept[0]?.value ?? null;
  }
}
