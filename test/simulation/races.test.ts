/** Races that once shipped in some player, as scenarios of their own: the title begins with the id of
 *  the catalogue. Each runs under several seeds, so that the same clicks meet different interleavings;
 *  the judge holds every frame against what may sound, the test adds what must have happened. */
import { describe, expect, it } from "vitest";
import { simulatedVariants } from "./judge/variantNumbers.ts";
import { framesAt, simulatedRate, trackById } from "./ports/tracks.ts";
import type { Command, Deed, Fault } from "./scenario.ts";
import { Simulation } from "./simulation.ts";
import { withSealedGlobals } from "./world/sealedGlobals.ts";

const seeds = Array.from({ length: 4 }, (_, i) => 100 + i);

type Story = readonly (readonly [atMs: number, deed: Deed])[];

/** Player 0 lives the story; player 1 listens to another track meanwhile, undisturbed. */
function live(story: Story, faults: readonly Fault[], check: (end: Simulation) => void): void {
  const commands: Command[] = story.map(([atMs, deed]) => ({ atMs, player: 0, deed }));
  commands.push({ atMs: 150, player: 1, deed: { type: "choose", track: "long" } });
  for (const seed of seeds) {
    const simulation = new Simulation({ seed, commands, faults }, {});
    const outcome = withSealedGlobals(
      () => simulation.run(),
      ({ what }) => simulation.docket.accuse("escape", what),
    );
    expect(outcome.violation, `seed ${seed}`).toBeNull();
    check(simulation);
  }
}

const choose = (track: string): Deed => ({ type: "choose", track });
const seek = (seconds: number): Deed => ({ type: "seek", seconds });
const enhance = (on: boolean): Deed => ({ type: "enhance", on });
const pause: Deed = { type: "pause" };
const play: Deed = { type: "play" };
const next: Deed = { type: "next" };

/** What player 0 heard last. */
function voiceOf({ players }: Simulation) {
  const { voice } = players[0]!.ear;
  if (!voice) throw new Error("nothing was heard");
  return voice;
}

/** Where player 0 was when it fell silent. @param low seconds @param high seconds */
function expectAt(end: Simulation, track: string, low: number, high: number): void {
  const voice = voiceOf(end);
  expect(voice.track).toBe(trackById(track).number);
  expect(voice.frame / simulatedRate).toBeGreaterThanOrEqual(low);
  expect(voice.frame / simulatedRate).toBeLessThanOrEqual(high);
}

describe("races of seeking", () => {
  it("SEEK-5: a seek while paused stays silent, and play begins there", () => {
    live(
      [
        [200, choose("long")],
        [4000, pause],
        [5000, seek(30)],
        [15_000, play],
        [25_000, pause],
      ],
      [],
      (end) => expectAt(end, "long", 40, 40.1),
    );
  });

  it("SEEK-6: of fifty seeks in one second only the last is heard", () => {
    const story: [number, Deed][] = [[200, choose("long")]];
    for (let i = 0; i < 50; i++) story.push([3000 + 20 * i, seek((i * 17) % 50)]);
    story.push([4000, seek(10.5)], [14_000, pause]);
    live(story, [], (end) => expectAt(end, "long", 20, 20.6));
  });

  it("SEEK-7: a seek before the first slice ever arrived begins at its target", () => {
    live(
      [
        [200, choose("odd")],
        [202, seek(20)],
      ],
      [],
      (end) => {
        const total = framesAt(trackById("odd"), simulatedRate);
        // so much was heard of it, and the next tracks after it
        expect(end.players[0]!.ear.heardFrames).toBeGreaterThan(total - 20 * simulatedRate - 40);
      },
    );
  });

  it("SEEK-11: a seek to the end and beyond plays out and goes on with the next track", () => {
    live(
      [
        [200, choose("exact")],
        [5000, seek(20)],
        [12_000, seek(1e9)],
      ],
      [],
      (end) => expect(voiceOf(end).track).not.toBe(trackById("exact").number),
    );
  });
});

describe("races of intentions", () => {
  it("INTENT-1: enhance off, on, off within 300 ms: the last is heard, never silence", () => {
    live(
      [
        [200, choose("long")],
        [20_000, enhance(false)],
        [20_120, enhance(true)],
        [20_260, enhance(false)],
      ],
      [],
      (end) => expect(voiceOf(end).variant).toBe(0),
    );
  });

  it("INTENT-3 and INTENT-4: seek and switch in either order, before one of them was committed", () => {
    live(
      [
        [200, choose("long")],
        [15_000, seek(40)],
        [15_004, { type: "preset", preset: "warm" }],
        [25_000, { type: "preset", preset: "bright" }],
        [25_003, seek(2)],
        [35_000, pause],
      ],
      [],
      (end) => {
        expectAt(end, "long", 11, 12.1);
        expect(simulatedVariants[voiceOf(end).variant]).toBe("bright@80");
      },
    );
  });

  it("INTENT-6: pause, play, pause faster than anything settles ends paused", () => {
    const story: [number, Deed][] = [[200, choose("long")]];
    for (let i = 0; i < 21; i++) story.push([6000 + 9 * i, i % 2 ? play : pause]);
    live(story, [], (end) => {
      expect(end.players[0]!.listener.isPlaying).toBe(false);
      expect(end.players[0]!.ear.soundMs).toBeLessThan(6000 + 21 * 9 + 100);
    });
  });

  it("INTENT-8: next, next, next lands on the third", () => {
    live(
      [
        [200, choose("long")],
        [3000, next],
        [3030, next],
        [3060, next],
        [4000, pause],
      ],
      [],
      (end) => expect(voiceOf(end).track).toBe(trackById("foreign").number),
    );
  });

  it("INTENT-10: next at the instant at which a track ends skips no track twice", () => {
    const endMs = 1000 + (trackById("short").frames / simulatedRate) * 1000;
    for (const early of [-60, -20, 0, 20, 60])
      live(
        [
          [200, choose("short")],
          [endMs + early - 700, next],
        ],
        [],
        (end) => expect(voiceOf(end).track).toBe(trackById("tiny").number),
      );
  });
});

describe("races of output and link", () => {
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

  it("LINK-1: the socket is cut again and again; playback goes on from what is held", () => {
    const faults = Array.from({ length: 8 }, (_, i): Fault => {
      return { type: "cut", atMs: 4000 + i * 2311, player: 0 };
    });
    live([[200, choose("long")]], faults, (end) =>
      expect(end.players[0]!.ear.heardFrames).toBeGreaterThan(50 * simulatedRate),
    );
  });

  it("LINK-2: the host restarts in mid-track with a new epoch; the same frames go on", () => {
    const faults: Fault[] = [{ type: "restart", atMs: 8000, downMs: 3000 }];
    live([[200, choose("long")]], faults, (end) => {
      const { frame } = voiceOf(end);
      expect(frame).toBeGreaterThan(40 * simulatedRate);
      expect(end.players[0]!.ear.heardFrames).toBeGreaterThan(frame - 60);
    });
  });

  it("LINK-5: a half-open socket is noticed; playback goes on", () => {
    const faults: Fault[] = [{ type: "halfOpen", atMs: 6000, player: 0 }];
    live(
      [
        [200, choose("long")],
        [20_000, seek(40)],
        [28_000, pause],
      ],
      faults,
      (end) => expectAt(end, "long", 44, 48.1),
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
      (end) => expectAt(end, "long", 43, 52.4),
    );
  });

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
