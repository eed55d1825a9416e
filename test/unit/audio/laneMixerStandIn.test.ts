import { beforeEach, expect, it } from "vitest";
import { LaneMixer } from "#engine/audio/laneMixer.ts";
import type { MixerReport } from "#engine/protocol/mixerMessages.ts";

const quantum = 10;

let mixer: LaneMixer;
let reports: MixerReport[];
let heard: number[];

beforeEach(() => {
  reports = [];
  heard = [];
  mixer = new LaneMixer({ rate: 1000, fadeSeconds: 0.02 }, (report) => reports.push(report));
  mixer.control({ type: "mixer/transport", playing: true, hold: false });
});

/** Opens, fills and commits a lane whose every sample is `mark`. */
function offer(generation: number, mark: number, alignTo: number | null, standsIn: boolean): void {
  mixer.control({ type: "mixer/intend", generation });
  const samples = new Int16Array(1000).fill(mark);
  mixer.feed({
    type: "lane/open",
    generation,
    start: 0,
    alignTo,
    standsIn,
    after: null,
    crossfade: 0,
    channels: 1,
    gain: 1,
  });
  mixer.feed({ type: "lane/feed", generation, start: 0 as never, frames: 1000 as never, samples });
  mixer.feed({ type: "lane/commit", generation });
}
function pull(frames: number): void {
  for (let done = 0; done < frames; done += quantum) {
    const output = [new Float32Array(quantum), new Float32Array(quantum)];
    mixer.process(output, quantum);
    heard.push(...[...output[0]!].map((sample) => Math.round(sample * 32768)));
  }
}
const committed = (): number[] =>
  reports.flatMap((report) => (report.type === "lane/committed" ? [report.generation] : []));

it("a stand-in bridges the wait where nothing sounds", () => {
  offer(2, 5, 1, true);
  pull(50);
  expect(committed()).toEqual([2]);
  expect(heard.at(-1)).toBe(5);
});

it("a stand-in bridges the wait behind what was left for it", () => {
  offer(1, 7, null, false);
  pull(50);
  offer(3, 5, 2, true);
  pull(50);
  expect(committed()).toEqual([1, 3]);
  expect(heard.at(-1)).toBe(5);
});

it("a stand-in is not taken when there is sound at its place already", () => {
  offer(1, 7, null, false);
  pull(50);
  offer(3, 5, 1, true);
  pull(50);
  expect(committed()).toEqual([1]);
  expect(new Set(heard)).toEqual(new Set([7]));
  // and what it was to stand in for takes over when it comes
  offer(4, 9, 1, false);
  pull(50);
  expect(committed()).toEqual([1, 4]);
  expect(heard.at(-1)).toBe(9);
});

it("a stand-in that is not taken supersedes what waited before it all the same", () => {
  offer(1, 7, null, false);
  pull(50);
  const lane = { after: null, crossfade: 0, start: 0, alignTo: 1, channels: 1, gain: 1 };
  mixer.feed({ type: "lane/open", generation: 2, standsIn: false, ...lane });
  const samples = new Int16Array(1000).fill(9);
  const run = { start: 0 as never, frames: 1000 as never, samples };
  mixer.feed({ type: "lane/feed", generation: 2, ...run });
  mixer.feed({ type: "lane/open", generation: 3, standsIn: true, ...lane });
  mixer.feed({ type: "lane/commit", generation: 2 });
  pull(50);
  expect(committed()).toEqual([1]);
});
