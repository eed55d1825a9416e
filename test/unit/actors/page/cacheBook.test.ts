import { expect, it } from "vitest";
import { CacheBook } from "#engine/actors/page/cacheBook.ts";
import type { RenderKey } from "#engine/protocol/limits.ts";

const key = "k1" as RenderKey;
type Segment = Parameters<CacheBook["hear"]>[0]["segments"][number];
const told = (...segments: Segment[]) => ({
  type: "cache/told" as const,
  key,
  segmentSeconds: 10,
  segments,
});

it("has a letter for every segment, the last of which may be short", () => {
  const book = new CacheBook();
  book.hear(
    told(
      { segment: 0, tier: "L1", readyInMs: null },
      { segment: 1, tier: "L3", readyInMs: null },
      { segment: 3, tier: null, readyInMs: 50 },
    ),
  );
  expect(book.map(key, 40)).toBe("md-c");
  expect(book.map(key, 40.1)).toBe("md-c-");
  expect(book.map(key, 0.5)).toBe("m");
});

it("takes back what has left, and knows nothing of what it was not told of", () => {
  const book = new CacheBook();
  book.hear(told({ segment: 0, tier: "L2", readyInMs: null }));
  book.hear(told({ segment: 0, tier: null, readyInMs: null }));
  expect(book.map(key, 20)).toBe("--");
  expect(book.map("other" as RenderKey, 20)).toBe("");
  expect(book.map(undefined, 20)).toBe("");
  book.forget();
  expect(book.map(key, 20)).toBe("");
});

it("remembers the twelve renderings that were told of last", () => {
  const book = new CacheBook();
  for (let number = 0; number < 13; number++)
    book.hear({
      ...told({ segment: 0, tier: "L1", readyInMs: null }),
      key: `k${number}` as RenderKey,
    });
  expect(book.map("k0" as RenderKey, 10)).toBe("");
  expect(book.map("k1" as RenderKey, 10)).toBe("m");
});
