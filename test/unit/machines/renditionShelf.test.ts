import { describe, expect, it } from "vitest";
import { RenditionShelf } from "#engine/machines/renditionShelf.ts";
import type { Rendition } from "#engine/protocol/hostMessages.ts";

function word(track: string, progress: number, rate = 100): Rendition {
  const name = { type: "rendition", track, variant: "warm@80", rate } as const;
  return { ...name, status: "pending", reason: "analysing", progress };
}

describe("the shelf of renditions", () => {
  it("has the latest word for each track, variant and rate", () => {
    const shelf = new RenditionShelf();
    for (const each of [word("a", 0), word("b", 0.1), word("a", 0.2, 200), word("a", 0.3)])
      shelf.learn(each);
    expect(shelf.of("a", "warm@80", 100)).toEqual(word("a", 0.3));
    expect(shelf.of("a", "warm@80", 200)).toEqual(word("a", 0.2, 200));
    expect(shelf.of("b", "warm@80", 100)).toEqual(word("b", 0.1));
    expect(shelf.of("b", "original", 100)).toBeUndefined();
  });

  it("forgets what was heard of longest ago", () => {
    const shelf = new RenditionShelf();
    for (let i = 0; i < 64; i++) shelf.learn(word(`${i}`, 0));
    shelf.learn(word("0", 1));
    shelf.learn(word("64", 0));
    expect(shelf.of("0", "warm@80", 100)).toEqual(word("0", 1));
    expect(shelf.of("1", "warm@80", 100)).toBeUndefined();
    expect(shelf.of("2", "warm@80", 100)).toEqual(word("2", 0));
  });
});
