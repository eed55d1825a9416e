/** Races of the link and of restarts. The title of a test begins with the id in docs/races.md. */
import { describe, expect, it } from "vitest";
import { simulatedRate } from "../ports/tracks.ts";
import type { Fault } from "../scenario.ts";
import { choose, expectAt, live, pause, seek, voiceOf } from "./live.ts";

describe("races of the link and of restarts", () => {
  it("LINK-1: the socket is cut again and again; playback goes on from what is held", () => {
    const faults = Array.from({ length: 8 }, (_, i): Fault => {
      return { type: "cut", atMs: 4000 + i * 2311, player: 0 };
    });
    live([[200, choose("long")]], faults, (end) =>
      expect(end.players[0]!.ear.heardFrames).toBeGreaterThan(50 * simulatedRate),
    );
  });

  it("LINK-2: the host restarts in mid-track with a new epoch; the same frames go on", () => {
    const faults: Fault[] = [{ type: "restart", atMs: 8000, downMs: 3000 }];
    live([[200, choose("long")]], faults, (end) => {
      const { frame } = voiceOf(end);
      expect(frame).toBeGreaterThan(40 * simulatedRate);
      expect(end.players[0]!.ear.heardFrames).toBeGreaterThan(frame - 60);
    });
  });

  it("LINK-5: a half-open socket is noticed; playback goes on", () => {
    const faults: Fault[] = [{ type: "halfOpen", atMs: 6000, player: 0 }];
    live(
      [
        [200, choose("long")],
        [20_000, seek(40)],
        [28_000, pause],
      ],
      faults,
      (end) => expectAt(end, "long", 44, 48.1),
    );
  });

  it("LINK-6: of the seeks given while the link is down the last is carried out on resume", () => {
    const faults: Fault[] = [{ type: "restart", atMs: 8000, downMs: 4000 }];
    live(
      [
        [200, choose("long")],
        [9000, seek(20)],
        [9500, seek(50)],
        [9700, seek(40)],
        [22_000, pause],
      ],
      faults,
      (end) => expectAt(end, "long", 43, 52.4),
    );
  });
});
