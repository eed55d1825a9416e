/** Sets of frames against sets of numbers. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addSpan, missingSpans, type Span } from "#engine/machines/frameRanges.ts";

const span = fc
  .tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 10 }))
  .map(([from, length]): Span => ({ from, until: from + length }));
const members = (spans: readonly Span[]) =>
  new Set(
    spans.flatMap(({ from, until }) => Array.from({ length: until - from }, (_, at) => from + at)),
  );

describe("frame ranges", () => {
  it("hold the union of what was added, sorted, apart from each other", () => {
    fc.assert(
      fc.property(fc.array(span), (spans) => {
        let set: readonly Span[] = [];
        for (const each of spans) set = addSpan(set, each);
        expect([...members(set)].toSorted((a, b) => a - b)).toEqual(
          [...members(spans)].toSorted((a, b) => a - b),
        );
        for (let at = 1; at < set.length; at++)
          expect(set[at]!.from).toBeGreaterThan(set[at - 1]!.until);
      }),
    );
  });

  it("name what is missing of a span, in order", () => {
    fc.assert(
      fc.property(fc.array(span), span, (spans, wanted) => {
        let set: readonly Span[] = [];
        for (const each of spans) set = addSpan(set, each);
        const there = members(spans);
        const expected = [...members([wanted])].filter((each) => !there.has(each));
        const missing = missingSpans(set, wanted);
        expect([...members(missing)]).toEqual(expected);
        for (const each of missing) expect(each.until).toBeGreaterThan(each.from);
      }),
    );
  });
});
