/** Races of caches, processing and files. The title of a test begins with the id in docs/races.md.
 *  CACHE-11, of workers that are lost, is in `workers.test.ts`, a page that is short of memory in `memory.test.ts`. */
import { describe, expect, it } from "./storybook.ts";
import type { Cancel } from "#engine/ports/port.ts";
import { framesAt, simulatedRate, simulatedTracks, trackById } from "../ports/tracks.ts";
import type { Command, Deed, Fault } from "../scenario.ts";
import {
  after,
  choose,
  enhance,
  expectAt,
  heardBy,
  live,
  next,
  pause,
  preset,
  seek,
  type Ending,
  once,
  oneSided,
  unwarmed,
} from "./live.ts";
import type { Alter } from "./overheard.ts";

/** room for five segments */
const tight: Alter = { hostConfig: { hotBytes: 6000, warmBytes: 11_000 } };

/** Clicks of a restless listener: seeks and presets, each heard for a moment. */
function restless(player: number, shift: number): readonly Command[] {
  return Array.from({ length: 24 }, (_, i): Command => {
    const deed: Deed =
      i % 4 === 3 ? preset(i % 8 === 3 ? "warm" : "bright") : seek(((i + shift) * 17) % 50);
    return { atMs: 1500 + 900 * i + 37 * shift, player, deed };
  });
}

/** Renders of enhanced segments that came to their end, by path. */
function doneOf({ overheard }: Ending): readonly string[] {
  return overheard.renders
    .filter(({ isOriginal, end }) => !isOriginal && end === "done")
    .map(({ key, segment }) => `segments/${key}/${segment}.seg`);
}

describe("races of caches, processing and files", () => {
  it("CACHE-2, CACHE-3: one of two askers leaves, a background job becomes urgent; none of it is begun anew", () => {
    // what lies ahead of player 1 is being rendered when player 0 seeks into it, and one of them goes away
    const others: Command[] = [
      { atMs: 200, player: 1, deed: choose("long") },
      { atMs: 6000, player: 1, deed: seek(20) },
      { ...after("command.seek", 1, 20), player: 1, deed: seek(0) },
      { atMs: 16_000, player: 1, deed: seek(36) },
    ];
    live(
      [
        [200, choose("long")],
        [after("command.seek", 0, 62), seek(22)],
        [after("command.seek", 3, 62), seek(42)],
        [after("command.seek", 4, 70), seek(0)],
        [24_000, pause],
      ],
      [],
      (end) => {
        expectAt(end, "long", 6, 8);
        for (const fromMs of [6000, 16_000]) {
          const jobs = end.overheard.renders.filter(
            ({ isOriginal, segment, beganMs }) =>
              !isOriginal && beganMs > fromMs && beganMs < fromMs + 1000 && segment >= 8,
          );
          // each of them once: begun, whoever asked, and not given up for the other's sake
          expect(jobs.length).toBeGreaterThan(3);
          expect(new Set(jobs.map(({ segment }) => segment)).size).toBe(jobs.length);
        }
      },
      // without prediction: what is made ahead would be there before anybody asks
      { others, alter: unwarmed },
    );
  });

  it("CACHE-4: segments leave memory while they are read, written and sent; all that arrives is whole", () => {
    live(
      [[200, choose("long")]],
      [{ type: "slowReader", atMs: 3000, player: 0, bytesPerMs: 5, forMs: 10_000 }],
      ({ overheard }) => {
        const { slices, renders } = overheard;
        expect(slices.length).toBeGreaterThan(150);
        // memory was turned over many times
        const frames = renders.reduce((sum, one) => sum + one.frames, 0);
        expect(frames * 4).toBeGreaterThan(5 * 17_000);
        for (const sums of overheard.written.values()) expect(sums.size).toBe(1);
      },
      {
        alter: tight,
        others: [
          { atMs: 200, player: 1, deed: choose("odd") },
          ...restless(0, 0),
          ...restless(1, 5),
        ],
        seeds: once,
      },
    );
  });

  it("CACHE-5: files of the disk cache that rot or lose their end are never heard, but made anew", () => {
    // one file after the other, every one of them at least once
    const rot = Array.from({ length: 80 }, (_, i): Fault => {
      return { type: i % 4 === 3 ? "truncate" : "rot", atMs: 6000 + i, pick: i };
    });
    const faults: Fault[] = [...rot, { type: "restart", atMs: 6500, downMs: 200 }];
    live(
      [
        [200, choose("long")],
        [7500, seek(1)],
      ],
      faults,
      (end) => {
        expect(end.players[0]!.ear.heardFrames).toBeGreaterThan(40 * simulatedRate);
        const done = doneOf(end);
        expect(new Set(done).size).toBeLessThan(done.length);
      },
      { others: [{ atMs: 150, player: 1, deed: choose("tiny") }] },
    );
  });

  it("CACHE-5: the host is killed right after and right before a file is written", () => {
    for (const offsetMs of [0, 1, 8])
      live(
        [
          [200, choose("long")],
          [9000, seek(20)],
          [14_000, seek(1)],
        ],
        [
          { ...after("host.disk.write", 3, offsetMs), type: "restart", downMs: 300 },
          { ...after("host.disk.write", 9, offsetMs), type: "restart", downMs: 300 },
        ],
        (end) => {
          expect(end.players[0]!.ear.heardFrames).toBeGreaterThan(50 * simulatedRate);
          for (const sums of end.overheard.written.values()) expect(sums.size).toBe(1);
        },
        { seeds: [100] },
      );
  });

  it("CACHE-6: the disk is full, read-only, and wiped; playback goes on from memory, and it recovers", () => {
    const faults: Fault[] = [
      { type: "diskFull", atMs: 100, forMs: 12_000 },
      { type: "readOnly", atMs: 14_000, forMs: 9000 },
      { type: "wipe", atMs: 26_000 },
    ];
    live(
      [
        [200, choose("long")],
        [50_000, pause],
      ],
      faults,
      (end) => {
        expectAt(end, "long", 48, 50);
        const last = Math.max(...end.overheard.writtenMs);
        expect(last, "writes went on").toBeGreaterThan(40_000);
        const warnings = end.overheard.told.filter(
          ({ player, message }) => player === 0 && message.type === "fault",
        );
        expect(warnings.length).toBeLessThanOrEqual(faults.length);
      },
      { seeds: once },
    );
  });

  it("CACHE-7: the file changes, and vanishes for a while, in mid-play; old and new never mix", () => {
    const track = simulatedTracks.findIndex(({ id }) => id === "long");
    live(
      [
        [200, choose("long")],
        [30_000, seek(5)],
        [50_000, pause],
      ],
      [
        { type: "fileChanges", atMs: 8000, track },
        { type: "fileVanishes", atMs: 36_000, track, forMs: 4000 },
      ],
      (end) => {
        const versions = heardBy(end).map(({ version }) => version);
        // the old one first, the new one from then on
        expect([...new Set(versions)]).toEqual([0, 1]);
        expect(versions).toEqual(versions.toSorted((a, b) => a - b));
        expect(end.players[0]!.ear.heardFrames).toBeGreaterThan(30 * simulatedRate);
      },
      { other: "tiny" },
    );
  });

  it("CACHE-8: a storm of seeks and variants in a tight memory; then calm, and nothing is fetched in circles", () => {
    const ways: readonly (readonly [sides: number, Alter])[] = [
      [1, { ...tight, ...oneSided }],
      [2, tight],
    ];
    for (const [sides, alter] of ways)
      live(
        [
          [200, choose("long")],
          [25_000, seek(5)],
        ],
        [],
        ({ overheard }) => {
          for (const player of [0, 1]) {
            expect(overheard.fetchedTwice(player, 32_000)).toBe(0);
            const calm = overheard.slices.filter((s) => s.player === player && s.atMs > 32_000);
            const frames = calm.reduce((sum, slice) => sum + slice.frames, 0);
            expect(frames).toBeLessThan(sides * 30 * simulatedRate);
          }
        },
        {
          alter,
          others: [
            { atMs: 200, player: 1, deed: choose("long") },
            ...restless(0, 0),
            ...restless(1, 5),
            { atMs: 25_000, player: 1, deed: seek(9) },
          ],
        },
      );
  });

  it("CACHE-9: any order, one worker or two, restarts or none: the same bytes", () => {
    const sums = new Map<string, Set<number>>();
    let writes = 0;
    const compare = ({ overheard }: Ending): void => {
      for (const [path, found] of overheard.written) {
        if (!path.startsWith("segments/")) continue;
        writes += found.size;
        const known = sums.get(path) ?? new Set();
        for (const sum of found) known.add(sum);
        sums.set(path, known);
      }
    };
    const alone: Alter = {
      host: (ports) => ({ ...ports, engine: { ...ports.engine, slots: 1 } }),
    };
    const ways: readonly {
      readonly order: readonly number[];
      readonly alter: Alter;
      readonly faults: readonly Fault[];
    }[] = [
      { order: [0, 18, 36], alter: {}, faults: [] },
      { order: [36, 18, 0], alter: alone, faults: [] },
      {
        order: [18, 0, 36],
        alter: {},
        faults: [5000, 12_000, 13_000].map((atMs) => ({ type: "restart", atMs, downMs: 100 })),
      },
    ];
    for (const { order, alter, faults } of ways)
      live(
        [[200, choose("long")], ...order.map((at, i) => [2000 + 16_000 * i, seek(at)] as const)],
        faults,
        compare,
        { seeds: [100], alter },
      );
    expect(sums.size).toBeGreaterThan(25);
    expect(writes).toBeGreaterThan(2 * sums.size);
    expect([...sums].filter(([, found]) => found.size > 1)).toEqual([]);
  });

  it("CACHE-12: while the enhanced variant is not there, what sounds is the original, and is called so", () => {
    const slow: Alter = {
      host: (ports) => ({
        ...ports,
        engine: {
          ...ports.engine,
          analyse: (request, emit) => {
            let cancel: Cancel = () => undefined;
            const begin = (): void => void (cancel = ports.engine.analyse(request, emit));
            const timer = ports.clock.setTimeout(begin, 5000);
            return () => {
              ports.clock.clearTimeout(timer);
              cancel();
            };
          },
        },
      }),
    };
    live(
      [
        [200, choose("long")],
        [2000, seek(20)],
        [3000, preset("warm")],
        [9000, next],
        [11_000, enhance(false)],
        [12_000, enhance(true)],
      ],
      [],
      (end) => {
        const runs = heardBy(end);
        const untilMs = runs.find(({ variant }) => variant !== "original")!.atMs;
        expect(untilMs).toBeGreaterThan(5000);
        for (const { atMs, variant, from, until } of runs) {
          const endMs = atMs + ((until - from) / simulatedRate) * 1000;
          const shown = end.overheard.views.filter(
            (each) => each.player === 0 && each.atMs > atMs + 60 && each.atMs < endMs - 60,
          );
          for (const { view } of shown) expect(view.variant).toBe(variant);
        }
        // keys that were announced as enhanced: what came under them was rendered with a plan
        const { renders, told } = end.overheard;
        for (const { message } of told)
          if (message.type === "rendition" && message.status === "ready")
            for (const { key, isOriginal } of renders)
              if (key === message.key) expect(isOriginal).toBe(message.variant === "original");
      },
      { alter: slow, other: "tiny", seeds: once },
    );
  });

  it("CACHE-13: tracks are heard to their last frame, and not beyond it", () => {
    live(
      [
        [200, choose("exact")],
        [3000, seek(18)],
        [10_000, seek(36)],
        [16_000, seek(20)],
      ],
      [],
      (end) => {
        for (const id of ["exact", "odd", "foreign", "short", "tiny"]) {
          const last = heardBy(end).findLast(({ track }) => track === id)!;
          expect(last.until, id).toBe(framesAt(trackById(id), simulatedRate));
        }
        const short = heardBy(end).filter(({ track }) => track === "short" || track === "tiny");
        expect(short.reduce((sum, { from, until }) => sum + until - from, 0)).toBeGreaterThan(3400);
      },
      { seeds: once },
    );
  });
});
