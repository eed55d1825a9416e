/** The tracks of an album: each is rendered as a part of the whole, once the whole is known. */
import { describe, expect, it } from "./storybook.ts";
import { choose, live, once, pause } from "./live.ts";

const climate = { isTagged: true };

describe("the tracks of an album", () => {
  it("are rendered behind the end of the one before", () => {
    live(
      [
        [200, choose("exact")],
        // by then the whole album has been analysed
        [20_000, choose("odd")],
        [30_000, pause],
      ],
      [],
      ({ overheard }) => {
        const first = overheard.renders.filter(
          ({ track, segment, isOriginal }) => track === "odd" && segment === 0 && !isOriginal,
        );
        expect(first.some(({ readsBefore }) => readsBefore)).toBe(true);
      },
      { seeds: once, climate },
    );
  });

  it("LINK-2: go on as what the page holds of them, though a host that begins anew knows of more", () => {
    live(
      [
        // nothing is known of its neighbours yet: it is rendered as if it stood alone
        [200, choose("odd")],
        [34_000, pause],
      ],
      [{ type: "restart", atMs: 14_000, downMs: 300 }],
      ({ overheard }) => {
        const keys = overheard.slices.flatMap(({ player, key, says }) =>
          player === 0 && says?.track === "odd" && says.variant !== "original" ? [key] : [],
        );
        expect(keys.length).toBeGreaterThan(20);
        expect(new Set(keys).size).toBe(1);
      },
      { seeds: once, climate },
    );
  });
});
