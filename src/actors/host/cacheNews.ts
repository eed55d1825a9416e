/** Cache news: what one player was told of the segments that the host has, and what is new. */
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
  readonly #told = new Map<RenderKey, Map<number, Tier>>();

  constructor(index: TierIndex) {
    this.#index = index;
  }

  /** Whether the player follows this rendering. */
  follows(key: RenderKey): boolean {
    return this.#told.has(key);
  }

  /** Deltas since the last time for the renderings that the player's demand names now; the first
   *  time all that is held of one. Cost O(segments held of those renderings). */
  tell(keys: Iterable<RenderKey>): readonly HostMessage[] {
    const now = new Set(keys);
    for (const key of this.#told.keys()) if (!now.has(key)) this.#told.delete(key);
    return [...now].flatMap((key) => this.#tellOne(key));
  }

  #tellOne(key: RenderKey): readonly HostMessage[] {
    const told = this.#told.get(key) ?? new Map<number, Tier>();
    this.#told.set(key, told);
    const held = this.#index.of(key);
    const segments: { segment: number; tier: Tier | null; readyInMs: null }[] = [];
    const note = (segment: number, tier: Tier | null) =>
      segments.push({ segment, tier, readyInMs: null });
    for (const [segment, tier] of held) if (told.get(segment) !== tier) note(segment, tier);
    for (const segment of told.keys()) if (!held.has(segment)) note(segment, null);
    this.#told.set(key, new Map(held));
    const messages: HostMessage[] = [];
    for (let at = 0; at < segments.length; at += limits.cacheSegmentsMax) {
      const some = segments.slice(at, at + limits.cacheSegmentsMax);
      messages.push({ type: "cache/state", key, segments: some });
    }
    return messages;
  }
}
