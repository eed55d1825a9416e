/** Races of files that somebody changes, exchanges or deletes behind the host's back. The title of a test begins with the
 *  id in docs/races.md. */
import { simulatedRate, simulatedTracks } from "../ports/tracks.ts";
import type { Fault } from "../scenario.ts";
import { choose, expectAt, heardBy, live, once, pause, seek, unwarmed } from "./live.ts";
import { describe, expect, it } from "./storybook.ts";

const placeOf = (track: string): number => simulatedTracks.findIndex(({ id }) => id === track);

describe("races of files behind the host's back", () => {
  it("CACHE-7: other audio is saved under the name of the track that plays; it is heard soon", () => {
    const faults: Fault[] = [{ type: "fileChanges", atMs: 6000, track: placeOf("long") }];
    live([[200, choose("long")]], faults, (end) => {
      const versions = heardBy(end).map(({ version }) => version);
      expect([...new Set(versions)]).toEqual([0, 1]);
    });
  });

  it("CACHE-7: decoded audio is deleted while nobody plays it; it is decoded again, and nothing is rendered before it", () => {
    live(
      [
        [200, choose("long")],
        [5000, choose("foreign")],
        [14_000, choose("long")],
        [14_015, seek(50)],
        [20_000, pause],
      ],
      [{ type: "pcmLost", atMs: 13_000 }],
      (end) => {
        const again = heardBy(end).filter(({ atMs, track }) => atMs > 14_000 && track === "long");
        expect(again.at(-1)!.until).toBeGreaterThan(53 * simulatedRate);
      },
      { other: "tiny", alter: unwarmed },
    );
  });

  it("CACHE-7: decoded audio is deleted while it plays; it is decoded again, and nothing that failed meanwhile is given up", () => {
    live(
      [
        [200, choose("long")],
        [50_000, pause],
      ],
      [{ type: "pcmLost", atMs: 9000 }],
      (end) => expectAt(end, "long", 48, 50),
      { other: "tiny", alter: unwarmed },
    );
  });

  it("CACHE-5: the cache folder is emptied but for its index; nothing that was in it is believed to be there", () => {
    const faults: Fault[] = [{ type: "indexOfNothing", atMs: 9000, downMs: 300 }];
    // nobody finds out by reading it, and nothing that is written drives it out
    live(
      [
        [200, choose("long")],
        [8000, pause],
      ],
      faults,
      ({ overheard }) => expect(overheard.written.size).toBeGreaterThan(20),
      { seeds: once, other: "tiny" },
    );
  });

  it("CACHE-5: the index is that of an earlier day; what was written since is found beside it", () => {
    const faults: Fault[] = [
      { type: "restart", atMs: 6000, downMs: 200 },
      { type: "indexStale", atMs: 20_000, downMs: 200 },
    ];
    live(
      [
        [200, choose("exact")],
        [12_000, choose("foreign")],
        [24_000, choose("exact")],
        [34_000, pause],
      ],
      faults,
      () => undefined,
      { seeds: once },
    );
  });
});
