/** Races of the link and of restarts. The title of a test begins with the id in docs/races.md. */
import { describe, expect, it } from "./storybook.ts";
import type { Cancel } from "#engine/ports/port.ts";
import { simulatedRate } from "../ports/tracks.ts";
import type { Command, Deed, Fault } from "../scenario.ts";
import { simulatedHostConfig, simulatedPageWorkerConfig } from "../simulatedConfig.ts";
import {
  after,
  choose,
  expectAt,
  heardBy,
  live,
  pause,
  play,
  preset,
  seek,
  voiceOf,
  type Ending,
  once,
  unwarmed,
} from "./live.ts";
import type { Alter } from "./overheard.ts";

/** messages at whose arrival the connection is cut, in the order in which a connection has them */
const boundaries = [
  ["net.down.opened", "net.down.welcome", "net.down.rendition", "net.down.slice", "net.down.pong"],
  ["net.up.hello", "net.up.demand", "net.up.credit", "net.up.ping", "net.down.cache/state"],
] as const;

function connectsOf({ overheard }: Ending, player = 0): readonly number[] {
  return overheard.connects.filter((each) => each.player === player).map(({ atMs }) => atMs);
}

describe("races of the link and of restarts", () => {
  it("LINK-1: the socket is cut at messages of every kind; playback goes on, nothing is fetched twice", () => {
    for (const labels of boundaries)
      for (const nth of [1, 4]) {
        const faults = labels.map((label, i): Fault => {
          return {
            ...after(label, label.includes("slice") ? 9 * nth : nth + i),
            type: "cut",
            player: 0,
          };
        });
        live(
          [[200, choose("long")]],
          faults,
          (end) => {
            expect(connectsOf(end).length).toBeGreaterThanOrEqual(4);
            expect(end.players[0]!.ear.heardFrames).toBeGreaterThan(55 * simulatedRate);
            expect(end.overheard.fetchedTwice(0)).toBe(0);
          },
          { other: "tiny", seeds: [100 + nth] },
        );
      }
  });

  it("LINK-1: the socket is cut between any two messages of a burst", () => {
    for (const way of ["down", "up"] as const) {
      const faults = [1, 2, 3, 5, 8, 13].map((messages, i): Fault => {
        return { atMs: 250 + 2500 * i, type: "cutAfter", player: 0, way, messages };
      });
      live(
        [[200, choose("long")]],
        faults,
        (end) => {
          expect(connectsOf(end).length).toBeGreaterThanOrEqual(4);
          expect(end.players[0]!.ear.heardFrames).toBeGreaterThan(55 * simulatedRate);
          expect(end.overheard.fetchedTwice(0)).toBe(0);
        },
        { other: "tiny", seeds: [100] },
      );
    }
  });

  it("LINK-2: the host restarts in mid-track; the page learns the new epoch, the same frames go on", () => {
    const faults: Fault[] = [{ type: "restart", atMs: 8000, downMs: 3000 }];
    live([[200, choose("long")]], faults, (end) => {
      const { frame } = voiceOf(end);
      expect(frame).toBeGreaterThan(40 * simulatedRate);
      expect(end.players[0]!.ear.heardFrames).toBeGreaterThan(frame - 60);
      const epochs = end.overheard.told.flatMap(({ player, message }) =>
        player === 0 && message.type === "welcome" ? [`${message.epoch} ${message.resumed}`] : [],
      );
      expect(epochs).toEqual(["run1 false", "run2 false"]);
      // what is held is good under the new epoch as well: keys name content
      expect(end.overheard.fetchedTwice(0)).toBe(0);
    });
  });

  it("LINK-2: a host that has to look at everything anew does not cost what the page holds", () => {
    const slow: Alter = {
      host: (ports) => ({
        ...ports,
        engine: {
          ...ports.engine,
          analyse: (request, emit) => {
            if (ports.clock.now() < 8000) return ports.engine.analyse(request, emit);
            let cancel: Cancel = () => undefined;
            const begin = (): void => void (cancel = ports.engine.analyse(request, emit));
            const timer = ports.clock.setTimeout(begin, 6000);
            return () => {
              ports.clock.clearTimeout(timer);
              cancel();
            };
          },
        },
      }),
    };
    const faults: Fault[] = [{ type: "restartBlind", atMs: 8000, downMs: 400 }];
    live(
      [[200, choose("long")]],
      faults,
      (end) => {
        expect(end.players[0]!.ear.heardFrames).toBeGreaterThan(58 * simulatedRate);
        expect(heardBy(end).length).toBeLessThanOrEqual(2);
      },
      { alter: slow, other: "tiny" },
    );
  });

  it("LINK-3: old connections close, and talk, after the new one has opened; no reconnect storm", () => {
    const faults: Fault[] = [
      { type: "cutUnheard", atMs: 4000, player: 0, forMs: 6000 },
      { type: "cutUnheard", atMs: 7000, player: 0, forMs: 2000 },
      { type: "halfOpen", atMs: 12_000, player: 0 },
      { type: "hold", atMs: 30_000, player: 0, way: "down", forMs: 25_000 },
    ];
    live(
      [[200, choose("long")]],
      faults,
      (end) => {
        expect(connectsOf(end).length).toBe(1 + faults.length);
        expect(end.players[0]!.ear.heardFrames).toBeGreaterThan(55 * simulatedRate);
        expect(end.overheard.fetchedTwice(0)).toBe(0);
      },
      // the new one comes before the old one has closed
      { alter: { workerConfig: { backoffMinMs: 5, backoffMaxMs: 20 } }, seeds: once },
    );
  });

  it("LINK-4: messages are held back for up to thirty seconds; every click is answered, nothing waits", () => {
    for (const way of ["down", "up"] as const) {
      const faults = [5000, 5300, 40_000].map((atMs, i): Fault => {
        return { type: "hold", atMs, player: 0, way, forMs: [1200, 30_000, 2500][i]! };
      });
      live(
        [
          [200, choose("long")],
          [5100, seek(40)],
          [5500, preset("warm")],
          [5800, seek(20)],
          [40_100, seek(2)],
          [55_000, pause],
        ],
        faults,
        (end) => {
          expectAt(end, "long", 13, 16.9);
          expect(heardBy(end).at(-1)!.variant).toBe("warm@80");
          const { view } = end.overheard.views.findLast(({ player }) => player === 0)!;
          expect([view.pending, view.link]).toEqual(["", "live"]);
        },
        { seeds: [100] },
      );
    }
  });

  it("LINK-5: a half-open socket is noticed in time; playback goes on", () => {
    const faults: Fault[] = [{ type: "halfOpen", atMs: 6000, player: 0 }];
    live(
      [
        [200, choose("long")],
        [20_000, seek(40)],
        [28_000, pause],
      ],
      faults,
      (end) => {
        expectAt(end, "long", 44, 48.1);
        const noticed = end.overheard.views.find(
          ({ player, atMs, view }) => player === 0 && atMs > 6000 && view.link !== "live",
        )!;
        const { silenceMinMs, heartbeatMs } = simulatedPageWorkerConfig;
        expect(noticed.atMs - 6000).toBeLessThan(silenceMinMs + 2 * heartbeatMs);
      },
      { seeds: once },
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
      (end) => {
        expectAt(end, "long", 43, 52.4);
        const places = heardBy(end).filter(({ atMs }) => atMs > 9700);
        expect(places.map(({ from }) => from)).toEqual([40 * simulatedRate + 6]);
      },
      { seeds: once },
    );
  });

  it("LINK-7: a slow reader: the host's memory is bounded, and what is urgent overtakes the rest", () => {
    const faults: Fault[] = [
      { type: "slowReader", atMs: 4000, player: 0, bytesPerMs: 3, forMs: 12_000 },
    ];
    live(
      [
        [200, choose("long")],
        [4100, seek(20)],
        [7500, seek(40)],
        [14_000, pause],
      ],
      faults,
      (end) => {
        const { socketBytesMax, sliceBytesMax } = simulatedHostConfig(1);
        expect(end.overheard.bufferedBytesMax).toBeLessThan(socketBytesMax + 2 * sliceBytesMax);
        expect(end.overheard.bufferedBytesMax).toBeGreaterThan(sliceBytesMax);
        const heard = heardBy(end).find(({ from }) => from >= 40 * simulatedRate)!;
        // what may be buffered, the slice that stands over, and no more goes first
        expect(heard.atMs - 7500).toBeLessThan((socketBytesMax + sliceBytesMax) / 3 + 1000);
        expectAt(end, "long", 42, 46.5);
      },
      // so much credit that it binds nobody
      {
        other: "tiny",
        alter: {
          workerConfig: {
            credit: { urgent: { min: 90_000, max: 100_000 }, bulk: { min: 90_000, max: 100_000 } },
          },
        },
        seeds: once,
      },
    );
  });

  it("LINK-8: the page is loaded anew in mid-play, told or not; the host keeps nothing of the old one", () => {
    for (const isTold of [true, false])
      live(
        [
          [200, choose("long")],
          [6000, seek(30)],
          [14_000, choose("long")],
          [15_000, seek(30)],
          [40_000, pause],
        ],
        [{ type: "reload", atMs: 10_000, player: 0, forMs: 700, isTold }],
        (end) => expectAt(end, "long", 54, 55.1),
        { seeds: [100] },
      );
  });

  it("LINK-8: the page is loaded anew in mid-play and finds its place again, paused; Play goes on there", () => {
    live(
      [
        [200, choose("long")],
        [4000, preset("warm")],
        [6000, seek(30)],
        [14_000, play],
        [22_000, pause],
      ],
      [{ type: "reloadKept", atMs: 10_000, player: 0, forMs: 700 }],
      (end) => {
        // four seconds before it, eight behind it, less what it took to begin
        expectAt(end, "long", 41, 42.2);
        expect(heardBy(end).at(-1)!.variant).toBe("warm@80");
      },
    );
  });

  it("LINK-8: what is clicked while the page is still looking for its place is carried out there", () => {
    const clicks: readonly [Deed, number, number][] = [
      [play, 50.5, 52],
      [pause, 33.5, 34.1],
      [preset("bright"), 33.5, 34.1],
    ];
    for (const [deed, low, high] of clicks)
      live(
        [
          [200, choose("long")],
          [6000, seek(30)],
          [10_701, deed],
          [28_000, pause],
        ],
        [{ type: "reloadKept", atMs: 10_000, player: 0, forMs: 700 }],
        ({ players }) => {
          const { positionSeconds } = players[0]!.page.view.getSnapshot();
          expect(positionSeconds).toBeGreaterThanOrEqual(low);
          expect(positionSeconds).toBeLessThanOrEqual(high);
        },
        { seeds: once },
      );
  });

  it("LINK-8: the place that the page found again is gone to once: the track that is chosen later begins anew", () => {
    live(
      [
        [200, choose("long")],
        [6000, seek(30)],
        [14_000, choose("exact")],
        [17_000, choose("long")],
        [22_000, pause],
      ],
      [{ type: "reloadKept", atMs: 10_000, player: 0, forMs: 700 }],
      (end) => expectAt(end, "long", 4, 5),
      { seeds: once },
    );
  });

  it("LINK-9, CACHE-1: two listeners of one track, each in his variant; no segment is rendered twice", () => {
    const others: Command[] = [
      { atMs: 200, player: 1, deed: choose("exact") },
      { atMs: 6000, player: 1, deed: preset("warm") },
      { atMs: 9000, player: 1, deed: seek(2) },
      { atMs: 20_000, player: 1, deed: pause },
    ];
    live(
      [
        [200, choose("exact")],
        [5000, seek(12)],
        [8000, preset("warm")],
        [9000, seek(3)],
        [19_000, pause],
      ],
      [],
      (end) => {
        const { renders, slices } = end.overheard;
        const jobs = renders
          .filter(({ isOriginal, end: how }) => !isOriginal && how === "done")
          .map(({ key, segment }) => `${key} ${segment}`);
        expect(new Set(jobs).size).toBe(jobs.length);
        const sent = (player: number): Set<string> =>
          new Set(
            slices.filter((each) => each.player === player).map((s) => `${s.key} ${s.segment}`),
          );
        const [first, second] = [sent(0), sent(1)];
        expect([...first].filter((job) => second.has(job)).length).toBeGreaterThan(8);
        expect(heardBy(end, 1).at(-1)!.variant).toBe("warm@80");
      },
      { others, alter: unwarmed },
    );
  });
});
