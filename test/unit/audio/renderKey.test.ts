import { expect, test } from "vitest";
import type { RenderKeyParts } from "#engine/audio/renderKey.ts";
import { renderKeyOf } from "#engine/audio/renderKey.ts";
import { defaultGeometry } from "#engine/protocol/geometry.ts";
import { renderKeySchema } from "#engine/protocol/limits.ts";

const parts: RenderKeyParts = {
  sourceId: "0123456789abcdef0123456789abcdef",
  planText: null,
  geometry: defaultGeometry,
  rate: 44_100,
  format: "s16le",
  engineVersion: 1,
};

test("a render key is 32 hexadecimal digits, and the same for ever", () => {
  const key = renderKeyOf(parts);
  expect(renderKeySchema.safeParse(key).success).toBe(true);
  expect(renderKeyOf({ ...parts })).toBe(key);
  // A golden value: should it change, every cache of every host is void.
  expect(key).toBe("ef66fc683de7f73bd25a340a20cea32f");
});

test("every part of it counts", () => {
  const others: Partial<RenderKeyParts>[] = [
    { sourceId: "1123456789abcdef0123456789abcdef" },
    { planText: "{}" },
    { planText: "null" },
    { geometry: { ...defaultGeometry, intervalSeconds: 5 } },
    { geometry: { ...defaultGeometry, overlapSeconds: 4 } },
    { geometry: { ...defaultGeometry, contextSeconds: 6 } },
    { rate: 48_000 },
    { format: "f32le" },
    { engineVersion: 2 },
    { before: { sourceId: "a", frames: 1 } },
    { before: { sourceId: "b", frames: 1 } },
    { before: { sourceId: "a", frames: 2 } },
    { after: { sourceId: "a", frames: 1 } },
    { before: { sourceId: "a", frames: 1 }, after: { sourceId: "a", frames: 1 } },
  ];
  const keys = [parts, ...others.map((other) => ({ ...parts, ...other }))].map(renderKeyOf);
  expect(new Set(keys).size).toBe(keys.length);
});

test("who has no neighbours has the key of who never heard of any", () => {
  expect(renderKeyOf({ ...parts, before: null, after: null })).toBe(renderKeyOf(parts));
});
