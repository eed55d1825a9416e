/** Races of the threads that render. The title of a test begins with the id in docs/races.md.
 *  Player 1 listens to another track meanwhile: whatever befalls a worker, it misses nothing. */
import { describe, expect, it } from "./storybook.ts";
import { simulatedRate } from "../ports/tracks.ts";
import type { Fault } from "../scenario.ts";
import {
  choose,
  expectAt,
  heardBy,
  live,
  pause,
  play,
  seek,
  unwarmed,
  voiceOf,
  type Story,
} from "./live.ts";

/** Fifty seconds of one track, then silence. */
const listening: Story = [
  [200, choose("long")],
  [50_000, pause],
];

/** A fault every few seconds, at the very moment at which a worker has said something. */
function amidRenders(blow: (turn: number) => Omit<Fault, "atMs">, turns: number): Fault[] {
  return Array.from({ length: turns }, (_, turn) => {
    const after = { label: "host.engine.slice", nth: 3 + 13 * turn };
    return { ...blow(turn), atMs: turn % 3, after } as Fault;
  });
}

describe("races of render workers", () => {
  it("CACHE-11: a worker crashes in mid-render, again and again; its segments are rendered elsewhere", () => {
    const faults = amidRenders((turn) => ({ type: "workerCrash", pick: turn }), 8);
    live(listening, faults, (end) => {
      expectAt(end, "long", 49, 50);
      expect(end.players[1]!.ear.heardFrames).toBeGreaterThan(50 * simulatedRate);
    });
  });

  it("CACHE-11: a worker says nothing any more; what it held is rendered elsewhere within its deadline", () => {
    const faults = amidRenders((turn) => ({ type: "workerHang", pick: turn }), 5);
    live(listening, faults, (end) => {
      expectAt(end, "long", 46, 50);
      expect(end.players[1]!.ear.heardFrames).toBeGreaterThan(45 * simulatedRate);
    });
  });

  it("CACHE-11: no worker that renders says a word; who seeks away and back waits for none of them", () => {
    const faults = [20_050, 20_051].map((atMs): Fault => {
      return { type: "workerHang", pick: 0, atMs };
    });
    live(
      [
        [200, choose("long")],
        [20_000, seek(50)],
        [20_300, seek(2)],
        [20_600, seek(50)],
        [26_000, pause],
      ],
      faults,
      (end) => expectAt(end, "long", 54, 55.4),
    );
  });

  it("CACHE-11: a segment takes all memory of four workers; it fails, is asked for again, and comes", () => {
    const faults: Fault[] = [{ type: "workerMemory", work: "render", times: 4, atMs: 12_000 }];
    live(listening, faults, (end) => {
      expectAt(end, "long", 49, 50);
      expect(end.players[1]!.ear.heardFrames).toBeGreaterThan(50 * simulatedRate);
    });
  });

  it("CACHE-11: a source takes all memory of four workers; the enhanced takes over when it was analysed, and nobody is told of a failure", () => {
    const faults: Fault[] = [{ type: "workerMemory", work: "measure", times: 4, atMs: 0 }];
    live([[200, choose("long")]], faults, (end) => {
      expectAt(end, "long", 58, 61);
      expect(voiceOf(end).variant).not.toBe(0);
      const told = end.overheard.told.map(({ message }) => message);
      expect(told).not.toContainEqual(expect.objectContaining({ status: "failed" }));
    });
  });

  it("CACHE-11: a worker is lost between its answer and its end; nothing is answered twice", () => {
    // the last piece of the analysis, and of the measurement that follows it
    for (const skip of [3, 5]) {
      const blow: Fault = { type: "workerBabble", pick: { amid: "measure", skip }, atMs: 0 };
      live(listening, [blow], (end) => expectAt(end, "long", 49, 50));
    }
  });

  it("CACHE-11: a worker is lost, and the next never says that it is there; another one does", () => {
    const faults = [8000, 20_000].map((atMs): Fault => {
      return { type: "workerStartHangs", pick: 0, atMs };
    });
    live(listening, faults, (end) => expectAt(end, "long", 49, 50));
  });

  it("CACHE-11: renders fail while it is silent and nothing else is asked for; what was meant is there all the same", () => {
    live(
      [
        [200, choose("long")],
        [3000, pause],
        [20_000, seek(40)],
        [36_000, play],
        [50_000, pause],
      ],
      [{ type: "renderFails", times: 4, atMs: 19_990 }],
      (end) => {
        // long before Play asks for it again
        const made = end.overheard.renders.filter(
          ({ track, segment, isOriginal, end: how }) =>
            track === "long" && segment === 20 && !isOriginal && how === "done",
        );
        expect(made[0]?.endedMs).toBeLessThan(22_500);
        const [first] = heardBy(end).filter(({ atMs }) => atMs > 36_000);
        expect(first!.from).toBeLessThan(40 * simulatedRate + 10);
        expect(first!.atMs).toBeLessThan(36_100);
      },
      { other: "tiny", alter: unwarmed },
    );
  });

  it("CACHE-11: every worker is slow for ten seconds; nothing is missed", () => {
    const faults = [0, 1, 2].map((pick): Fault => {
      return { type: "workerSlow", pick, forMs: 10_000, atMs: 8000 };
    });
    live(listening, faults, (end) => expectAt(end, "long", 49, 50));
  });

  it("CACHE-11: no worker starts for a while; the first click is answered when one does", () => {
    const faults: Fault[] = [{ type: "workerStartFails", pick: 0, times: 6, atMs: 0 }];
    live(listening, faults, (end) => expectAt(end, "long", 45, 50));
  });
});
