/** Races of intentions about tracks. The title of a test begins with the id in docs/races.md. */
import { describe, expect, it } from "./storybook.ts";
import type { TrackEntry } from "#engine/protocol/library.ts";
import { simulatedRate } from "../ports/tracks.ts";
import type { Deed } from "../scenario.ts";
import {
  after,
  choose,
  enhance,
  expectAt,
  heardBy,
  heardSince,
  live,
  next,
  offsetsMs,
  pause,
  play,
  seek,
  type Story,
  once,
  timesOf,
} from "./live.ts";
import type { Alter } from "./overheard.ts";

/** ms from a click until the mixer must have heard of it */
const reachMs = 25;

describe("races of intentions about tracks", () => {
  it("INTENT-7: track A, then B at once: B plays, A's slices, end and length touch nothing", () => {
    for (const offsetMs of [0, 62, 110])
      live(
        [
          [200, choose("long")],
          [5000, choose("tiny")],
          [5000 + offsetMs, choose("odd")],
          [9000, choose("foreign")],
          [9000 + offsetMs, choose("exact")],
          [25_000, pause],
        ],
        [],
        (end) => {
          expect(heardSince(end, 9000 + offsetMs + reachMs, "track")).toEqual(["exact"]);
          expectAt(end, "exact", 15, 16);
        },
        { seeds: [100 + offsetMs] },
      );
  });

  it("INTENT-8: next, next, next lands on the third", () => {
    live(
      [
        [200, choose("long")],
        [3000, next],
        [3030, next],
        [3060, next],
        [4000, pause],
      ],
      [],
      (end) => expect(heardSince(end, 0, "track")).toEqual(["long", "foreign"]),
      { seeds: once },
    );
  });

  it("INTENT-9: next during the crossfade between two tracks lands on the one after", () => {
    const story: [Story[number][0], Deed][] = [[150, enhance(false)]];
    offsetsMs.forEach((offsetMs, i) => {
      story.push([200 + 7000 * i, choose("long")], [4000 + 7000 * i, next]);
      story.push([after("page0.mixer<lane/committed", 3 * i + 1, offsetMs), next]);
    });
    live(
      story,
      [],
      (end) => {
        const round = ["long", "exact", "odd"];
        expect(heardSince(end, 0, "track")).toEqual(offsetsMs.flatMap(() => round));
        const short = heardBy(end).filter(({ track }) => track === "exact");
        for (const { until } of short) expect(until).toBeLessThan(0.3 * simulatedRate);
      },
      { other: "tiny" },
    );
  });

  it("INTENT-10: next at the instant at which a track ends makes one transition", () => {
    let atTheInstant = 0;
    // the last second of it, from some 20 ms after the seek on
    for (const early of [-85, -65, -45, -25, -15, -5, 5])
      live(
        [
          [200, choose("exact")],
          [3000, seek(19)],
          [4040 + early, next],
          [9000, pause],
        ],
        [],
        (end) => {
          const ended = end.overheard.mixer.find(
            ({ player, report, atMs }) =>
              player === 0 &&
              (report.type === "lane/ended" ||
                (report.type === "lane/committed" && report.frame === 0 && atMs > 3500)),
          );
          const aheadMs = (ended?.atMs ?? Number.POSITIVE_INFINITY) - timesOf(end, "next")[0]!;
          // behind the end the page shows the next track already, and Next goes on from there
          if (aheadMs < 0) return;
          if (aheadMs < 60) atTheInstant++;
          expect(heardSince(end, 0, "track")).toEqual(["exact", "odd"]);
        },
        { seeds: [100] },
      );
    expect(atTheInstant).toBeGreaterThan(0);
  });

  it("INTENT-10: pause and seek right behind the end of a track; the end is not lost", () => {
    for (const offsetMs of [0, 1, 8])
      live(
        [
          [200, choose("short")],
          [after("page0.mixer<lane/ended", 0, offsetMs), pause],
          [12_000, play],
          [16_000, choose("short")],
          [18_000, seek(8)],
          [after("page0.mixer<lane/ended", 2, offsetMs), seek(0)],
        ],
        [],
        (end) => {
          const tracks = heardSince(end, 0, "track");
          expect(tracks.slice(0, 3)).toEqual(["short", "tiny", "short"]);
          // nothing of the next one while it was paused
          const [, tiny] = heardBy(end).filter(({ track }, i, all) => track !== all[i - 1]?.track);
          const quiet = end.players[0]!.listener.isPlaying;
          expect(quiet).toBe(true);
          expect(tiny!.atMs).toBeGreaterThan(8000);
        },
        { seeds: [100] },
      );
  });

  it("INTENT-13: the list is reordered, and the playing track leaves it, during transitions", () => {
    const orders = [
      (tracks: readonly TrackEntry[]) => tracks,
      (tracks: readonly TrackEntry[]) => [tracks.at(-1)!, ...tracks.slice(0, -1)],
      // the one that plays when the first transition begins
      (tracks: readonly TrackEntry[]) => tracks.filter(({ id }) => id !== "exact"),
    ];
    const changeAtMs = [
      4900, 4950, 4990, 5010, 5040, 5080, 5120, 5180, 12_000, 12_040, 12_090, 12_200,
    ];
    let revision = 0;
    const reorder: Alter = {
      host: (ports) => ({
        ...ports,
        catalogue: {
          ...ports.catalogue,
          watch: (emit) => {
            revision = 0;
            const timers = changeAtMs.map((ms) => {
              const delayMs = ms - ports.clock.now();
              return ports.clock.setTimeout(() => emit(++revision), delayMs);
            });
            return () => timers.forEach((timer) => ports.clock.clearTimeout(timer));
          },
        },
      }),
      page: (ports) => ({
        ...ports,
        readTracks: (request, emit) =>
          ports.readTracks(request, (answer) => {
            if (answer.type === "failed") return emit(answer);
            const order = orders[revision % orders.length]!;
            emit({
              type: "tracks",
              list: { ...answer.list, revision, tracks: [...order(answer.list.tracks)] },
            });
          }),
      }),
    };
    for (const shiftMs of [-40, 0, 30])
      live(
        [
          [200, choose("exact")],
          [5000 + shiftMs, next],
          [6500, seek(31)],
          [20_000 + shiftMs, pause],
        ],
        [],
        (end) => {
          expect(heardSince(end, 0, "track")).toEqual(["exact", "odd", "foreign"]);
          expect(
            end.overheard.told.filter(({ message }) => message.type === "library/changed").length,
          ).toBeGreaterThan(8);
        },
        { seeds: [100], alter: reorder },
      );
  });
});
