import { beforeEach, describe, expect, it } from "vitest";
import { LaneMixer } from "#engine/audio/laneMixer.ts";
import type { MixerFeed, MixerReport } from "#engine/protocol/mixerMessages.ts";

const rate = 1000;
const quantum = 10;
const fade = 20; // frames

/** A run whose left sample is its frame, and whose right one is the lane's mark. */
function run(start: number, frames: number, mark: number): Int16Array {
  const samples = new Int16Array(frames * 2);
  for (let i = 0; i < frames; i++) {
    samples[2 * i] = start + i;
    samples[2 * i + 1] = mark;
  }
  return samples;
}

let mixer: LaneMixer;
let reports: MixerReport[];
let left: number[];
let right: number[];

beforeEach(() => {
  reports = [];
  left = [];
  right = [];
  mixer = new LaneMixer(
    { rate, fadeSeconds: fade / rate, refillSeconds: 0.1, reportSeconds: 0.05 },
    (report) => reports.push(report),
  );
});

function pull(frames: number): void {
  for (let done = 0; done < frames; done += quantum) {
    const output = [new Float32Array(quantum), new Float32Array(quantum)];
    mixer.process(output, quantum);
    left.push(...[...output[0]!].map((x) => x * 32768));
    right.push(...[...output[1]!].map((x) => x * 32768));
  }
}

function open(generation: number, start: number, mark: number, options: Partial<Opening> = {}) {
  const { frames = 1000, alignTo = null, gain = 1, end } = options;
  mixer.control({ type: "mixer/intend", generation });
  const lane = { start, alignTo, standsIn: false, after: null, crossfade: 0, channels: 2, gain };
  mixer.feed({ type: "lane/open", generation, ...lane } as MixerFeed);
  if (end !== undefined) mixer.feed({ type: "lane/end", generation, end } as MixerFeed);
  more(generation, start, frames, mark);
}
/** A run for a lane that is open. */
function more(generation: number, start: number, frames: number, mark: number): void {
  const samples = run(start, frames, mark);
  mixer.feed({ type: "lane/feed", generation, start, frames, samples } as MixerFeed);
}
type Opening = { frames: number; alignTo: number | null; gain: number; end: number };
const commit = (generation: number) => mixer.feed({ type: "lane/commit", generation } as MixerFeed);
const play = (hold = false) => mixer.control({ type: "mixer/transport", playing: true, hold });
const pause = () => mixer.control({ type: "mixer/transport", playing: false, hold: false });
const committed = () => reports.filter(({ type }) => type === "lane/committed");

describe("a seek to where the music is", () => {
  it("is no louder for it: both lanes play the same frames", () => {
    play();
    open(1, 0, 7);
    commit(1);
    pull(50);
    open(2, 50, 7);
    commit(2);
    pull(50);
    for (const sample of right) expect(sample).toBeCloseTo(7, 3);
    left.forEach((sample, frame) => expect(sample).toBeCloseTo(frame, 2));
  });
});

describe("a lane that begins", () => {
  it("sounds from the track's very first frame, to the bit, when it starts there", () => {
    play();
    open(1, 0, 7);
    commit(1);
    pull(100);
    expect(left).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(new Set(right)).toEqual(new Set([7]));
  });

  it("is faded in when it starts in the middle, and every frame is in its place", () => {
    play();
    open(1, 300, 7);
    commit(1);
    pull(100);
    expect(left[0]).toBeCloseTo(300 / fade, 3);
    expect(left.slice(fade)).toEqual(Array.from({ length: 80 }, (_, i) => 300 + fade + i));
  });

  it("stays silent while paused and begins at the same frame on play", () => {
    open(1, 0, 7);
    commit(1);
    pull(50);
    expect(left.every((x) => x === 0)).toBe(true);
    play();
    pull(100);
    expect(left.slice(50 + fade)).toEqual(Array.from({ length: 80 }, (_, i) => fade + i));
  });
});

describe("a commit", () => {
  it("of a superseded generation is refused", () => {
    play();
    open(1, 0, 1);
    commit(1);
    pull(100);
    open(2, 500, 2);
    mixer.control({ type: "mixer/intend", generation: 3 });
    commit(2);
    pull(100);
    expect(new Set(right)).toEqual(new Set([1]));
    expect(committed()).toHaveLength(1);
  });

  it("is honoured once, though it is said twice", () => {
    play();
    open(1, 0, 1);
    commit(1);
    commit(1);
    pull(50);
    commit(1);
    pull(50);
    expect(committed()).toHaveLength(1);
    expect(left).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  it("in place goes on at the frame after the last one, at equal gain", () => {
    play();
    open(1, 0, 1000);
    commit(1);
    pull(100);
    open(2, 60, 2000, { alignTo: 1 });
    commit(2);
    pull(100);
    // both lanes spell the same frame: an equal-gain crossfade leaves it alone
    left.forEach((sample, at) => expect(sample).toBeCloseTo(at, 2));
    expect(right.slice(100 + fade).every((mark) => mark === 2000)).toBe(true);
    for (let at = 100; at < 100 + fade; at++)
      expect(right[at]).toBeCloseTo(1000 + (1000 * (at - 99)) / (fade + 1), 1);
  });

  it("in place waits until the new lane has caught up with the old one", () => {
    play();
    open(1, 0, 1);
    commit(1);
    pull(200);
    open(2, 0, 2, { alignTo: 1, frames: 150 });
    commit(2);
    pull(50);
    expect(new Set(right)).toEqual(new Set([1]));
    more(2, 150, 400, 2);
    pull(50);
    expect(right.at(-1)).toBe(2);
    expect(left.at(-1)).toBe(299);
  });

  it("in place passes over what came too late for it, though what comes next begins behind a gap", () => {
    play();
    open(1, 0, 1);
    commit(1);
    pull(200);
    open(2, 0, 2, { alignTo: 1, frames: 150 });
    more(2, 180, 400, 2);
    commit(2);
    pull(100);
    expect(right.at(-1)).toBe(2);
    expect(left.at(-1)).toBe(299);
  });

  it("begins at its own frame when the lane it should follow does not sound any more", () => {
    play();
    open(1, 0, 1);
    commit(1);
    pull(50);
    open(3, 700, 3, { alignTo: 2 });
    commit(3);
    pull(50);
    expect(left.at(-1)).toBe(749);
  });

  it("while paused swaps silently", () => {
    play();
    open(1, 0, 30_000);
    commit(1);
    pull(50);
    pause();
    pull(50);
    left = [];
    right = [];
    open(2, 500, 2);
    commit(2);
    pull(50);
    expect(left.every((x) => x === 0)).toBe(true);
    play();
    pull(50);
    expect(left.at(-1)).toBe(549);
    expect(Math.max(...right)).toBeLessThanOrEqual(2);
  });
});

describe("pause", () => {
  it("is silent within one fade and resumes where it stopped, each frame consumed once", () => {
    play();
    open(1, 0, 1);
    commit(1);
    pull(100);
    pause();
    pull(100);
    expect(left.slice(100 + fade).every((x) => x === 0)).toBe(true);
    const before = left.length;
    play();
    pull(100);
    expect(left.slice(before + fade)).toEqual(
      Array.from({ length: 80 }, (_, i) => 100 + 2 * fade + i),
    );
  });
});

it("a switch in place goes on where the sound is, whichever of its forerunners was committed", () => {
  play();
  open(1, 0, 100);
  commit(1);
  pull(100);
  // 2 is committed just before the page, which aligned 3 to 1, hears of it
  open(2, 0, 200, { alignTo: 1 });
  commit(2);
  pull(100);
  open(3, 0, 300, { alignTo: 1 });
  commit(3);
  pull(100);
  expect(right.at(-1)).toBe(300);
  expect(left.at(-1)).toBe(299);
});

describe("INTENT-5 play while something newer is being prepared", () => {
  beforeEach(() => {
    play();
    open(1, 0, 1);
    commit(1);
    pull(100);
    pause();
    pull(50);
    left = [];
    right = [];
  });

  it("lets nothing of the old lane be heard before the new one", () => {
    mixer.control({ type: "mixer/intend", generation: 2 });
    play(true);
    pull(100);
    expect(left.every((x) => x === 0)).toBe(true);
    open(2, 500, 2);
    commit(2);
    pull(100);
    expect(left.at(-1)).toBe(599);
    expect(Math.min(...left.filter((x) => x !== 0).slice(fade))).toBeGreaterThanOrEqual(500);
  });

  it("goes on with the old lane when the newer intention is given up", () => {
    mixer.control({ type: "mixer/intend", generation: 2 });
    play(true);
    pull(50);
    play(false);
    pull(100);
    expect(right.at(-1)).toBe(1);
  });

  it("stops nothing that sounds already", () => {
    play();
    pull(50);
    mixer.control({ type: "mixer/intend", generation: 2 });
    play(true);
    pull(50);
    expect(right.at(-1)).toBe(1);
  });
});

describe("an underrun", () => {
  it("is faded into, counted, and left by itself when data come", () => {
    play();
    open(1, 0, 10_000, { frames: 200 });
    commit(1);
    pull(300);
    const silent = right.findIndex((x) => x === 0);
    expect(silent).toBeGreaterThan(150);
    expect(silent).toBeLessThanOrEqual(200);
    // no step larger than one frame of the fade
    for (let at = 1; at < right.length; at++)
      expect(Math.abs(right[at]! - right[at - 1]!)).toBeLessThanOrEqual(10_000 / fade + 1);
    const state = reports.findLast((report) => report.type === "mixer/state")!;
    expect(state).toMatchObject({ starved: true, sounding: false });
    expect((state as { underrun: number }).underrun).toBeGreaterThan(0);
    more(1, 200, 400, 10_000);
    pull(100);
    expect(right.at(-1)).toBe(10_000);
    const resumed = left.slice(300 + fade);
    expect(resumed).toEqual(Array.from({ length: 80 }, (_, i) => resumed[0]! + i));
  });
});

describe("the end of a track", () => {
  it("sounds to its last frame without a fade and is reported once", () => {
    play();
    open(1, 0, 1, { frames: 155, end: 155 });
    commit(1);
    pull(300);
    expect(left.slice(0, 155)).toEqual(Array.from({ length: 155 }, (_, i) => i));
    expect(left.slice(155).every((x) => x === 0)).toBe(true);
    expect(reports.filter(({ type }) => type === "lane/ended")).toHaveLength(1);
  });

  it("as the target of a seek lets what sounds fade out before it is reported", () => {
    play();
    open(1, 0, 10_000, { frames: 500, end: 500 });
    commit(1);
    pull(100);
    open(2, 500, 10_000, { frames: 0, end: 500 });
    commit(2);
    pull(100);
    const steps = right.slice(1).map((x, i) => Math.abs(x - right[i]!));
    expect(Math.max(...steps)).toBeLessThan(10_000 / 5);
    expect(reports.filter(({ type }) => type === "lane/ended")).toHaveLength(1);
  });

  it("that falls into a pause is not lost", () => {
    play();
    open(1, 0, 1, { frames: 105, end: 105 });
    commit(1);
    pull(90);
    pause();
    pull(50);
    expect(reports.some(({ type }) => type === "lane/ended")).toBe(true);
  });
});

it("a lane's gain attenuates and never boosts what passes at one", () => {
  play();
  open(1, 0, 1000, { gain: 0.5 });
  commit(1);
  pull(50);
  expect(new Set(right)).toEqual(new Set([500]));
});
