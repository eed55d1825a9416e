/** Races of what is carried out late: the page worker was stopped while its listener clicked, and finds all clicks at once
 *  when the mixer has long heard of the last. The title of a test begins with the id in docs/races.md. */
import type { Command, Fault } from "../scenario.ts";
import { after, choose, heardBy, live, next, seek, timesOf, type Story } from "./live.ts";
import { simulatedRate } from "../ports/tracks.ts";
import { describe, expect, it } from "./storybook.ts";

/** ms for which it is stopped, from a click on, and until the second click */
const stops = [
  [60, 20],
  [120, 90],
  [250, 100],
] as const;

const stopAt = (atMs: number, forMs: number): Fault => {
  return { atMs, type: "blockWorker", player: 0, forMs };
};

describe("races of what is carried out late", () => {
  it("SEEK-6: two seeks into what is held, before the page worker hears of the first: the second alone is heard", () => {
    const story: [Story[number][0], { type: "seek"; seconds: number }][] = [];
    const faults: Fault[] = [];
    stops.forEach(([forMs, pauseMs], i) => {
      const atMs = 8000 + 6000 * i;
      faults.push(stopAt(atMs - 1, forMs));
      story.push(
        [atMs, { type: "seek", seconds: 4 }],
        [atMs + pauseMs, { type: "seek", seconds: 6 }],
      );
    });
    live(
      [[200, choose("long")], ...story],
      faults,
      (end) => {
        const seeks = timesOf(end, "seek").filter((_, i) => i % 2 === 1);
        for (const ms of seeks) {
          const begun = heardBy(end).filter(({ atMs }) => atMs > ms && atMs < ms + 2000);
          expect(begun[0]!.from).toBeGreaterThanOrEqual(6 * simulatedRate);
        }
      },
      { other: "tiny" },
    );
  });

  it("INTENT-8: Next twice, before the page worker hears of the first; the track between never sounds", () => {
    // both are there already, for another hears them
    const others: Command[] = [
      { atMs: 150, player: 1, deed: choose("exact") },
      { atMs: 5000, player: 1, deed: choose("odd") },
    ];
    live(
      [
        [200, choose("long")],
        [12_000, next],
        [after("command.next", 0, 90), next],
        [22_000, seek(5)],
      ],
      [stopAt(11_999, 200)],
      (end) => {
        const tracks = heardBy(end).map(({ track }) => track);
        expect([...new Set(tracks)].slice(0, 2)).toEqual(["long", "odd"]);
      },
      { others },
    );
  });
});
