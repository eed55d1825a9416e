/** Races of the audio output. The title of a test begins with the id in docs/races.md. */
import { describe, expect, it } from "vitest";
import type { Fault } from "../scenario.ts";
import { choose, expectAt, live, pause, voiceOf } from "./live.ts";

describe("races of the audio output", () => {
  it("OUT-2: the context is interrupted while playing, and goes on at the same frame", () => {
    const faults: Fault[] = [{ type: "interrupt", atMs: 9000, player: 0, forMs: 2500 }];
    live([[200, choose("long")]], faults, (end) => {
      const { frame } = voiceOf(end);
      expect(end.players[0]!.ear.heardFrames).toBeGreaterThan(frame - 60);
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
      (end) => expectAt(end, "long", 26, 29),
    );
  });

  it("OUT-4: the context is closed; the output is rebuilt and goes on at the same frame", () => {
    const faults: Fault[] = [{ type: "closeOutput", atMs: 9000, player: 0 }];
    live(
      [
        [200, choose("long")],
        [30_000, pause],
      ],
      faults,
      (end) => expectAt(end, "long", 28, 30),
    );
  });
});
