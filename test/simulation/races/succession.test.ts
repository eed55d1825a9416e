/** What follows without a click: the next track behind the last frame of the one before. */
import { describe, expect, it } from "./storybook.ts";
import { quantumFrames } from "../ports/simulatedOutput.ts";
import { simulatedRate, trackById } from "../ports/tracks.ts";
import type { Command, Deed } from "../scenario.ts";
import {
  choose,
  crossfade,
  enhance,
  heardBy,
  heardSince,
  live,
  next,
  noteMs,
  once,
  pause,
  play,
  preset,
  seek,
  silenceBehind,
  unwarmed,
} from "./live.ts";

describe("what follows without a click", () => {
  it("begins at the frame behind the last one, track after track, enhanced as well", () => {
    for (const variant of [true, false])
      live(
        [
          [100, enhance(variant)],
          [200, choose("odd")],
          [9000, seek(30)],
          [60_000, pause],
        ],
        [],
        (end) => {
          expect(heardSince(end, 0, "track").slice(0, 3)).toEqual(["odd", "foreign", "short"]);
          expect(silenceBehind(end, "odd")).toBeLessThan(noteMs);
        },
      );
  });

  it("waits for the end of a pause, and follows then", () => {
    live(
      [
        [200, choose("exact")],
        [4000, seek(18)],
        [5900, pause],
        [15_000, play],
        [20_000, pause],
      ],
      [],
      (end) => {
        expect(heardSince(end, 0, "track")).toEqual(["exact", "odd"]);
        expect(silenceBehind(end, "exact")).toBeLessThan(noteMs);
      },
    );
  });

  it("INTENT-10: a click just before, at and just behind that frame counts, and nothing is skipped", () => {
    const clicks: readonly Deed[] = [next, seek(4), enhance(false), preset("warm")];
    for (const deed of clicks)
      for (const beforeMs of [12, 0, -5])
        live(
          [
            [200, choose("exact")],
            [4000, seek(10)],
            [8000, seek(18)],
            // the seek is answered at once: two seconds are left
            [10_000 - beforeMs, deed],
            [13_000, pause],
          ],
          [],
          (end) => {
            const tracks = heardSince(end, 7500, "track");
            const isOfNeither = !["exact", "odd", deed === next ? "foreign" : ""].includes(
              tracks.at(-1)!,
            );
            expect(isOfNeither, tracks.join()).toBe(false);
            // each track once, in the order of the list, or back to the one that was sought in
            expect(tracks.length).toBeLessThanOrEqual(3);
            if (deed !== next && deed.type !== "seek") expect(tracks).toEqual(["exact", "odd"]);
          },
          { seeds: once },
        );
  });

  it("is analysed behind what another listener means, and follows all the same", () => {
    const others: Command[] = [
      { atMs: 150, player: 1, deed: choose("exact") },
      { atMs: 8000, player: 1, deed: seek(12) },
    ];
    live(
      [
        [6000, enhance(true)],
        // what follows there is just being analysed
        [8800, choose("foreign")],
      ],
      [],
      (end) => {
        const meant = heardBy(end).find(({ variant }) => variant !== "original")!;
        expect(meant.track).toBe("foreign");
        expect(meant.atMs).toBeLessThan(13_300);
        const runs = heardBy(end, 1);
        const next = runs.findIndex(({ track }) => track === "odd");
        const { atMs, from, until } = runs[next - 1]!;
        expect(runs[next]!.atMs - atMs - ((until - from) * 1000) / simulatedRate).toBeLessThan(
          noteMs,
        );
      },
      { others, alter: unwarmed, climate: { analysisMs: 4000 } },
    );
  });

  it("is nobody's to send away once it is heard", () => {
    const others: Command[] = [
      { atMs: 150, player: 1, deed: choose("exact") },
      { atMs: 8000, player: 1, deed: seek(17) },
    ];
    live(
      [
        [6000, enhance(true)],
        // it has begun two tenths of a second ago, and is still being analysed
        [11_200, choose("foreign")],
      ],
      [],
      (end) => {
        const enhanced = heardBy(end, 1).find(
          ({ track, variant }) => track === "odd" && variant !== "original",
        )!;
        // its loudness is measured behind the other's analysis; had it been sent away, all of it would have come behind that
        expect(enhanced.atMs).toBeLessThan(18_500);
      },
      { others, alter: unwarmed, climate: { analysisMs: 6000 }, seeds: once },
    );
  });

  it("comes up before the end with equal power, where a crossfade was chosen, in either variant", () => {
    for (const variant of [true, false])
      live(
        [
          [50, crossfade(3)],
          [100, enhance(variant)],
          [200, choose("exact")],
          [9000, seek(12)],
          [40_000, pause],
        ],
        [],
        (end) => {
          const runs = heardBy(end).filter(({ atMs }) => atMs > 9000);
          const [last, following] = [runs[0]!, runs[1]!];
          expect([last.track, following.track]).toEqual(["exact", "odd"]);
          expect(last.variant === "original").toBe(!variant);
          // the judge has held every sample between them against the two
          const crossed = trackById("exact").frames - last.until;
          expect(crossed).toBeGreaterThan(3 * simulatedRate - 2 * quantumFrames);
          expect(crossed).toBeLessThanOrEqual(3 * simulatedRate);
          expect(following.from).toBe(crossed);
        },
      );
  });

  it("comes up no earlier than half of the shorter of the two leaves room for", () => {
    live(
      [
        [50, crossfade(3)],
        [100, enhance(false)],
        [200, choose("short")],
        [30_000, pause],
      ],
      [],
      (end) => {
        const { frames } = trackById("tiny");
        const following = heardBy(end).find(({ track }) => track === "tiny")!;
        expect(following.from).toBeLessThanOrEqual(frames / 2);
        expect(following.from).toBeGreaterThan(frames / 2 - 2 * quantumFrames);
        expect(following.until).toBe(frames);
      },
      { seeds: once, other: "long" },
    );
  });

  it("is never faded into between the tracks of one album, whatever was chosen", () => {
    live(
      [
        [50, crossfade(3)],
        [100, enhance(false)],
        [200, choose("exact")],
        [9000, seek(12)],
        [40_000, pause],
      ],
      [],
      (end) => {
        expect(heardSince(end, 9000, "track").slice(0, 2)).toEqual(["exact", "odd"]);
        expect(silenceBehind(end, "exact")).toBeLessThan(noteMs);
      },
      { climate: { isTagged: true } },
    );
  });

  it("INTENT-9: Next, a seek or a pause amid a crossfade of seconds", () => {
    for (const [amid, then] of [
      [next, "foreign"],
      [seek(20), "odd"],
      [pause, "odd"],
    ] as const)
      live(
        [
          [50, crossfade(3)],
          [100, enhance(false)],
          [200, choose("exact")],
          [9000, seek(12)],
          [15_500, amid],
          [19_000, play],
          [24_000, pause],
        ],
        [],
        (end) => expect(heardSince(end, 15_500, "track")[0]).toBe(then),
        { seeds: once },
      );
  });
});
