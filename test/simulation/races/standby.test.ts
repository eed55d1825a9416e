/** The other side of A/B is held around the playhead: a toggle is one commit and a fade, and what is meant never
 *  waits for it. */
import { addSpan, type Span } from "#engine/machines/frameRanges.ts";
import type { Want } from "#engine/protocol/clientMessages.ts";
import { defaultLaneMixerConfig } from "#engine/audio/laneMixer.ts";
import { quantumFrames } from "../ports/simulatedOutput.ts";
import { simulatedRate, trackById } from "../ports/tracks.ts";
import type { Fault } from "../scenario.ts";
import {
  after,
  choose,
  enhance,
  heardBy,
  heardSince,
  live,
  once,
  oneSided,
  pause,
  play,
  seek,
  timesOf,
  type Ending,
  type Story,
} from "./live.ts";
import type { Alter } from "./overheard.ts";
import { describe, expect, it } from "./storybook.ts";

/** one device callback and one fade, ms; the port of the mixer takes up to 3 */
const commitMs = (quantumFrames / simulatedRate + defaultLaneMixerConfig.fadeSeconds) * 1000 + 3;

const toggles: Story = [
  [200, choose("long")],
  [20_000, enhance(false)],
  [23_000, enhance(true)],
  [26_100, enhance(false)],
  [30_000, pause],
];

/** Notes when the page worker of player 0 posted its commits. */
function commitsOf(posted: number[], more: Alter = {}): Alter {
  return {
    ...more,
    worker: (ports, player) => ({
      ...ports,
      openMixer: (handed) => {
        const port = ports.openMixer(handed);
        return {
          ...port,
          post: (message, transfer) => {
            const { type } = message as { readonly type: string };
            if (player === 0 && type === "lane/commit") posted.push(ports.clock.now());
            port.post(message, transfer);
          },
        };
      },
    }),
  };
}

/** Of every toggle of player 0: ms from the click to the commit's posting, and from there to sound. */
function tookMs(end: Ending, posted: readonly number[]) {
  const heard = heardBy(end);
  return timesOf(end, "enhance").map((clickedMs) => {
    const postedMs = posted.find((ms) => ms >= clickedMs)!;
    const { atMs } = heard.find((run) => run.atMs >= postedMs)!;
    return { toPost: postedMs - clickedMs, toSound: atMs - postedMs };
  });
}

/** Every demand of player 0, and what of it is of the side that is not meant: bulk, and urgent. */
function demandsOf({ overheard }: Ending) {
  return overheard.demands.flatMap(({ player, atMs, demand: { head, wants, playing } }) => {
    if (player !== 0 || !head) return [];
    const isMeant = ({ track, variant }: Want): boolean =>
      track !== head.track || variant === head.variant;
    const asked = wants.filter(({ from, until }) => from < until);
    const notMeant = asked.filter((want) => !isMeant(want));
    const other = notMeant.filter(({ lane }) => lane === "bulk");
    const urgent = notMeant.filter(({ lane }) => lane === "urgent");
    return [
      {
        atMs,
        frame: head.frame,
        playing,
        other,
        urgent,
        asked,
        lastMeant: asked.findLastIndex(isMeant),
      },
    ];
  });
}

describe("the other side stands by", () => {
  it("INTENT-14: a toggle with both sides held is heard one callback and one fade after its commit is posted", () => {
    const posted: number[] = [];
    const alter = commitsOf(posted);
    const check = (end: Ending): void => {
      for (const { toSound } of tookMs(end, posted)) expect(toSound).toBeLessThan(commitMs);
      expect(heardSince(end, 19_000, "variant")).toEqual(["original", "adaptive@80", "original"]);
      posted.length = 0;
    };
    live(toggles, [], check, { alter });
    // the page worker posts it: the page itself may be busy from the click on
    const blocked = [0, 1, 2].map((nth): Fault => {
      return { type: "blockPage", ...after("command.enhance", nth, 0.01), player: 0, forMs: 2500 };
    });
    live(toggles, blocked, check, { alter, others: [] });
  });

  it("INTENT-14: it needs no host; where the other side is not held, the toggle waits for one", () => {
    const silence: Fault = { type: "halfOpen", atMs: 19_500, player: 0 };
    for (const [alter, isHeld] of [
      [oneSided, false],
      [{}, true],
    ] as const) {
      const posted: number[] = [];
      live(
        [...toggles.slice(0, 2), [30_000, pause]],
        [silence],
        (end) => {
          const [toggled] = tookMs(end, posted);
          expect(toggled!.toPost < 200).toBe(isHeld);
        },
        { alter: commitsOf(posted, alter), seeds: once },
      );
    }
  });

  it("INTENT-15: a seek while the other side is being fetched: nothing of it goes before what is meant", () => {
    live(
      [
        [200, choose("long")],
        [6000, seek(30)],
        [6400, seek(10)],
        // hardly anything of it is there when the pause comes
        [13_950, seek(45)],
        [14_000, pause],
        [24_000, play],
        [30_000, pause],
      ],
      [],
      (end) => {
        const all = demandsOf(end);
        const filling = all.filter(({ other }) => other.length > 0);
        expect(filling.length, "demands for the other side").toBeGreaterThan(10);
        for (const { asked, other, lastMeant } of filling)
          expect(lastMeant).toBeLessThan(asked.indexOf(other[0]!));
        const sought = [30, 10].map((seconds) => seconds * simulatedRate);
        expect(all.filter(({ frame }) => sought.includes(frame)).length).toBeGreaterThan(1);
        expect(filling.filter(({ frame }) => sought.includes(frame))).toEqual([]);
        const late = all.filter(({ atMs }) => atMs > 5000);
        expect(late.filter(({ urgent }) => urgent.length > 0)).toEqual([]);
        // nobody could hear a toggle
        expect(filling.filter(({ playing }) => !playing)).toEqual([]);
      },
    );
  });

  it("costs as much again on the wire, or nothing", () => {
    for (const [alter, most] of [
      [oneSided, 1.05],
      [{}, 2.1],
    ] as const)
      live(
        [
          [100, enhance(false)],
          [200, choose("long")],
          [61_000, pause],
        ],
        [],
        ({ overheard }) => {
          const mine = overheard.slices.filter(
            ({ player, says }) => player === 0 && says?.track === "long",
          );
          const sent = mine.reduce((sum, { frames }) => sum + frames, 0);
          const { frames } = trackById("long");
          expect(sent / frames).toBeLessThanOrEqual(most);
          expect(sent / frames).toBeGreaterThan(most - 0.15);
        },
        { alter, seeds: once },
      );
  });

  it("SEEK-8: what a seek back leaves ahead of the playhead is not given away for the other side", () => {
    live(
      [
        [100, enhance(false)],
        [200, choose("long")],
        [20_000, seek(15.9)],
        [40_000, pause],
      ],
      [],
      ({ overheard }) => {
        const mine = overheard.slices.filter(
          ({ player, says }) => player === 0 && says?.variant === "original",
        );
        const sent = mine.reduce((sum, { frames }) => sum + frames, 0);
        const distinct = mine.reduce(
          (all, { start, until }) => addSpan(all, { from: start, until }),
          [] as readonly Span[],
        );
        expect(sent).toBe(distinct.reduce((sum, { from, until }) => sum + until - from, 0));
        const other = overheard.slices.filter(
          ({ player, says }) => player === 0 && says?.variant !== "original",
        );
        expect(other.length, "slices of the other side").toBeGreaterThan(5);
      },
      // so small that both do not fit, and slices so small that none stands over much
      { alter: { workerConfig: { windowBytes: 38_000 } }, climate: { sliceBytes: 700 } },
    );
  });

  it("CACHE-8: where both sides hardly fit, what has come stays: who plays on is sent nothing twice", () => {
    for (const windowBytes of [30_000, 36_200])
      live([[200, choose("long")]], [], undefined, {
        seeds: once,
        other: "tiny",
        climate: { windowBytes, sliceBytes: 700 },
      });
  });

  it("loses nothing of the side that was heard, as long as there is room for it", () => {
    live(toggles, [], ({ overheard }) => expect(overheard.fetchedTwice(0)).toBe(0), {
      alter: { workerConfig: { windowBytes: 120_000 } },
    });
  });
});
