/** Races of memory that others take. The title of a test begins with the id in docs/races.md. */
import { describe, expect, it } from "./storybook.ts";
import { simulatedRate } from "../ports/tracks.ts";
import type { Fault } from "../scenario.ts";
import { choose, live, preset, seek } from "./live.ts";

describe("races of memory", () => {
  it("CACHE-8: the page is short of memory while two lanes are held; it holds less, the music goes on, and it holds more again", () => {
    const presses: Fault[] = [
      { type: "pageMemoryShort", atMs: 14_000, player: 0, level: "tight", forMs: 12_000 },
      { type: "pageMemoryShort", atMs: 32_000, player: 0, level: "critical", forMs: 10_000 },
    ];
    live(
      [
        [200, choose("long")],
        [8000, preset("warm")],
        [20_000, seek(2)],
        [34_000, preset("bright")],
      ],
      presses,
      ({ overheard, players: [first] }) => {
        const least = first!.life.window.windowBytesMin;
        const mostAt = (fromMs: number, untilMs: number): number =>
          Math.max(
            ...overheard.views
              .filter(({ player, atMs }) => player === 0 && atMs > fromMs && atMs < untilMs)
              .map(({ view }) => view.windowBytes),
          );
        // half of what it may have at best is less than it needs
        expect(mostAt(1000, 14_000)).toBeGreaterThan(least);
        expect(mostAt(17_000, 26_000)).toBeLessThanOrEqual(least);
        expect(mostAt(35_000, 42_000)).toBeLessThanOrEqual(least);
        expect(mostAt(45_000, 60_000)).toBeGreaterThan(least);
        expect(first!.ear.heardFrames).toBeGreaterThan(50 * simulatedRate);
      },
      { alter: { workerConfig: { behindSeconds: 8, aheadSeconds: 20 } }, other: "tiny" },
    );
  });
});
