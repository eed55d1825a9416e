/** Races of intentions: presets, seeks, pause. The title of a test begins with the id in docs/races.md.
 *  Those of tracks are in `tracks.test.ts`. */
import { describe, expect, it } from "./storybook.ts";
import type { SocketReport } from "#engine/ports/socket.ts";
import { fault } from "#engine/protocol/faults.ts";
import { presets } from "#engine/protocol/variant.ts";
import { simulatedVariants } from "../judge/variantNumbers.ts";
import { simulatedRate } from "../ports/tracks.ts";
import type { Deed, Fault } from "../scenario.ts";
import {
  after,
  choose,
  enhance,
  expectAt,
  heardBy,
  heardSince,
  intensity,
  live,
  offsetsMs,
  pause,
  play,
  preset,
  seek,
  timesOf,
  voiceOf,
  type Story,
  once,
  unwarmed,
} from "./live.ts";
import type { Alter } from "./overheard.ts";

/** ms from a click until the mixer must have heard of it */
const reachMs = 25;
/** ms until what has to be rendered first is heard */
const answeredMs = 450;

describe("races of intentions: presets, seeks, pause", () => {
  it("INTENT-1: enhance off, on, off, and on again, within 300 ms: the last is heard, never silence", () => {
    live(
      [
        [200, choose("long")],
        [20_000, enhance(false)],
        [20_120, enhance(true)],
        [20_260, enhance(false)],
        [30_000, enhance(true)],
        [30_120, enhance(false)],
        [30_190, enhance(true)],
        [40_000, enhance(false)],
        [40_015, enhance(true)],
      ],
      [],
      (end) => {
        const last = (ms: number) => heardBy(end).findLast(({ atMs }) => atMs < ms)!.variant;
        expect(last(29_900)).toBe("original");
        expect(last(39_900)).toBe("adaptive@80");
        expect(voiceOf(end).variant).toBe(simulatedVariants.indexOf("adaptive@80"));
      },
    );
  });

  it("INTENT-2: of presets in a row the last is heard, though slices of the one before come last", () => {
    const story: [Story[number][0], Deed][] = [
      [200, choose("long")],
      [5000, preset("warm")],
    ];
    let clicks = 1;
    // no hurry, and some of the first preset's slices are under way; once it is listened to for long enough to be known
    const pausesMs = [62, 70, 85, 110, 260, 150, 110, 85];
    pausesMs.forEach((pauseMs, i) => {
      story.push([9000 + 6000 * i, preset("bright")]);
      const last = preset(i % 2 ? "punchy" : "warm");
      story.push([after("command.preset", clicks, pauseMs), last]);
      clicks += i % 2 ? 3 : 2;
      if (i % 2) story.push([12_000 + 6000 * i, preset("warm")]);
    });
    live(
      story,
      [],
      (end) => {
        const { slices } = end.overheard;
        let late = 0;
        const times = timesOf(end, "preset");
        pausesMs.forEach((_, i) => {
          const ms = times.find((at) => at > 9000 + 6000 * i)!;
          const runs = heardBy(end).filter(({ atMs }) => atMs > ms + reachMs && atMs < ms + 2000);
          const last = i % 2 ? "punchy@80" : "warm@80";
          for (const { variant } of runs) expect(["warm@80", last]).toContain(variant);
          const sounding = heardBy(end).findLast(({ atMs }) => atMs < ms + answeredMs)!;
          expect(sounding.variant).toBe(last);
          if (
            slices.some(
              ({ says, atMs }) => says?.variant === "bright@80" && atMs > ms && atMs < ms + 400,
            )
          )
            late++;
        });
        expect(late, "slices of the superseded preset").toBeGreaterThan(0);
      },
      { other: "tiny" },
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
      { seeds: once },
    );
  });

  it("INTENT-5: pause while a switch is pending; play goes on in the new variant, and nothing of the old", () => {
    // both are known by then: only while a variant is analysed may the old one be heard
    const story: [Story[number][0], Deed][] = [
      [200, choose("long")],
      [2500, preset("bright")],
      [4000, preset("warm")],
    ];
    offsetsMs.forEach((offsetMs, i) => {
      story.push([6000 + 7000 * i, preset(i % 2 ? "warm" : "bright")]);
      story.push([after("command.preset", 2 + i, 2 * offsetMs), pause]);
      // once while the switch is pending, once long after it
      story.push([after("command.pause", 2 * i, 42), play]);
      story.push([8000 + 7000 * i, pause], [10_000 + 7000 * i, play]);
    });
    // the page worker is stopped, so that the switch stays pending for a while
    const faults = offsetsMs.map((_, i): Fault => {
      return { ...after("command.preset", 2 + i), type: "blockWorker", player: 0, forMs: 250 };
    });
    live(
      story,
      faults,
      (end) => {
        const committed = end.overheard.mixer.flatMap(({ player, atMs, report }) =>
          player === 0 && report.type === "lane/committed" ? [atMs] : [],
        );
        let pending = 0;
        timesOf(end, "play").forEach((ms, at) => {
          const i = Math.floor(at / 2);
          const runs = heardBy(end).filter(({ atMs }) => atMs > ms && atMs < ms + 1800);
          const variants = new Set(runs.map(({ variant }) => variant));
          expect([...variants]).toEqual([i % 2 ? "warm@80" : "bright@80"]);
          if (at % 2 === 1) expect(runs[0]!.atMs - ms).toBeLessThan(100);
          else if (committed.some((atMs) => atMs > ms && atMs < ms + 500)) pending++;
        });
        expect(pending, "plays while the switch was pending").toBeGreaterThan(0);
      },
      { other: "tiny" },
    );
  });

  it("INTENT-6: pause, play, pause faster than anything settles ends paused", () => {
    const story: [number, Deed][] = [[200, choose("long")]];
    for (let i = 0; i < 21; i++) story.push([6000 + 9 * i, i % 2 ? play : pause]);
    live(
      story,
      [],
      (end) => {
        expect(end.players[0]!.listener.isPlaying).toBe(false);
        expect(end.players[0]!.ear.soundMs).toBeLessThan(6000 + 21 * 9 + 100);
      },
      { seeds: once },
    );
  });

  it("INTENT-11: a slider dragged through sixty values in a second: two are processed, the last is heard", () => {
    const story: [number, Deed][] = [[200, choose("long")]];
    // what it passes over may be processed where the worker was stopped for long, so it has to be something
    // that the frame code can tell: presets stand for the places between the ends
    for (let i = 0; i < 60; i++)
      story.push([
        8000 + 17 * i,
        i === 0 || i === 59 ? intensity(40) : preset(presets[(i + 2) % presets.length]!),
      ]);
    live(
      story,
      [],
      (end) => {
        const last = timesOf(end, "intensity").at(-1)!;
        expect(heardSince(end, 6000, "variant")).toEqual(["adaptive@40"]);
        const switched = heardBy(end).find(({ variant }) => variant === "adaptive@40")!;
        expect(switched.atMs).toBeGreaterThan(last);
        expect(switched.atMs).toBeLessThan(last + answeredMs);
        const before = heardBy(end)
          .filter(({ atMs }) => atMs < switched.atMs)
          .at(-1)!;
        // the old sounds until then
        expect((before.until - before.from) / simulatedRate).toBeGreaterThan(
          (last - before.atMs) / 1000 - 0.1,
        );
        const keys = end.overheard.renders
          .filter(({ track, beganMs }) => track === "long" && beganMs > 7990 && beganMs < 9500)
          .map(({ key }) => key);
        expect(new Set(keys).size).toBeLessThanOrEqual(2);
        const measured = end.overheard.measures.filter((ms) => ms > 7990 && ms < 9500);
        // the first, the last, and one more where the worker was stopped for so long that it seemed to be
        expect(measured.length).toBeLessThanOrEqual(3);
      },
      { other: "odd", alter: unwarmed },
    );
  });

  it("INTENT-12: the fault of an older intention comes after a newer one succeeded, and changes nothing", () => {
    const failLate: Alter = {
      host: (ports) => ({
        ...ports,
        decode: (request, emit) => {
          if (!request.path.includes("odd")) return ports.decode(request, emit);
          const failed = {
            type: "failed",
            fault: fault("file-unreadable", "it is broken"),
          } as const;
          const timer = ports.clock.setTimeout(() => emit(failed), 300);
          return () => ports.clock.clearTimeout(timer);
        },
      }),
      // everything comes late, in its order, so that what is held is heard before it
      worker: (ports) => ({
        ...ports,
        connect: (request, emit) => {
          const line: SocketReport[] = [];
          return ports.connect(request, (report) => {
            line.push(report);
            ports.clock.setTimeout(() => emit(line.shift()!), 250);
          });
        },
      }),
    };
    let late = 0;
    for (const gapMs of [320, 340, 360])
      live(
        [
          [150, enhance(false)],
          [200, choose("long")],
          [2000, choose("odd")],
          [2000 + gapMs, choose("long")],
          [30_000, pause],
        ],
        [],
        (end) => {
          expect(heardSince(end, 0, "track")).toEqual(["long"]);
          const { told, mixer, views } = end.overheard;
          const { view } = views.findLast(({ player }) => player === 0)!;
          expect([view.fault, view.transport, view.track?.id]).toEqual([null, "paused", "long"]);
          expectAt(end, "long", 27, 28);
          expect(views.filter((each) => each.player === 0 && each.view.fault)).toEqual([]);
          const committed = mixer.find(
            ({ player, atMs, report }) =>
              player === 0 && atMs > 2000 + gapMs && report.type === "lane/committed",
          )!;
          if (
            told.some(
              ({ player, atMs, message }) =>
                player === 0 &&
                atMs > committed.atMs &&
                message.type === "rendition" &&
                message.status === "failed",
            )
          )
            late++;
        },
        { seeds: [100], alter: failLate },
      );
    expect(late, "faults that came late").toBeGreaterThan(0);
  });
});
