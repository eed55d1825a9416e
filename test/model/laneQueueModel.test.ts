/** A lane's queue against a map of single frames. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { LaneQueue } from "#engine/audio/laneQueue.ts";
import { runAgainstModel, type Step } from "./runAgainstModel.ts";

type Model = { position: number; readonly frames: Map<number, number> };

const start = 5;
const blockFrames = 8;
/** no sample has this value: what a read leaves alone is seen */
const untouched = 2;

/** @param take two takes of one frame differ, so that it is seen which one is read */
const sampleOf = (frame: number, channel: number, take: number) =>
  frame * 64 + take * 2 + channel - 8000;

function availableOf({ position, frames }: Model): number {
  let count = 0;
  while (frames.has(position + count)) count++;
  return count;
}

function stepsFor(channels: 1 | 2): readonly fc.Arbitrary<Step<Model, LaneQueue>>[] {
  const samplesOf = (from: number, frames: number, take: number) =>
    Array.from({ length: frames }, (_, at) =>
      Array.from({ length: channels }, (_, channel) => sampleOf(from + at, channel, take)),
    );
  return [
    fc
      .tuple(fc.integer({ min: -6, max: 3 }), fc.nat(10), fc.nat(20), fc.constantFrom(0, 0, 0, 1))
      .map(([beside, frames, take, short]) => {
        // runs come near the end of what is queued; `start + frames` is where the far one lies
        const from = ({ position, frames: queued }: { position: number; frames: number }) =>
          Math.max(0, position + queued + beside);
        return {
          text: `append(end ${beside < 0 ? "" : "+"}${beside}, ${frames} frames, take ${take}${short ? ", a sample short" : ""})`,
          real: (lane) => {
            const at = from({ position: lane.position, frames: lane.available });
            const samples = Int16Array.from(samplesOf(at, frames, take).flat());
            return lane.append(at, frames, samples.subarray(0, samples.length - short));
          },
          model: (model) => {
            const queued = availableOf(model);
            const at = from({ position: model.position, frames: queued });
            const end = model.position + queued;
            const isWhole = short === 0 || frames === 0;
            if (!isWhole || at > end || at + frames <= end) return false;
            for (let frame = end; frame < at + frames; frame++) model.frames.set(frame, take);
            return true;
          },
        };
      }),
    fc.integer({ min: -2, max: 20 }).map((by) => ({
      text: `skipTo(${by} on)`,
      real: (lane) => lane.skipTo(lane.position + by),
      model: (model) => {
        if (by < 0) return "throws";
        model.position += by;
        return undefined;
      },
    })),
    fc.nat(blockFrames).map((count) => ({
      text: `read(${count})`,
      real: (lane) => {
        const left = new Float32Array(blockFrames).fill(untouched);
        const right = new Float32Array(blockFrames).fill(untouched);
        const frames = lane.read(left, right, count);
        return { type: frames === 0 ? "none" : "some", frames, sides: [[...left], [...right]] };
      },
      model: (model) => {
        const frames = Math.min(count, availableOf(model));
        const sides = [0, channels - 1].map((channel) =>
          Array.from({ length: blockFrames }, (_, at) => {
            const frame = model.position + at;
            if (at >= frames) return untouched;
            return sampleOf(frame, channel, model.frames.get(frame)!) / 32768;
          }),
        );
        model.position += frames;
        return { type: frames === 0 ? "none" : "some", frames, sides };
      },
    })),
  ];
}

it.each([1, 2] as const)(
  "a lane of %i channels is read once, in order, without a gap, as it was appended first",
  (channels) => {
    const outcomes = runAgainstModel<Model, LaneQueue>({
      setup: () => ({
        model: { position: start, frames: new Map() },
        real: new LaneQueue(start, channels),
      }),
      steps: stepsFor(channels),
      look: ({ position, available }) => [position, available],
      expected: (model) => [model.position, availableOf(model)],
      seed: 5 + channels,
      runs: 300,
      stepsMax: 50,
    });
    expect([...outcomes.keys()]).toEqual([
      "append: false",
      "append: true",
      "read: none",
      "read: some",
      "skipTo: done",
      "skipTo: throws",
    ]);
  },
);
