import { beforeEach, expect, it } from "vitest";
import { createActor, type Actor } from "xstate";
import { queueMachine } from "#engine/machines/queue.machine.ts";

let loaded: (number | null)[];
let queue: Actor<typeof queueMachine>;

beforeEach(() => {
  loaded = [];
  queue = createActor(
    queueMachine.provide({ actions: { load: ({ context }) => void loaded.push(context.place) } }),
  ).start();
  queue.send({ type: "tracks.listed", length: 5, place: null });
});

it("loads what was chosen, and nothing outside the list", () => {
  queue.send({ type: "place.choose", place: 3 });
  queue.send({ type: "place.choose", place: 5 });
  queue.send({ type: "place.choose", place: -1 });
  expect(loaded).toEqual([3]);
});

it("stands still where there is nothing further", () => {
  queue.send({ type: "place.choose", place: 4 });
  queue.send({ type: "queue.next", place: null });
  queue.send({ type: "track.ended", place: null });
  expect(loaded).toEqual([4]);
  expect(queue.getSnapshot().context.place).toBe(4);
});

it("passes over broken tracks that follow one that ended, until one can be heard", () => {
  queue.send({ type: "place.choose", place: 0 });
  queue.send({ type: "track.ended", place: 1 });
  queue.send({ type: "track.failed", place: 2 });
  queue.send({ type: "track.failed", place: 3 });
  expect(loaded).toEqual([0, 1, 2, 3]);
});

it("passes over broken tracks where nothing was chosen and the first one is to be heard", () => {
  queue.send({ type: "queue.next", place: 0 });
  queue.send({ type: "track.failed", place: 1 });
  expect(loaded).toEqual([0, 1]);
});

it("leaves a broken track standing, with its fault, when somebody chose it", () => {
  queue.send({ type: "place.choose", place: 1 });
  queue.send({ type: "track.failed", place: 2 });
  queue.send({ type: "queue.next", place: 2 });
  queue.send({ type: "track.failed", place: 3 });
  expect(loaded).toEqual([1, 2]);
});

it("follows its track when the list changes, and is empty when nothing is left", () => {
  queue.send({ type: "place.choose", place: 1 });
  queue.send({ type: "tracks.listed", length: 6, place: 2 });
  expect(queue.getSnapshot().context.place).toBe(2);
  queue.send({ type: "tracks.listed", length: 0, place: null });
  expect(queue.getSnapshot().value).toBe("empty");
});
