/** Cache news: what one player was told of the segments that the host has, and what is new. */
import { parseSegmentId, type SegmentId } from "../../machines/segmentId.ts";
import type { HostMessage } from "../../protocol/hostMessages.ts";
import { limits, type RenderKey, type Tier } from "../../protocol/limits.ts";

/** Which segments of a rendering the host holds, and where. */
export type TierIndex = {
  readonly set: (key: RenderKey, segment: number, tier: Tier | null) => void;
  readonly of: (key: RenderKey) => ReadonlyMap<number, Tier>;
};

/** Makes an empty index. */
export function tierIndex(): TierIndex {
  const tiers = new Map<RenderKey, Map<number, Tier>>();
  const nothing: ReadonlyMap<number, Tier> = new Map();
  return {
    set: (key, segment, tier) => {
      const own = tiers.get(key) ?? new Map<number, Tier>();
      if (tier === null) own.delete(segment);
      else own.set(segment, tier);
      if (own.size === 0) tiers.delete(key);
      else tiers.set(key, own);
    },
    of: (key) => tiers.get(key) ?? nothing,
  };
}

export class CacheNews {
  readonly #index: TierIndex;
  readonly #told = new Map<RenderKey, Map<number, Tier | "coming">>();

  constructor(index: TierIndex) {
    this.#index = index;
  }

  /** Whether the player follows this rendering. */
  follows(key: RenderKey): boolean {
    return this.#told.has(key);
  }

  /** Deltas, but for moves between the tiers in memory, since the last time for the renderings that the player's demand names now; the first
   *  time all that is held of one. Cost O(segments held of those renderings).
   *  @param coming ms until segments on their way can be read; told once for each */
  tell(
    keys: Iterable<RenderKey>,
    coming: ReadonlyMap<SegmentId, number> = new Map(),
  ): readonly HostMessage[] {
    const now = new Set(keys);
    for (const key of this.#told.keys()) if (!now.has(key)) this.#told.delete(key);
    return [...now].flatMap((key) => this.#tellOne(key, coming));
  }

  #tellOne(key: RenderKey, coming: ReadonlyMap<SegmentId, number>): readonly HostMessage[] {
    const told = this.#told.get(key) ?? new Map<number, Tier | "coming">();
    const held = this.#index.of(key);
    const next = new Map<number, Tier | "coming">(held);
    const segments: { segment: number; tier: Tier | null; readyInMs: number | null }[] = [];
    for (const [segment, tier] of held)
      if (isNews(told.get(segment), tier)) segments.push({ segment, tier, readyInMs: null });
    for (const [id, readyInMs] of coming) {
      const parsed = parseSegmentId(id)!;
      if (parsed.key !== key || held.has(parsed.segment)) continue;
      next.set(parsed.segment, "coming");
      if (told.get(parsed.segment) === "coming") continue;
      segments.push({ segment: parsed.segment, tier: null, readyInMs });
    }
    for (const segment of told.keys())
      if (!next.has(segment)) segments.push({ segment, tier: null, readyInMs: null });
    this.#told.set(key, next);
    const messages: HostMessage[] = [];
    for (let at = 0; at < segments.length; at += limits.cacheSegmentsMax) {
      const some = segments.slice(at, at + limits.cacheSegmentsMax);
      messages.push({ type: "cache/state", key, segments: some });
    }
    return messages;
  }
}

/** To a player all memory is alike: where in it a segment lies is not worth a message on a slow link. */
function isNews(told: Tier | "coming" | undefined, tier: Tier): boolean {
  const isMemory = (each: typeof told): boolean => each === "L1" || each === "L2";
  return told !== tier && !(isMemory(told) && isMemory(tier));
}
