/** What follows without a click, and clicks around the moment at which it begins: most of them when the mixer has gone
 *  over and nobody has heard of it yet. */
import { describe, expect, it } from "./storybook.ts";
import { simulatedRate, simulatedTracks } from "../ports/tracks.ts";
import type { Fault, Moment } from "../scenario.ts";
import {
  choose,
  crossfade,
  enhance,
  heardBy,
  heardSince,
  live,
  next,
  noteMs,
  once,
  pause,
  seek,
  silenceBehind,
  type Ending,
} from "./live.ts";

/** ms at which `exact` is sought to two seconds before its end, which it is at once */
const soughtMs = 8000;
/** word of the mixer is nearly a second late */
const late: Fault = { type: "lateMixer", atMs: 9000, player: 0, byMs: 900, forMs: 2500 };

const placeOf = (track: string): number => simulatedTracks.findIndex(({ id }) => id === track);

/** `atMs` behind the moment at which the next track has begun. */
const begun = (atMs: number): Moment => ({
  atMs,
  after: { label: "page0.mixer.tookOver", nth: 0, fromMs: 9000 },
});

/** How often the track behind `exact` was begun. */
function beginnings(end: Ending): number {
  return heardBy(end).filter(({ track, from }) => track === "odd" && from < 0.1 * simulatedRate)
    .length;
}

describe("a click where the next track begins", () => {
  it("INTENT-10: Next goes on with what has begun, and does not begin it again", () => {
    for (const atMs of [0, 4, 15])
      live(
        [
          [200, choose("exact")],
          [4000, seek(10)],
          [soughtMs, seek(18)],
          [begun(atMs), next],
          [15_000, pause],
        ],
        [late],
        (end) => {
          expect(heardSince(end, soughtMs, "track")).toEqual(["exact", "odd"]);
          expect(beginnings(end)).toBe(1);
        },
        { seeds: once },
      );
  });

  it("begins the track that has followed anew when it is chosen", () => {
    live(
      [
        [200, choose("exact")],
        [4000, seek(10)],
        [soughtMs, seek(18)],
        [13_000, choose("odd")],
        [20_000, pause],
      ],
      [],
      (end) => expect(beginnings(end)).toBe(2),
      { seeds: once },
    );
  });

  it("INTENT-10: a toggle that comes too late for its track is meant in the next one", () => {
    for (const atMs of [0, 4, 15])
      live(
        [
          [100, enhance(false)],
          [200, choose("exact")],
          [4000, seek(10)],
          [soughtMs, seek(18)],
          [begun(atMs), enhance(true)],
          [16_000, pause],
        ],
        [late],
        (end) => {
          expect(heardSince(end, soughtMs, "track")).toEqual(["exact", "odd"]);
          expect(heardSince(end, soughtMs, "variant")).toEqual(["original", "adaptive@80"]);
        },
        { seeds: once },
      );
  });

  it("a choice that fails there changes nothing: Next counts from the track that has begun", () => {
    live(
      [
        [100, enhance(false)],
        [200, choose("exact")],
        [4000, seek(10)],
        [soughtMs, seek(18)],
        [begun(2), choose("foreign")],
        [14_000, next],
        [20_000, pause],
      ],
      [late, { type: "fileVanishes", atMs: 9900, track: placeOf("foreign"), forMs: 3000 }],
      (end) => expect(heardSince(end, soughtMs, "track")).toEqual(["exact", "odd", "foreign"]),
      { seeds: once },
    );
  });
});

describe("what is to follow", () => {
  it("is forgotten when the listener goes elsewhere: the mixer is given no more than usual", () => {
    live(
      [
        [50, crossfade(3)],
        [200, choose("exact")],
        [4000, seek(14)],
        [5000, seek(3)],
        [9000, pause],
      ],
      [],
      (end) => {
        const queued = (from: number, until: number): number => {
          const states = end.overheard.mixer.flatMap(({ player, atMs, report }) =>
            player === 0 && report.type === "mixer/state" && atMs > from && atMs < until
              ? [report.queued]
              : [],
          );
          return Math.max(...states) / simulatedRate;
        };
        // all of the crossfade has to be there before it begins
        expect(queued(4000, 5000)).toBeGreaterThan(4);
        expect(queued(5300, 9000)).toBeLessThan(4);
      },
      { seeds: once },
    );
  });

  it("follows all the same when what was clicked meanwhile cannot be had", () => {
    live(
      [
        [100, enhance(false)],
        [200, choose("exact")],
        [4000, seek(10)],
        [soughtMs, seek(15)],
        [10_000, choose("foreign")],
        [20_000, pause],
      ],
      [{ type: "fileVanishes", atMs: 9900, track: placeOf("foreign"), forMs: 1000 }],
      (end) => {
        expect(heardSince(end, soughtMs, "track")).toEqual(["exact", "odd"]);
        expect(silenceBehind(end, "exact")).toBeLessThan(noteMs);
      },
      { seeds: once },
    );
  });

  it("follows all the same when the mixer had taken the click before, and word of that is late", () => {
    live(
      [
        [100, enhance(false)],
        [200, choose("exact")],
        [4000, seek(10)],
        [soughtMs, seek(15)],
        [10_000, seek(16)],
        // taken at once, and given up before anybody hears of it
        [begun(1), choose("foreign")],
        [20_000, pause],
      ],
      [late, { type: "fileVanishes", atMs: 9900, track: placeOf("foreign"), forMs: 1000 }],
      (end) => {
        expect(heardSince(end, soughtMs, "track")).toEqual(["exact", "odd"]);
        expect(silenceBehind(end, "exact")).toBeLessThan(noteMs);
      },
    );
  });

  it("comes behind its own track only, though that was left before anybody hears of it", () => {
    live(
      [
        [100, enhance(false)],
        [200, choose("exact")],
        [4000, seek(10)],
        [soughtMs, seek(15)],
        [10_000, choose("tiny")],
        // `tiny` has begun; as far as the page knows the one before it goes on
        [begun(1), choose("foreign")],
        [20_000, pause],
      ],
      [late, { type: "fileVanishes", atMs: 9900, track: placeOf("foreign"), forMs: 3000 }],
      (end) => expect(heardSince(end, soughtMs, "track")).toEqual(["exact", "tiny"]),
    );
  });

  it("CACHE-7: is of its file as it is when it begins", () => {
    const saved: Fault = { type: "fileChanges", atMs: 7000, track: placeOf("odd") };
    live(
      [
        [200, choose("exact")],
        [1500, seek(5)],
        [24_000, pause],
      ],
      [saved],
      (end) => {
        const following = heardBy(end).filter(({ track }) => track === "odd");
        expect(following.map(({ version }) => version)).toEqual([1]);
        expect(following[0]!.from).toBeLessThan(0.1 * simulatedRate);
      },
      { other: "long", seeds: once },
    );
  });
});
