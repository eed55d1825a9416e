/** Races of what is carried out late: the page worker was stopped while its listener clicked, and finds all clicks at once
 *  when the mixer has long heard of the last. The title of a test begins with the id in docs/races.md. */
import type { Command, Deed, Fault } from "../scenario.ts";
import type { Port } from "#engine/ports/messagePort.ts";
import {
  after,
  choose,
  expectAt,
  heardBy,
  live,
  next,
  pause,
  seek,
  timesOf,
  type Ending,
  type Story,
} from "./live.ts";
import type { Alter } from "./overheard.ts";
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

/** ms until the host has heard what the page worker has heard: turns of both, and the network */
const hostHearsMs = 40;
/** ms without another click after which the page worker takes one for the last (preloader.machine.ts) */
const settleMs = 60;

/** Notes when the worker of player 0 hears of an intention. */
function noting(heardOf: number[]): Alter {
  return {
    worker: (ports, player) => {
      const { page, clock } = ports;
      if (player !== 0) return ports;
      const listen: Port["listen"] = (emit) =>
        page.listen((message) => {
          if ((message as { type?: unknown }).type === "page/intend") heardOf.push(clock.now());
          emit(message);
        });
      return { ...ports, page: { ...page, listen } };
    },
  };
}

/** When the host last heard before `ms` what player 0 wants, ms. */
function demandBefore({ overheard }: Ending, ms: number): number {
  const before = overheard.demands.filter(({ player, atMs }) => player === 0 && atMs <= ms);
  return before.at(-1)?.atMs ?? 0;
}

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

  it("SEEK-6: of fifty seeks in one second only the last is heard, and at most two renders are in vain", () => {
    const story: [number, Deed][] = [[200, choose("long")]];
    for (let i = 0; i < 50; i++) story.push([4000 + 20 * i, seek(((i * 17) % 25) + 30)]);
    story.push([5000, seek(10.5)], [15_000, pause]);
    let sawUnbroken = false;
    for (const seed of [100, 101, 102, 103, 104, 105, 106, 107]) {
      const heardOf: number[] = [];
      live(
        story,
        [],
        (end) => {
          expectAt(end, "long", 20, 20.6);
          const { renders } = end.overheard;
          const done = renders.filter(({ track, end: how }) => track === "long" && how === "done");
          const passedOver = done.filter(
            // the last one asks for twelve seconds from 10.5 on, and plays ten of them
            ({ segment, beganMs }) => beganMs > 4000 && beganMs < 5300 && segment > 14,
          );
          const known = heardOf.filter((ms) => ms > 4000 && ms < 5300);
          // a word to the worker may be held up: until it comes, the seek before it is the last one
          const avoidable = passedOver.filter(({ beganMs }) => {
            const wantedMs = demandBefore(end, beganMs);
            return known.some((ms) => ms > wantedMs && ms < beganMs - hostHearsMs);
          });
          expect(avoidable, `seed ${seed}`).toEqual([]);
          const isUnbroken = known.every((ms, i) => i === 0 || ms - known[i - 1]! < settleMs);
          if (isUnbroken) expect(passedOver.length, `seed ${seed}`).toBeLessThanOrEqual(2);
          sawUnbroken ||= isUnbroken;
          // one fade hides its first six frames
          const heard = heardBy(end).filter(({ atMs }) => atMs > 4000);
          expect(heard.map(({ from }) => from)).toEqual([4206]);
        },
        { other: "exact", seeds: [seed], alter: noting(heardOf) },
      );
    }
    expect(sawUnbroken).toBe(true);
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
