/** Cache news: the first time everything, then what changed; both directions agree in the end. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CacheNews, tierIndex } from "#engine/actors/host/cacheNews.ts";
import { tiers, type Tier } from "#engine/protocol/limits.ts";

const key = "0".repeat(32);
const other = "1".repeat(32);

describe("cache news", () => {
  it("tell all that is held at first, then nothing until something changes", () => {
    const index = tierIndex();
    const news = new CacheNews(index);
    index.set(key, 0, "L1");
    index.set(key, 4, "L3");
    index.set(other, 1, "L1");
    expect(news.tell([key])).toEqual([
      {
        type: "cache/state",
        key,
        segments: [
          { segment: 0, tier: "L1", readyInMs: null },
          { segment: 4, tier: "L3", readyInMs: null },
        ],
      },
    ]);
    expect(news.tell([key])).toEqual([]);
    index.set(key, 0, null);
    expect(news.tell([key])).toMatchObject([{ segments: [{ segment: 0, tier: null }] }]);
  });

  it("tell once when a segment on its way will be ready, and then that it is there", () => {
    const index = tierIndex();
    const news = new CacheNews(index);
    const coming = new Map([[`${key}/2`, 80]]);
    expect(news.tell([key], coming)).toMatchObject([
      { segments: [{ segment: 2, tier: null, readyInMs: 80 }] },
    ]);
    expect(news.tell([key], coming)).toEqual([]);
    index.set(key, 2, "L1");
    expect(news.tell([key], coming)).toMatchObject([{ segments: [{ segment: 2, tier: "L1" }] }]);
  });

  it("take back what was on its way and never came", () => {
    const news = new CacheNews(tierIndex());
    news.tell([key], new Map([[`${key}/2`, 80]]));
    expect(news.tell([key])).toMatchObject([
      { segments: [{ segment: 2, tier: null, readyInMs: null }] },
    ]);
  });

  it("come in messages of at most 256 segments", () => {
    const index = tierIndex();
    for (let segment = 0; segment < 600; segment++) index.set(key, segment, "L3");
    const counts = new CacheNews(index)
      .tell([key])
      .map((each) => (each.type === "cache/state" ? each.segments.length : 0));
    expect(counts).toEqual([256, 256, 88]);
  });

  it("leave the player knowing exactly what the host holds, whatever happened", () => {
    const change = fc.record({
      segment: fc.integer({ min: 0, max: 5 }),
      tier: fc.option(fc.constantFrom(...tiers)),
      tells: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const index = tierIndex();
        const news = new CacheNews(index);
        const known = new Map<number, Tier>();
        const hear = () => {
          for (const message of news.tell([key])) {
            if (message.type !== "cache/state") continue;
            for (const { segment, tier } of message.segments)
              if (tier === null) known.delete(segment);
              else known.set(segment, tier);
          }
        };
        for (const { segment, tier, tells } of changes) {
          index.set(key, segment, tier);
          if (tells) hear();
        }
        hear();
        // where in memory a segment lies is no news
        const place = ([segment, tier]: [number, Tier]) => [segment, tier === "L2" ? "L1" : tier];
        const held = [...index.of(key)].map(place).toSorted();
        expect([...known].map(place).toSorted()).toEqual(held);
      }),
    );
  });
});
