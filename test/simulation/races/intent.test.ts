/** Races of intentions: presets, tracks, pause. The title of a test begins with the id in docs/races.md. */
import { describe, expect, it } from "vitest";
import { simulatedVariants } from "../judge/variantNumbers.ts";
import { simulatedRate, trackById } from "../ports/tracks.ts";
import type { Deed } from "../scenario.ts";
import {
  choose,
  enhance,
  expectAt,
  live,
  next,
  pause,
  play,
  preset,
  seek,
  voiceOf,
} from "./live.ts";

describe("races of intentions: presets, tracks, pause", () => {
  it("INTENT-1: enhance off, on, off within 300 ms: the last is heard, never silence", () => {
    live(
      [
        [200, choose("long")],
        [20_000, enhance(false)],
        [20_120, enhance(true)],
        [20_260, enhance(false)],
      ],
      [],
      (end) => expect(voiceOf(end).variant).toBe(0),
    );
  });

  it("INTENT-3 and INTENT-4: seek and switch in either order, before one of them was committed", () => {
    live(
      [
        [200, choose("long")],
        [15_000, seek(40)],
        [15_004, preset("warm")],
        [25_000, preset("bright")],
        [25_003, seek(2)],
        [35_000, pause],
      ],
      [],
      (end) => {
        expectAt(end, "long", 11, 12.1);
        expect(simulatedVariants[voiceOf(end).variant]).toBe("bright@80");
      },
    );
  });

  it("INTENT-6: pause, play, pause faster than anything settles ends paused", () => {
    const story: [number, Deed][] = [[200, choose("long")]];
    for (let i = 0; i < 21; i++) story.push([6000 + 9 * i, i % 2 ? play : pause]);
    live(story, [], (end) => {
      expect(end.players[0]!.listener.isPlaying).toBe(false);
      expect(end.players[0]!.ear.soundMs).toBeLessThan(6000 + 21 * 9 + 100);
    });
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
      (end) => expect(voiceOf(end).track).toBe(trackById("foreign").number),
    );
  });

  it("INTENT-10: next at the instant at which a track ends skips no track twice", () => {
    const endMs = 1000 + (trackById("short").frames / simulatedRate) * 1000;
    for (const early of [-60, -20, 0, 20, 60])
      live(
        [
          [200, choose("short")],
          [endMs + early - 700, next],
        ],
        [],
        (end) => expect(voiceOf(end).track).toBe(trackById("tiny").number),
      );
  });
});
