/** Races of the audio output. The title of a test begins with the id in docs/races.md. */
import { describe, expect, it } from "./storybook.ts";
import { noPlants } from "../plants.ts";
import { framesAt, simulatedRate, trackById } from "../ports/tracks.ts";
import type { Deed, Fault } from "../scenario.ts";
import {
  choose,
  expectAt,
  heardBy,
  live,
  pause,
  seek,
  timesOf,
  unwarmed,
  voiceOf,
  type Ending,
  once,
} from "./live.ts";

/** Expects that player 0 heard `seconds` of sound with no silence longer than a fade between two runs. */
function expectNoGap(end: Ending, seconds: number): void {
  const runs = heardBy(end);
  runs.forEach(({ atMs, from, until }, i) => {
    const next = runs[i + 1];
    if (next) expect(next.atMs - atMs - ((until - from) / simulatedRate) * 1000).toBeLessThan(60);
  });
  expect(end.players[0]!.ear.heardFrames).toBeGreaterThan(seconds * simulatedRate);
}

/** What player 0 was shown between two moments. */
function shown({ overheard }: Ending, fromMs: number, untilMs: number) {
  return overheard.views
    .filter(({ player, atMs }) => player === 0 && atMs >= fromMs && atMs < untilMs)
    .map(({ atMs, view }) => ({ atMs, ...view }));
}

describe("races of the audio output", () => {
  it("OUT-1: the context comes up ten seconds after the click; what it plays was loaded meanwhile", () => {
    const faults: Fault[] = [
      { type: "lockOutput", atMs: 0, player: 0, forMs: 10_000, closes: false },
    ];
    live(
      [[200, choose("long")]],
      faults,
      (end) => {
        const early = end.overheard.slices.filter(
          ({ player, atMs }) => player === 0 && atMs < 9000,
        );
        expect(early.reduce((sum, { frames }) => sum + frames, 0)).toBeGreaterThan(
          8 * simulatedRate,
        );
        const [first] = heardBy(end);
        expect(first!.from).toBeLessThan(8);
        expect(first!.atMs).toBeLessThan(10_100);
        expect(shown(end, 300, 9900).at(-1)!.status).toMatch(/waits for a click/);
      },
      { seeds: once },
    );
  });

  it("OUT-2: the context is interrupted, then suspended, and goes on at the same frame", () => {
    const faults: Fault[] = [
      { type: "interrupt", atMs: 9000, player: 0, forMs: 2500 },
      { type: "suspend", atMs: 20_000, player: 0, forMs: 2500 },
    ];
    live([[200, choose("long")]], faults, (end) => {
      const { frame } = voiceOf(end);
      expect(end.players[0]!.ear.heardFrames).toBeGreaterThan(frame - 60);
      expect(shown(end, 9000, 11_000).some(({ output }) => output === "interrupted")).toBe(true);
      expect(shown(end, 20_000, 22_000).some(({ output }) => output === "suspended")).toBe(true);
    });
  });

  it("OUT-3: the context says that it runs and stands still; it is rebuilt and goes on", () => {
    const faults: Fault[] = [{ type: "freezeOutput", atMs: 9000, player: 0 }];
    live(
      [
        [200, choose("long")],
        [30_000, pause],
      ],
      faults,
      (end) => {
        expectAt(end, "long", 26, 29);
        const noticed = shown(end, 9000, 20_000).find(({ output }) => output !== "running")!;
        // the clock is told twice a second
        expect(noticed.atMs - 9000).toBeLessThan(1000 + 500 + 10);
      },
      { seeds: once },
    );
  });

  it("OUT-4: the context is closed; the output is rebuilt at once and goes on at the same frame", () => {
    const faults: Fault[] = [{ type: "closeOutput", atMs: 9000, player: 0 }];
    live(
      [
        [200, choose("long")],
        [30_000, pause],
      ],
      faults,
      (end) => {
        const [, before, behind] = heardBy(end);
        expect(behind!.from - before!.until).toBeLessThanOrEqual(16);
        expect(behind!.atMs - 9000).toBeLessThan(500);
        expectAt(end, "long", 29, 30);
      },
      { seeds: once },
    );
  });

  it("OUT-5: the page's main thread is blocked for a second, again and again; no gap", () => {
    const faults = [2000, 5000, 8130, 20_000, 33_000].map((atMs): Fault => {
      return { type: "blockPage", atMs, player: 0, forMs: 1000 };
    });
    live([[200, choose("long")]], faults, (end) => expectNoGap(end, 58), { seeds: once });
  });

  it("OUT-6: the tab is hidden for ten minutes; no gap, and fades take their time", () => {
    const story: [number, Deed][] = [[200, choose("long")]];
    for (let at = 14_000; at < 600_000; at += 14_000) story.push([at, seek((at / 7000) % 5)]);
    const faults: Fault[] = [{ type: "hideTab", atMs: 3000, player: 0, forMs: 600_000 }];
    live(story, faults, (end) => expectNoGap(end, 600), {
      seeds: [100],
      others: [{ atMs: 150, player: 1, deed: choose("tiny") }],
    });
  });

  it("OUT-7: the engine's clocks run fast and jump; the position shown is what the output consumed", () => {
    const skewed = {
      ...noPlants,
      clock: <Given extends { now: () => number }>(clock: Given): Given => ({
        ...clock,
        now: () => clock.now() * 1.07 + (clock.now() > 20_000 ? 90_000 : 0),
      }),
    };
    live(
      [
        [200, choose("long")],
        [30_000, seek(12)],
      ],
      [],
      (end) => expectNoGap(end, 58),
      { plants: skewed, seeds: once },
    );
  });

  it("OUT-8: a track of another rate is heard at its speed, without a seam, to its last frame", () => {
    live(
      [
        [200, choose("long")],
        [3000, choose("foreign")],
      ],
      [],
      (end) => {
        const total = framesAt(trackById("foreign"), simulatedRate);
        const runs = heardBy(end).filter(({ track }) => track === "foreign");
        const last = runs.at(-1)!;
        expect(last.until).toBe(total);
        // frames by time: speed is exact to a quantum
        const following = heardBy(end).find(({ track }) => track === "short")!;
        const lastedMs = following.atMs - runs[0]!.atMs;
        expect(lastedMs).toBeGreaterThan(((total - runs[0]!.from) / simulatedRate) * 1000 - 25);
        expect(end.overheard.liars()).toEqual([]);
      },
      { seeds: once },
    );
  });

  it("OUT-9: an underrun is one silence, shown as buffering, and it ends by itself", () => {
    const faults: Fault[] = [{ type: "refuse", atMs: 5000, player: 0, forMs: 20_000 }];
    live([[200, choose("long")]], faults, (end) => {
      const runs = heardBy(end).filter(({ variant }) => variant !== "original");
      expect(runs.length).toBe(2);
      const [before, behind] = runs;
      expect(behind!.from).toBeGreaterThanOrEqual(before!.until);
      expect(behind!.from).toBeLessThan(before!.until + 16);
      const silentMs = before!.atMs + ((before!.until - before!.from) / simulatedRate) * 1000;
      expect(silentMs).toBeGreaterThan(15_000);
      const during = shown(end, silentMs + 200, 24_000);
      expect(new Set(during.map(({ transport }) => transport))).toEqual(new Set(["buffering"]));
      const starved = end.overheard.mixer
        .flatMap(({ player, report }) =>
          player === 0 && report.type === "mixer/state" ? [report.starved] : [],
        )
        .filter((is, i, all) => is && !all[i - 1]);
      expect(starved.length).toBe(1);
      expect(timesOf(end, "play")).toEqual([]);
    });
  });

  it("OUT-9: what comes hardly faster than it is played is waited for, not stuttered through", () => {
    const faults: Fault[] = [
      { type: "refuse", atMs: 5000, player: 0, forMs: 20_000 },
      { type: "slowReader", atMs: 25_000, player: 0, bytesPerMs: 2, forMs: 15_000 },
    ];
    live(
      [[200, choose("long")]],
      faults,
      (end) => {
        const silences = heardBy(end).filter(({ atMs }) => atMs > 20_000).length;
        expect(silences).toBeGreaterThan(1);
        expect(silences).toBeLessThanOrEqual(3);
        expect(heardBy(end).at(-1)!.atMs).toBeLessThan(34_000);
      },
      // the music is a hundredth of what it would be and the news of what was made ahead is not: on this link
      // they would take two seconds
      { alter: unwarmed },
    );
  });
});
