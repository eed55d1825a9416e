/** What whoever watches the actors of a side is told. */
import { describe, expect, it } from "vitest";
import { assign, createActor, createMachine, setup, type AnyActor } from "xstate";
import { eventText } from "#engine/actors/eventText.ts";
import { InspectionRelay } from "#engine/actors/inspectionRelay.ts";
import { NoteBatch } from "#engine/actors/noteBatch.ts";
import { inspectionNoteSchema, type InspectionNote } from "#engine/protocol/inspection.ts";

const lamp = setup({
  types: { context: {} as { readonly times: number }, events: {} as { type: "lamp.press" } },
  guards: { isWhole: ({ context }) => context.times < 2 },
  actions: { count: assign({ times: ({ context }) => context.times + 1 }) },
}).createMachine({
  id: "lamp",
  context: { times: 0 },
  initial: "off",
  states: {
    off: { on: { "lamp.press": { guard: "isWhole", target: "on", actions: "count" } } },
    on: { on: { "lamp.press": "off" } },
  },
});

function watched() {
  const relay = new InspectionRelay(() => 1000);
  const actor = createActor(lamp, { id: "page/lamp", inspect: relay.inspect }).start();
  const notes: InspectionNote[] = [];
  const stop = relay.watch((note) => notes.push(inspectionNoteSchema.parse(note)));
  return { relay, actor, notes, stop };
}

describe("the relay", () => {
  it("tells of those that lived before anybody watched, and as what", () => {
    const { notes } = watched();
    expect(notes).toEqual([
      { type: "alive", at: 1000, actor: "page/lamp", machine: "lamp", state: "off" },
    ]);
  });

  it("tells every event with the transitions it caused, named as in the chart", () => {
    const { actor, notes } = watched();
    actor.send({ type: "lamp.press" });
    expect(notes.at(-1)).toEqual({
      type: "step",
      at: 1000,
      actor: "page/lamp",
      machine: "lamp",
      event: "lamp.press",
      by: null,
      data: "",
      state: "on",
      taken: [{ from: "off", event: "lamp.press", to: ["on"] }],
    });
  });

  it("tells of an event that nobody heeded, with no transition", () => {
    const { actor, notes } = watched();
    for (let press = 0; press < 5; press++) actor.send({ type: "lamp.press" });
    expect(notes.at(-1)).toMatchObject({ type: "step", state: "off", taken: [] });
  });

  it("names the actor that sent an event, and tells of births and ends", () => {
    const relay = new InspectionRelay(() => 0);
    const child = createMachine({
      id: "child",
      initial: "a",
      states: { a: { on: { go: "b" } }, b: { type: "final" } },
    });
    const parent = setup({ actors: { child } }).createMachine({
      id: "parent",
      invoke: { src: "child", id: "the child" },
      on: { pass: { actions: ({ self }) => sendOn(self as AnyActor) } },
    });
    const actor = createActor(parent, { id: "the parent", inspect: relay.inspect });
    const notes: InspectionNote[] = [];
    relay.watch((note) => notes.push(note));
    actor.start();
    expect(notes).toContainEqual(
      expect.objectContaining({ type: "alive", actor: "the child", state: "a" }),
    );
    actor.send({ type: "pass" });
    expect(notes).toContainEqual(
      expect.objectContaining({ type: "step", actor: "the child", event: "go" }),
    );
    expect(notes).toContainEqual({ type: "ended", at: 0, actor: "the child" });
    const later: InspectionNote[] = [];
    relay.watch((note) => later.push(note));
    expect(later.map(({ actor: id }) => id)).toEqual(["the parent"]);
  });

  it("tells nothing any more when one has stopped to watch", () => {
    const { actor, notes, stop } = watched();
    stop();
    actor.send({ type: "lamp.press" });
    expect(notes).toHaveLength(1);
  });
});

function sendOn(actor: AnyActor): void {
  const { children } = actor.getSnapshot() as { children: Record<string, AnyActor> };
  children["the child"]!.send({ type: "go" });
}

describe("an event as text", () => {
  it("has no samples, no secrets and no more than 300 letters", () => {
    const text = eventText({
      type: "hello",
      token: "abc",
      planar: [new Float32Array(480)],
      list: Array.from({ length: 1000 }, () => "x".repeat(100)),
      deep: { a: { b: { c: { d: 1 } } } },
      name: "y".repeat(1000),
    });
    expect(text.length).toBeLessThanOrEqual(300);
    expect(text).not.toContain("abc");
    expect(text).toContain('"planar":["1920 bytes"]');
    expect(text).toContain('"list":"1000 entries"');
    expect(text).toContain('"deep":{"a":{"b":"…"}}');
  });

  it("is empty for an event that says nothing but its name", () => {
    expect(eventText({ type: "play" })).toBe("");
  });
});

describe("a batch", () => {
  it("counts what came too fast, and leaves out none of the living", () => {
    const batch = new NoteBatch();
    const { actor, notes } = watched();
    actor.send({ type: "lamp.press" });
    const [alive, step] = notes;
    for (let each = 0; each < 700; each++) batch.add(step!);
    batch.add(alive!);
    const taken = batch.take()!;
    expect(taken.notes).toHaveLength(501);
    expect(taken.notes.at(-1)).toBe(alive);
    expect(taken.missed).toBe(200);
    expect(batch.take()).toBeNull();
  });
});
