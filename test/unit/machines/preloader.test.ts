import { beforeEach, expect, it } from "vitest";
import { createActor, type Actor } from "xstate";
import { preloaderMachine, type Intention } from "#engine/machines/preloader.machine.ts";

let done: string[];
let preloader: Actor<typeof preloaderMachine>;

beforeEach(() => {
  done = [];
  preloader = createActor(
    preloaderMachine.provide({
      actions: {
        tellSupply: () => {},
        openAndCommitLane: ({ context }) =>
          void done.push(`commit ${context.intention!.generation}`),
        askAgain: () => {},
      },
    }),
  ).start();
});

function intention(generation: number): Intention {
  return {
    generation,
    track: "a",
    variant: "original",
    counterpart: "adaptive@80",
    rate: 44_100,
    start: 0,
    alignTo: null,
    standsIn: false,
    hurried: false,
  };
}
const raise = (generation: number) =>
  preloader.send({ type: "intention.raise", intention: intention(generation) });
const measured = (generation: number, phase: "waiting" | "filling" | "prepared") =>
  preloader.send({
    type: "supply.measured",
    measurement: { generation, phase, waitsFor: null, progress: null },
  });
const context = () => preloader.getSnapshot().context;

it("commits once per generation, and only what is the newest intention", () => {
  raise(1);
  raise(2);
  measured(1, "prepared");
  measured(2, "filling");
  measured(2, "prepared");
  measured(2, "prepared");
  expect(done.filter((each) => each.startsWith("commit"))).toEqual(["commit 2"]);
});

it("an intention older than the newest is not taken", () => {
  raise(2);
  raise(1);
  expect(context().intention!.generation).toBe(2);
});

it("keeps feeding a lane that was committed just before a newer intention came", () => {
  raise(1);
  measured(1, "prepared");
  raise(2);
  preloader.send({ type: "lane.committed", generation: 1 });
  expect(context().heard!.generation).toBe(1);
  expect(preloader.getSnapshot().matches({ intention: "preparing" })).toBe(true);
  measured(2, "prepared");
  preloader.send({ type: "lane.committed", generation: 2 });
  expect(context().heard!.generation).toBe(2);
  expect(preloader.getSnapshot().matches({ intention: "steady" })).toBe(true);
});

it("keeps feeding a lane that was committed before two newer ones were offered", () => {
  for (const generation of [1, 2]) {
    raise(generation);
    measured(generation, "prepared");
  }
  raise(3);
  preloader.send({ type: "lane.committed", generation: 1 });
  expect(context().heard!.generation).toBe(1);
  preloader.send({ type: "lane.committed", generation: 2 });
  expect(context().heard!.generation).toBe(2);
});

it("a commit that is heard of after a newer intention failed is what is meant", () => {
  raise(1);
  measured(1, "prepared");
  preloader.send({ type: "lane.committed", generation: 1 });
  raise(2);
  measured(2, "prepared");
  raise(3);
  preloader.send({ type: "intention.failed" });
  preloader.send({ type: "lane.committed", generation: 2 });
  expect(context().intention!.generation).toBe(2);
  expect(context().heard!.generation).toBe(2);
});

it("a commit that nobody offered is not taken for what sounds", () => {
  raise(1);
  preloader.send({ type: "lane.committed", generation: 7 });
  expect(context().heard).toBeNull();
});

it("after a failure what sounded is what is meant again", () => {
  raise(1);
  measured(1, "prepared");
  preloader.send({ type: "lane.committed", generation: 1 });
  raise(2);
  preloader.send({ type: "intention.failed" });
  expect(context().intention!.generation).toBe(1);
});

it("what was not answered is asked for again, though slices of something else arrive", () => {
  preloader.send({ type: "answer.failed" });
  preloader.send({ type: "slice.arrived" });
  expect(preloader.getSnapshot().matches({ asking: "retrying" })).toBe(true);
});
