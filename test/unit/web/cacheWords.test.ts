import { describe, expect, it } from "vitest";
import {
  reasons,
  sentenceOf,
  summaryOf,
  wantedStretches,
  whyOf,
} from "../../../apps/web/components/cacheWords.ts";

describe("why a side is wanted where it is", () => {
  it("of what sounds: what is behind the head to go back, what is ahead because it comes", () => {
    expect(wantedStretches(62, 150, true)).toEqual([
      { why: "back", from: 32, until: 62 },
      { why: "next", from: 62, until: 92 },
    ]);
  });

  it("of the other side: for a switch", () => {
    expect(wantedStretches(62, 150, false)).toEqual([{ why: "switch", from: 32, until: 92 }]);
  });

  it("ends with the track, and has nothing behind its beginning", () => {
    expect(wantedStretches(0, 20, true)).toEqual([{ why: "next", from: 0, until: 20 }]);
    expect(wantedStretches(150, 150, true)).toEqual([{ why: "back", from: 120, until: 150 }]);
  });

  it("is said of a stretch as it is drawn", () => {
    for (const isHeard of [true, false])
      for (let from = 0; from < 150; from += 10) {
        const drawn = wantedStretches(62, 150, isHeard).some(
          (each) => each.from < from + 10 && each.until > from,
        );
        const said = whyOf(from, from + 10, 62, isHeard);
        expect(said.startsWith("for later")).toBe(!drawn);
      }
    expect(whyOf(70, 80, 62, false)).toBe(reasons.switch);
    expect(whyOf(40, 50, 62, true)).toBe(reasons.back);
    expect(whyOf(70, 80, 62, true)).toBe("it comes in 8 s");
  });
});

it("says in a sentence what is held, and what is being made for whom", () => {
  const cached = {
    ...{ original: "mm-", enhanced: "m-c", segmentSeconds: 10 },
    ...{ heldFromSeconds: 4, heldUntilSeconds: 9 },
  };
  expect(sentenceOf(cached as never, 5, true)).toBe(
    "This page holds 0:04 to 0:09: so much plays even without the host. The host is making the enhanced sound from 0:20 on: it comes in 15 s.",
  );
  expect(summaryOf("mmdc-")).toBe(
    "2 of 5 in the host's memory, 1 of 5 on the host's disk, 1 of 5 being made",
  );
});
