/** Races of what is made ahead, before anybody asks for it. The title of a test begins with the id in
 *  docs/races.md. */
import { describe, expect, it } from "./storybook.ts";
import type { Cancel } from "#engine/ports/port.ts";
import { contentOfSource } from "../ports/simulatedDecode.ts";
import { choose, enhance, live, next, once, pause, play, seek } from "./live.ts";
import type { Alter } from "./overheard.ts";

describe("races of what is made ahead", () => {
  it("CACHE-1, CACHE-2, CACHE-3: two listeners of one track; what is made ahead for one becomes urgent for the other", () => {
    live(
      [
        [200, choose("exact")],
        [4000, seek(12)],
        [7000, enhance(false)],
        [9000, seek(2)],
        [13_000, pause],
      ],
      [],
      (end) => {
        // the whole track is made once, on whichever side: a seek and a switch find it there
        const jobs = end.overheard.renders.filter(({ track }) => track === "exact");
        const done = jobs
          .filter(({ end: how }) => how === "done")
          .map(({ key, segment }) => `${key}/${segment}`);
        const enhanced = jobs.filter(({ isOriginal }) => !isOriginal);
        expect(new Set(enhanced.map(({ segment }) => segment)).size).toBe(10);
        const kept = done.filter((id) => enhanced.some(({ key }) => id.startsWith(key)));
        expect(new Set(kept).size).toBe(kept.length);
        // what gave way, or was asked for by one who left, is a small part of it
        const vain = jobs.filter(({ end: how }) => how === "cancelled").length;
        expect(vain / jobs.length).toBeLessThan(0.1);
      },
      {
        others: [
          { atMs: 300, player: 1, deed: choose("exact") },
          { atMs: 4500, player: 1, deed: seek(8) },
          { atMs: 12_000, player: 1, deed: pause },
        ],
      },
    );
  });

  it("CACHE-3: after a pause nothing is made ahead; at play it goes on, and at a click on Next the first segments are there", () => {
    live(
      [
        [200, choose("exact")],
        [1500, pause],
        [12_000, play],
        [15_000, next],
        [24_000, pause],
      ],
      [],
      ({ overheard }) => {
        const { renders, commands } = overheard;
        const between = renders.filter(({ beganMs }) => beganMs > 4000 && beganMs < 11_900);
        expect(between).toEqual([]);
        const nextMs = commands.find(({ name }) => name === "next")!.atMs;
        const ahead = renders.filter(
          ({ track, beganMs, isOriginal }) => track === "odd" && !isOriginal && beganMs < nextMs,
        );
        expect(ahead.map(({ segment }) => segment).toSorted((a, b) => a - b)).toEqual([0, 1]);
        expect(ahead.every(({ end }) => end === "done")).toBe(true);
      },
      { others: [{ atMs: 150, player: 1, deed: pause }], seeds: once },
    );
  });

  it("CACHE-2: the track that was to follow is no longer analysed when the listener has paused", () => {
    const begun = new Map<string, number>();
    const givenUp = new Map<string, number>();
    const slow: Alter = {
      host: (ports) => ({
        ...ports,
        engine: {
          ...ports.engine,
          analyse: ({ source, total }, emit) => {
            const { id } = contentOfSource(source.sourceId).track;
            const { clock } = ports;
            begun.set(id, clock.now());
            let cancel: Cancel | undefined;
            const analyse = (): void => {
              cancel = ports.engine.analyse({ source, total }, emit);
            };
            // the first is there at once
            const timer = clock.setTimeout(analyse, begun.size > 1 ? 3000 : 0);
            return () => {
              givenUp.set(id, clock.now());
              clock.clearTimeout(timer);
              cancel?.();
            };
          },
        },
      }),
    };
    live(
      [
        [200, choose("exact")],
        [2000, pause],
      ],
      [],
      () => {
        expect(begun.get("odd"), "it was begun").toBeLessThan(2000);
        expect(givenUp.get("odd")).toBeLessThan(2100);
      },
      { others: [{ atMs: 150, player: 1, deed: pause }], alter: slow, seeds: once },
    );
  });
});
