/** Races of what is analysed while nobody plays. The title of a test begins with the id in docs/races.md. */
import { describe, expect, it } from "./storybook.ts";
import type { HostPorts } from "#engine/actors/hostApi.ts";
import { contentOfSource } from "../ports/simulatedDecode.ts";
import { after, choose, enhance, heardSince, live, pause, play, seek } from "./live.ts";
import type { Alter } from "./overheard.ts";

/** What was decoded and analysed, and for whom. */
class Analyses {
  readonly decoded: { readonly track: string; readonly isSpare: boolean; readonly atMs: number }[] =
    [];
  readonly analysed: { readonly track: string; readonly atMs: number }[] = [];
  readonly alter: Alter = {
    host: (ports: HostPorts): HostPorts => ({
      ...ports,
      decode: (request, emit) => {
        const track = /([a-z]+)\.wav$/.exec(request.path)![1]!;
        const atMs = ports.clock.now();
        this.decoded.push({ track, isSpare: request.isSpare === true, atMs });
        return ports.decode(request, emit);
      },
      engine: {
        ...ports.engine,
        analyse: (request, emit) =>
          ports.engine.analyse(request, (report) => {
            const { id } = contentOfSource(request.source.sourceId).track;
            if (report.type === "done") this.analysed.push({ track: id, atMs: ports.clock.now() });
            emit(report);
          }),
      },
    }),
  };

  /** Decodes for nobody that began within a span of time. */
  spare(fromMs: number, untilMs: number): readonly string[] {
    return this.decoded
      .filter(({ isSpare, atMs }) => isSpare && atMs >= fromMs && atMs < untilMs)
      .map(({ track }) => track);
  }
}

const climate = { isSurveyed: true };
const others = [{ atMs: 150, player: 1, deed: pause }];

/** Every story is lived by new ears: it runs under several seeds. */
function liveHeard(
  story: Parameters<typeof live>[0],
  check: (analyses: Analyses, end: Parameters<NonNullable<Parameters<typeof live>[2]>>[0]) => void,
  seeds: readonly number[] = [100, 101, 102],
): void {
  for (const seed of seeds) {
    const analyses = new Analyses();
    const { alter } = analyses;
    const setting = { alter, climate, others, seeds: [seed] };
    live(story, [], (end) => check(analyses, end), setting);
  }
}

describe("races of what is analysed while nobody plays", () => {
  it("CACHE-14: a player comes amid the survey: it is given up, goes on in his pause, and ends when all is known", () => {
    liveHeard(
      [
        [1200, choose("long")],
        [20_000, pause],
      ],
      (analyses, end) => {
        const { spare, analysed } = {
          spare: analyses.spare(0, 1200),
          analysed: analyses.analysed,
        };
        expect(spare.length, "it had begun").toBeGreaterThan(0);
        expect(analyses.spare(3000, 20_000), "nothing while he plays").toEqual([]);
        expect(heardSince(end, 0, "track")).toEqual(["long"]);
        const tracks = analysed.map(({ track }) => track);
        expect(tracks.toSorted(), "each once").toEqual(
          ["long", "exact", "odd", "foreign", "short", "tiny"].toSorted(),
        );
      },
    );
  });

  it("CACHE-15: the track that is being surveyed is the one that is clicked: it is decoded and analysed once", () => {
    for (const atMs of [0, 2, 8, 30])
      liveHeard(
        [
          [after("host.decode.block", 1, atMs), choose("long")],
          [4000, enhance(false)],
          [6000, enhance(true)],
          [9000, seek(30)],
          [15_000, pause],
        ],
        (analyses) => {
          const long = analyses.analysed.filter(({ track }) => track === "long");
          expect(long).toHaveLength(1);
        },
        [100],
      );
  });

  it("CACHE-16: pauses shorter than the survey is patient, and longer ones: it begins and gives up, and analyses nothing twice", () => {
    liveHeard(
      [
        [400, choose("exact")],
        [3000, pause],
        [3200, play],
        [4000, pause],
        [4400, play],
        [5000, pause],
        [6000, play],
        [9000, pause],
      ],
      (analyses) => {
        expect(analyses.spare(3000, 3300), "a moment is no pause").toEqual([]);
        const tracks = analyses.analysed.map(({ track }) => track);
        expect(new Set(tracks).size).toBe(tracks.length);
        expect(tracks).toHaveLength(6);
      },
    );
  });
});
