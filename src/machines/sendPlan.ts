/** Send plan of one connection: what its player wants, what is under way to it, what it may be
 *  sent. Plain and deterministic; it holds frame numbers, never samples. */
import type { Demand, Want } from "../protocol/clientMessages.ts";
import type { Lane, RenderKey, TrackId } from "../protocol/limits.ts";
import type { VariantName } from "../protocol/variant.ts";
import { addSpan, missingSpans, type Span } from "./frameRanges.ts";

/** What a want means now: the key of its rendering and its end, Infinity while that is unknown. */
export type Resolved = { readonly key: RenderKey; readonly end: number };
export type Resolve = (track: TrackId, variant: VariantName) => Resolved | undefined;

/** Frames of one rendering that are wanted and neither sent nor under way. */
export type LackingRun = {
  readonly key: RenderKey;
  readonly from: number;
  readonly until: number;
  readonly want: Want;
};

type UnderWay = { readonly key: RenderKey } & Span;

export class SendPlan {
  #demand: Demand | undefined;
  /** slices sent since, and including, number `#firstKept` of this connection */
  #underWay: UnderWay[] = [];
  #firstKept = 0;
  readonly #covered = new Map<RenderKey, readonly Span[]>();
  readonly #granted: Record<Lane, number>;
  readonly #spent: Record<Lane, number> = { urgent: 0, bulk: 0 };

  /** @param credit bytes of slice frames, header included, that each lane may carry at first */
  constructor(credit: Readonly<Record<Lane, number>>) {
    this.#granted = { ...credit };
  }

  /** Takes a demand in place of the one before. Slices received when it was written are forgotten:
   *  if it still wants their frames, the player has dropped them. Later ones count as under way.
   *  A plan is of one connection, which keeps order, and a player counts up: none that comes is older.
   *  @returns `impossible` when the player claims to have received more slices than were sent */
  take(demand: Demand): "taken" | "impossible" {
    if (demand.received > this.slices) return "impossible";
    this.#demand = demand;
    const received = Math.max(0, demand.received - this.#firstKept);
    this.#underWay = this.#underWay.slice(received);
    this.#firstKept += received;
    this.#covered.clear();
    for (const each of this.#underWay) this.#cover(each.key, each);
    return "taken";
  }

  /** Withdraws every demand up to `demand`. */
  cancel(demand: number): void {
    if (this.#demand && this.#demand.demand <= demand) this.#demand = undefined;
  }

  /** Credit is cumulative and never shrinks. */
  grant(lane: Lane, granted: number): void {
    this.#granted[lane] = Math.max(this.#granted[lane], granted);
  }

  /** Bytes that the lane may still carry. */
  creditLeft(lane: Lane): number {
    return this.#granted[lane] - this.#spent[lane];
  }

  /** What is to be sent on a lane, most important first. Cost O(wants × ranges under way). */
  lacking(lane: Lane, resolve: Resolve): readonly LackingRun[] {
    const runs: LackingRun[] = [];
    for (const want of this.#demand?.wants ?? []) {
      if (want.lane !== lane) continue;
      const rendering = resolve(want.track, want.variant);
      if (!rendering) continue;
      const span = { from: want.from, until: Math.min(want.until, rendering.end) };
      for (const gap of missingSpans(this.#covered.get(rendering.key) ?? [], span))
        runs.push({ key: rendering.key, ...gap, want });
    }
    return runs;
  }

  /** Whether the demand wants some of these frames, sent or not; an empty want wants none.
   *  Cost O(wants). */
  wants(key: RenderKey, span: Span, resolve: Resolve): boolean {
    return (this.#demand?.wants ?? []).some(({ track, variant, from, until }) => {
      const isTouched = Math.max(from, span.from) < Math.min(until, span.until);
      return isTouched && resolve(track, variant)?.key === key;
    });
  }

  /** Books a slice as sent. @param bytes of the whole binary frame */
  sent(lane: Lane, key: RenderKey, span: Span, bytes: number): void {
    this.#spent[lane] += bytes;
    this.#underWay.push({ key, ...span });
    this.#cover(key, span);
  }

  get demand(): Demand | undefined {
    return this.#demand;
  }

  /** slices sent on this connection */
  get slices(): number {
    return this.#firstKept + this.#underWay.length;
  }

  /** bytes of slice frames sent, per lane */
  get spent(): Readonly<Record<Lane, number>> {
    return this.#spent;
  }

  #cover(key: RenderKey, span: Span): void {
    this.#covered.set(key, addSpan(this.#covered.get(key) ?? [], span));
  }
}
