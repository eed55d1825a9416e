/** Races of seeking and stale data. The title of a test begins with the id in docs/races.md. */
import { describe, expect, it } from "./storybook.ts";
import { framesAt, simulatedRate, trackById } from "../ports/tracks.ts";
import type { Deed, Fault } from "../scenario.ts";
import {
  after,
  choose,
  enhance,
  expectAt,
  heardBy,
  live,
  offsetsMs,
  pause,
  play,
  seek,
  timesOf,
  voiceOf,
  type Ending,
  type Story,
  once,
  unwarmed,
} from "./live.ts";

/** frames that a fade may have hidden before the first whole one */
const fadeFrames = 8;
/** ms from a click to what is held already: page, worker, mixer, a quantum and the fade */
const instantMs = 250;
/** ms from a click to what has to be rendered first */
const answeredMs = 450;

/** Expects that player 0 heard each of these places, in this order, from its first frame on. */
function expectHeardFrom(end: Ending, seconds: readonly number[]): void {
  const begun = heardBy(end).map(({ from }) => from);
  let at = 0;
  for (const second of seconds) {
    const frame = Math.round(second * simulatedRate);
    const found = begun.findIndex(
      (from, i) => i >= at && from >= frame && from <= frame + fadeFrames,
    );
    expect(found, `from ${second} s, of ${begun.join(" ")}`).toBeGreaterThanOrEqual(0);
    at = found + 1;
  }
}

describe("races of seeking and stale data", () => {
  it("SEEK-1: slices of the old position that arrive after the seek are not heard", () => {
    const gapsMs = [12, 30, 62, 75, 90, 130];
    const story: [number, Deed][] = [[200, choose("long")]];
    gapsMs.forEach((gapMs, i) => {
      const at = 4000 + 6000 * i;
      story.push([at, seek(30 + i)], [at + gapMs, seek(2 + i)]);
    });
    live(
      story,
      [],
      (end) => {
        expectHeardFrom(
          end,
          gapsMs.map((_, i) => 2 + i),
        );
        const seeks = timesOf(end, "seek").filter((_, i) => i % 2 === 1);
        const stale = end.overheard.slices.filter(
          ({ player, atMs, start }) =>
            player === 0 &&
            start >= 30 * simulatedRate &&
            seeks.some((ms) => atMs > ms && atMs < ms + 200),
        );
        expect(stale.length, "stale slices").toBeGreaterThan(3);
      },
      { other: "tiny" },
    );
  });

  it("SEEK-2: what a render of the old position yields later is never taken for the new", () => {
    const story: [Story[number][0], Deed][] = [[200, choose("long")]];
    offsetsMs.forEach((offsetMs, i) => {
      const at = 5000 + 8000 * i;
      story.push(
        [at, seek(50 - 9 * i)],
        [after("command.seek", 2 * i, 62 + offsetMs), seek(3 + i)],
      );
    });
    live(
      story,
      [],
      (end) => {
        const seeks = timesOf(end, "seek");
        const late = end.overheard.renders.filter(
          ({ track, beganMs, endedMs }) =>
            track === "long" && seeks.some((ms, i) => i % 2 === 1 && beganMs < ms && endedMs > ms),
        );
        expect(late.length, "renders under way while the seek came").toBeGreaterThan(1);
        expectHeardFrom(
          end,
          offsetsMs.map((_, i) => 3 + i),
        );
      },
      { other: "tiny" },
    );
  });

  it("SEEK-3: a torn slice closes the link; the link resumes, and nothing whole is fetched again", () => {
    const faults = [1000, 5000, 9000, 13_000].map((atMs): Fault => ({ atMs, type: "garble" }));
    live(
      [
        [200, choose("long")],
        [30_000, pause],
      ],
      faults,
      (end) => {
        const { connects } = end.overheard;
        expect(connects.length).toBe(2 + faults.length);
        expect(end.overheard.fetchedTwice(0)).toBe(0);
        expectAt(end, "long", 26, 30);
      },
      { other: "tiny" },
    );
  });

  it("SEEK-4: the first frame heard is the one that the time names", () => {
    const places = [2, 3.9975, 4, 11.00125, 12.3449, 0, 35.99875];
    const story = places.map((place, i): [number, Deed] => [4000 + 1500 * i, seek(place)]);
    live([[200, choose("long")], ...story], [], (end) => expectHeardFrom(end, places), {
      seeds: once,
    });
  });

  it("SEEK-5: a seek while paused, the buffer full, stays silent, and play begins there at once", () => {
    live(
      [
        [200, choose("long")],
        [6000, pause],
        [10_000, seek(30)],
        [20_000, play],
        [30_000, pause],
      ],
      [],
      (end) => {
        const mine = end.overheard.slices.filter(({ player }) => player === 0);
        const before = mine.filter(({ atMs }) => atMs < 10_000).at(-1)!;
        expect(before.atMs, "demand had stopped").toBeLessThan(9000);
        expectAt(end, "long", 40, 40.1);
        const last = heardBy(end).at(-1)!;
        expect(last.from).toBeLessThanOrEqual(30 * simulatedRate + fadeFrames);
        expect(last.atMs - 20_000).toBeLessThan(80);
      },
      { seeds: once },
    );
  });

  it("SEEK-7: a seek before the first slice ever arrived begins at its target, and nothing from 0 is loaded", () => {
    for (const offsetMs of [0, 3, 20])
      live(
        [
          [2000, choose("odd")],
          [after("command.choose", 1, offsetMs), seek(20)],
        ],
        [],
        (end) => {
          const total = framesAt(trackById("odd"), simulatedRate);
          // so much was heard of it, and the next tracks after it
          expect(end.players[0]!.ear.heardFrames).toBeGreaterThan(total - 20 * simulatedRate - 40);
          const { slices } = end.overheard;
          const early = slices.filter(
            ({ player, start, says }) => player === 0 && says?.track === "odd" && start < 8000,
          );
          expect(early).toEqual([]);
        },
        // one in which the worker hears of the seek at once
        { seeds: [101] },
      );
  });

  it("SEEK-8: a seek back into what is held is instant, and nothing is fetched again", () => {
    // the playhead passes a whole second, the next one is asked for, and on its way the seek comes
    const story: [number, Deed][] = [[200, choose("long")]];
    let at = 18_330;
    let place = 16;
    for (const offsetMs of offsetsMs) {
      story.push([at, seek(place)]);
      at += 6035 + offsetMs;
      place += 4;
    }
    live(
      story,
      [],
      (end) => {
        const { mixer, slices } = end.overheard;
        let loading = 0;
        for (const ms of timesOf(end, "seek")) {
          const committed = mixer.find(
            ({ player, atMs, report }) =>
              player === 0 && atMs > ms && report.type === "lane/committed",
          )!;
          expect(committed.atMs - ms).toBeLessThan(instantMs);
          if (slices.some(({ player, atMs }) => player === 0 && atMs > ms && atMs < ms + 100))
            loading++;
        }
        expect(loading, "seeks while something was on its way").toBeGreaterThan(1);
        expect(end.overheard.fetchedTwice(0)).toBe(0);
      },
      { other: "tiny" },
    );
  });

  it("SEEK-9: a seek back to what was given up a moment before is answered", () => {
    // originals: what is rendered of the other is made to its end while its place is free
    const story: [Story[number][0], Deed][] = [
      [200, choose("long")],
      [3000, enhance(false)],
    ];
    offsetsMs.forEach((offsetMs, i) => {
      const at = 5000 + 8000 * i;
      story.push([at, seek(50 - 4 * i)]);
      story.push([after("command.seek", 3 * i, 25 + offsetMs), seek(20 + i)]);
      story.push([after("command.seek", 3 * i + 1, i % 2 ? 62 : offsetMs), seek(50 - 4 * i)]);
    });
    live(
      story,
      [],
      (end) => {
        const seeks = timesOf(end, "seek");
        let givenUp = 0;
        offsetsMs.forEach((_, i) => {
          const ms = seeks[3 * i + 2]!;
          const frame = (50 - 4 * i) * simulatedRate;
          const run = heardBy(end).find(({ atMs, from }) => atMs > ms && from >= frame)!;
          expect(run.atMs - ms).toBeLessThan(answeredMs);
          const again = end.overheard.renders.filter(
            ({ track, segment, beganMs }) =>
              track === "long" &&
              segment === (50 - 4 * i) / 2 &&
              beganMs > seeks[3 * i]! &&
              // he may come by again later
              beganMs < ms + 4000,
          );
          if (again.some(({ end: how }) => how === "cancelled")) givenUp++;
          expect(again.length).toBeLessThanOrEqual(2);
        });
        expect(givenUp, "renders given up and asked for again").toBeGreaterThan(0);
      },
      { other: "tiny", alter: unwarmed },
    );
  });

  it("SEEK-10: a worker that cannot stop at once finishes what was given up; nobody hears of it as an answer", () => {
    // originals, as in SEEK-9
    const story: [number, Deed][] = [
      [200, choose("long")],
      [3000, enhance(false)],
    ];
    for (let i = 0; i < 5; i++)
      story.push([6000 + 7000 * i, seek(50 - 8 * i)], [6090 + 7000 * i, seek(3 + i)]);
    // each piece of a render takes a slow worker a third of a second, in which it looks at nothing
    const faults = [0, 1, 2].map((pick): Fault => ({
      type: "workerSlow",
      atMs: 5900,
      pick,
      forMs: 40_000,
    }));
    live(
      story,
      faults,
      (end) => {
        const seeks = timesOf(end, "seek").filter((_, i) => i % 2 === 1);
        const givenUp = end.overheard.renders.filter(
          ({ track, end: how, endedMs }) =>
            track === "long" &&
            how === "cancelled" &&
            seeks.some((ms) => endedMs > ms && endedMs < ms + 300),
        );
        expect(givenUp.length, "renders given up in a slow worker").toBeGreaterThan(1);
        seeks.forEach((ms, i) => {
          const frame = (3 + i) * simulatedRate;
          const heard = heardBy(end).filter(({ atMs }) => atMs > ms && atMs < ms + 6500);
          // it may run dry, for the workers are slow; it goes on where it was
          for (const { from } of heard) expect(from).toBeLessThan(frame + 7 * simulatedRate);
          expect(heard[0]!.from).toBeGreaterThanOrEqual(frame);
        });
      },
      { other: "tiny", seeds: once },
    );
  });

  it("SEEK-11: a seek to the end and beyond plays out and goes on with the next track", () => {
    live(
      [
        [200, choose("exact")],
        [5000, seek(-7)],
        [7000, seek(19.95)],
        [12_000, choose("exact")],
        [14_000, seek(20)],
        [19_000, choose("exact")],
        [20_000, seek(1e9)],
      ],
      [],
      (end) => {
        expectHeardFrom(end, [0, 0]);
        expect(voiceOf(end).track).not.toBe(trackById("exact").number);
        // the last twenty frames are less than what has to be there before anything else begins
        const behind = heardBy(end).filter(({ atMs }) => atMs > 7000 && atMs < 12_000);
        expect(behind.map(({ track }) => track)).toContain("odd");
      },
      { seeds: once },
    );
  });
});
