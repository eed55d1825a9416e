/** Races of seeking and stale data. The title of a test begins with the id in docs/races.md. */
import { describe, expect, it } from "vitest";
import { framesAt, simulatedRate, trackById } from "../ports/tracks.ts";
import type { Deed } from "../scenario.ts";
import { choose, expectAt, live, pause, play, seek, voiceOf } from "./live.ts";

describe("races of seeking and stale data", () => {
  it("SEEK-5: a seek while paused stays silent, and play begins there", () => {
    live(
      [
        [200, choose("long")],
        [4000, pause],
        [5000, seek(30)],
        [15_000, play],
        [25_000, pause],
      ],
      [],
      (end) => expectAt(end, "long", 40, 40.1),
    );
  });

  it("SEEK-6: of fifty seeks in one second only the last is heard", () => {
    const story: [number, Deed][] = [[200, choose("long")]];
    for (let i = 0; i < 50; i++) story.push([3000 + 20 * i, seek((i * 17) % 50)]);
    story.push([4000, seek(10.5)], [14_000, pause]);
    live(story, [], (end) => expectAt(end, "long", 20, 20.6));
  });

  it("SEEK-7: a seek before the first slice ever arrived begins at its target", () => {
    live(
      [
        [200, choose("odd")],
        [202, seek(20)],
      ],
      [],
      (end) => {
        const total = framesAt(trackById("odd"), simulatedRate);
        // so much was heard of it, and the next tracks after it
        expect(end.players[0]!.ear.heardFrames).toBeGreaterThan(total - 20 * simulatedRate - 40);
      },
    );
  });

  it("SEEK-11: a seek to the end and beyond plays out and goes on with the next track", () => {
    live(
      [
        [200, choose("exact")],
        [5000, seek(20)],
        [12_000, seek(1e9)],
      ],
      [],
      (end) => expect(voiceOf(end).track).not.toBe(trackById("exact").number),
    );
  });
});
