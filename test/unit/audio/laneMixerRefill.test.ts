import { expect, it } from "vitest";
import { LaneMixer } from "#engine/audio/laneMixer.ts";
import type { MixerFeed } from "#engine/protocol/mixerMessages.ts";

const rate = 1000;
const quantum = 10;
const timing = {
  fadeSeconds: 0.02,
  refillSeconds: 0.1,
  refillMaxSeconds: 0.5,
  recoveredSeconds: 1,
};

/** A mixer that plays one lane, fed frame by frame from its beginning. */
function playing() {
  const mixer = new LaneMixer({ rate, ...timing }, () => undefined);
  let fed = 0;
  const more = (frames: number): void => {
    const samples = new Int16Array(frames * 2).fill(1000);
    mixer.feed({ type: "lane/feed", generation: 1, start: fed, frames, samples } as MixerFeed);
    fed += frames;
  };
  /** @returns whether it sounds at the end of these frames */
  const pull = (frames: number): boolean => {
    const output = [new Float32Array(quantum), new Float32Array(quantum)];
    for (let done = 0; done < frames; done += quantum) mixer.process(output, quantum);
    return output[0]!.at(-1)! !== 0;
  };
  mixer.control({ type: "mixer/intend", generation: 1 });
  mixer.control({ type: "mixer/transport", playing: true, hold: false });
  const lane = {
    start: 0,
    alignTo: null,
    standsIn: false,
    after: null,
    crossfade: 0,
    channels: 2,
    gain: 1,
  };
  mixer.feed({ type: "lane/open", generation: 1, ...lane } as MixerFeed);
  more(200);
  mixer.feed({ type: "lane/commit", generation: 1 });
  return { more, pull };
}

it("a lane that starves again soon waits for four times as much, up to a bound", () => {
  const { more, pull } = playing();
  expect(pull(300)).toBe(false);
  more(100);
  expect(pull(50)).toBe(true);
  expect(pull(200)).toBe(false);
  more(300);
  expect(pull(50)).toBe(false);
  more(100);
  expect(pull(50)).toBe(true);
  expect(pull(500)).toBe(false);
  more(400);
  expect(pull(50)).toBe(false);
  more(100);
  expect(pull(50)).toBe(true);
});

it("a lane that has sounded for long waits for no more than at first", () => {
  const { more, pull } = playing();
  pull(300);
  more(100);
  pull(250);
  more(1600);
  expect(pull(1500)).toBe(true);
  expect(pull(300)).toBe(false);
  more(100);
  expect(pull(50)).toBe(true);
});
