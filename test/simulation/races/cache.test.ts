/** Races of caches, processing and files. The title of a test begins with the id in docs/races.md. */
import { describe, expect, it } from "vitest";
import { simulatedRate } from "../ports/tracks.ts";
import type { Fault } from "../scenario.ts";
import { choose, expectAt, live, pause, seek } from "./live.ts";

describe("races of caches, processing and files", () => {
  it("CACHE-6: the disk is full for a while; playback goes on from memory", () => {
    const faults: Fault[] = [{ type: "diskFull", atMs: 100, forMs: 30_000 }];
    live(
      [
        [200, choose("long")],
        [50_000, pause],
      ],
      faults,
      (end) => expectAt(end, "long", 48, 50),
    );
  });

  it("CACHE-11: workers die in mid-render; the segments come all the same", () => {
    const faults = [1, 2, 3].map((i): Fault => ({ type: "renderFails", atMs: 3000 * i, times: 1 }));
    live(
      [
        [200, choose("long")],
        [50_000, pause],
      ],
      faults,
      (end) => expectAt(end, "long", 44, 50),
    );
  });

  it("CACHE-5: files of the disk cache that rot are never heard", () => {
    const rot = Array.from({ length: 30 }, (_, i): Fault => {
      return { type: "rot", atMs: 6000 + i, pick: i * 977 };
    });
    const faults: Fault[] = [...rot, { type: "restart", atMs: 6500, downMs: 200 }];
    live(
      [
        [200, choose("long")],
        [7500, seek(1)],
      ],
      faults,
      (end) => expect(end.players[0]!.ear.heardFrames).toBeGreaterThan(40 * simulatedRate),
    );
  });
});
