import { beforeEach, describe, expect, it } from "vitest";
import { LaneMixer } from "#engine/audio/laneMixer.ts";
import type { MixerReport } from "#engine/protocol/mixerMessages.ts";

const rate = 1000;
const quantum = 16;
const fade = 20; // frames
/** frames of the first track: not a whole number of quanta */
const length = 203;

let mixer: LaneMixer;
let reports: MixerReport[];
let left: number[];
let right: number[];

beforeEach(() => {
  reports = [];
  left = [];
  right = [];
  mixer = new LaneMixer({ rate, fadeSeconds: fade / rate }, (report) => reports.push(report));
  mixer.control({ type: "mixer/transport", playing: true, hold: false });
});

function pull(frames: number): void {
  for (let done = 0; done < frames; done += quantum) {
    const output = [new Float32Array(quantum), new Float32Array(quantum)];
    mixer.process(output, quantum);
    left.push(...[...output[0]!].map((x) => x * 32768));
    right.push(...[...output[1]!].map((x) => x * 32768));
  }
}

type Opening = { start: number; mark: number; after: number | null; crossfade: number };

/** A lane whose left samples count its frames, and whose right ones are its mark. */
function open(generation: number, opening: Partial<Opening>, frames = 1000, end = 1000): void {
  const { start = 0, mark = 1, after = null, crossfade = 0 } = opening;
  const lane = {
    generation,
    start,
    alignTo: null,
    standsIn: false,
    after,
    crossfade,
    channels: 2,
    gain: 1,
  } as const;
  mixer.feed({ type: "lane/open", ...lane });
  mixer.feed({ type: "lane/end", generation, end });
  const samples = new Int16Array(frames * 2);
  for (let i = 0; i < frames; i++) samples.set([start + i, mark], 2 * i);
  mixer.feed({ type: "lane/feed", generation, start, frames, samples });
}
const commit = (generation: number): void => mixer.feed({ type: "lane/commit", generation });
const ends = () => reports.filter(({ type }) => type === "lane/ended");
const committed = () =>
  reports.flatMap((each) => (each.type === "lane/committed" ? [each.generation] : []));

function playFirst(): void {
  open(1, { mark: 100 }, length, length);
  commit(1);
  pull(quantum);
}

describe("a successor", () => {
  it("begins at the very frame behind the last one, to the bit, and nobody hears of an end", () => {
    playFirst();
    open(2, { after: 1, mark: 200 });
    commit(2);
    pull(320 - quantum);
    const expected = Array.from({ length: 320 }, (_, i) => (i < length ? i : i - length));
    expect(left).toEqual(expected);
    expect(right).toEqual(expected.map((_, i) => (i < length ? 100 : 200)));
    expect(committed()).toEqual([1, 2]);
    expect(ends()).toEqual([]);
  });

  it("follows as well where the end falls between two quanta", () => {
    open(1, { mark: 100 }, 160, 160);
    commit(1);
    pull(quantum);
    open(2, { after: 1, mark: 200 });
    commit(2);
    pull(320 - quantum);
    expect(left).toEqual(Array.from({ length: 320 }, (_, i) => i % 160));
  });

  it("does not begin before that end", () => {
    playFirst();
    open(2, { after: 1 });
    commit(2);
    pull(176);
    expect(committed()).toEqual([1]);
  });

  it("that is not there in time is dropped with the end: it would begin twice", () => {
    playFirst();
    open(2, { after: 1 });
    pull(224);
    commit(2);
    pull(64);
    expect(committed()).toEqual([1]);
    expect(ends()).toHaveLength(1);
  });

  it("is dropped for a newer intention", () => {
    playFirst();
    open(2, { after: 1 });
    commit(2);
    mixer.control({ type: "mixer/intend", generation: 3 });
    pull(224);
    expect(committed()).toEqual([1]);
  });

  it("of a lane that does not sound any more never begins", () => {
    playFirst();
    pull(32);
    open(2, { start: 50, mark: 150 }, 150, length);
    commit(2);
    pull(32);
    open(3, { after: 1 });
    commit(3);
    pull(224);
    expect(committed()).toEqual([1, 2]);
  });

  it("waits through a pause, and follows after it without a fade of its own", () => {
    playFirst();
    open(2, { after: 1, mark: 200 });
    commit(2);
    pull(144);
    mixer.control({ type: "mixer/transport", playing: false, hold: false });
    pull(320);
    expect(committed()).toEqual([1]);
    mixer.control({ type: "mixer/transport", playing: true, hold: false });
    const paused = right.length;
    pull(160);
    const again = right.slice(paused);
    expect(again.indexOf(200)).toBeGreaterThan(fade);
    expect(left[paused + again.indexOf(200)]).toBe(0);
  });

  it("makes an older switch in place impossible: it was meant for the track before", () => {
    playFirst();
    open(2, { after: 1, mark: 200 });
    commit(2);
    pull(240);
    const lane = {
      generation: 3,
      start: 180,
      alignTo: 1,
      standsIn: false,
      after: null,
      crossfade: 0,
    } as const;
    mixer.feed({ type: "lane/open", ...lane, channels: 2, gain: 1 });
    const samples = new Int16Array(2000).fill(9);
    mixer.feed({ type: "lane/feed", generation: 3, start: 180, frames: 1000, samples });
    commit(3);
    pull(64);
    expect(committed()).toEqual([1, 2]);
    expect(new Set(right.slice(length))).toEqual(new Set([200]));
  });
});

describe("a crossfade into a successor", () => {
  it("begins so long before the end that both are heard for that time, with equal power", () => {
    playFirst();
    open(2, { after: 1, mark: 100, crossfade: 100 });
    commit(2);
    pull(320);
    const atMost = 112; // before the first quantum that begins within the last 100 frames
    expect(right.slice(0, atMost)).toEqual(Array.from({ length: atMost }, () => 100));
    const middle = right.slice(112, length - 1);
    expect(Math.max(...middle)).toBeCloseTo(100 * Math.SQRT2, 0);
    expect(Math.min(...middle)).toBeGreaterThan(99);
    expect(new Set(right.slice(length))).toEqual(new Set([100]));
    expect(ends()).toEqual([]);
  });

  it("is cut short by a newer intention without a step", () => {
    playFirst();
    open(2, { after: 1, mark: 100, crossfade: 100 });
    commit(2);
    pull(144);
    open(3, { start: 500, mark: 100 });
    commit(3);
    pull(96);
    expect(committed()).toEqual([1, 2, 3]);
    const steps = right.slice(1).map((sample, i) => Math.abs(sample - right[i]!));
    // no gain moves faster than the fade of 20 frames: three of them at once
    expect(Math.max(...steps)).toBeLessThan(3 * 100 * (Math.PI / 2 / fade));
  });
});
