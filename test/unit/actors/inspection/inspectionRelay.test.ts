/** What whoever watches the actors of a side is told. */
import { describe, expect, it } from "vitest";
import { assign, createActor, createMachine, setup, type AnyActor } from "xstate";
import { eventText } from "#engine/actors/eventText.ts";
import { InspectionRelay } from "#engine/actors/inspectionRelay.ts";
import { NoteBatch } from "#engine/actors/noteBatch.ts";
import { tabClaimMachine } from "#engine/machines/tabClaim.machine.ts";
import { windowCacheMachine } from "#engine/machines/windowCache.machine.ts";
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
      expect.objectContaining({ type: "alive", actor: "the parent/the child", state: "a" }),
    );
    actor.send({ type: "pass" });
    expect(notes).toContainEqual(
      expect.objectContaining({ type: "step", actor: "the parent/the child", event: "go" }),
    );
    expect(notes).toContainEqual({ type: "ended", at: 0, actor: "the parent/the child" });
    const later: InspectionNote[] = [];
    relay.watch((note) => later.push(note));
    expect(later).toMatchObject([{ actor: "the parent" }]);
  });

  it("tells of nothing in more than 2 KiB, however long its names and however many its transitions", () => {
    const long = "a".repeat(300);
    const regions = Array.from({ length: 30 }, (_, at) => [
      `region${at}${long}`,
      { initial: "off", states: { off: { on: { [long]: "on" } }, on: { on: { [long]: "off" } } } },
    ]);
    const huge = createMachine({
      id: `huge${long}`,
      type: "parallel",
      states: Object.fromEntries(regions) as never,
    });
    const relay = new InspectionRelay(() => Date.UTC(2100, 0) + 0.125);
    const actor = createActor(huge, { id: long, inspect: relay.inspect }).start();
    const notes: InspectionNote[] = [];
    relay.watch((note) => notes.push(inspectionNoteSchema.parse(note)));
    actor.send({ type: long, text: '"'.repeat(400), names: "日本".repeat(200) } as never);
    relay.message("host", "worker", {
      type: long,
      text: "\u0000".repeat(500),
      more: "日".repeat(500),
    });
    expect(notes.map(({ type }) => type)).toEqual(["alive", "step", "message"]);
    for (const note of notes)
      expect(Buffer.byteLength(JSON.stringify(note)), note.type).toBeLessThanOrEqual(2048);
  });

  it("tells nothing any more when one has stopped to watch", () => {
    const { actor, notes, stop } = watched();
    stop();
    actor.send({ type: "lamp.press" });
    expect(notes).toHaveLength(1);
  });
});

describe("what whoever watches sends", () => {
  function window() {
    const relay = new InspectionRelay(() => 0);
    const input = { windowBytes: 1000, windowBytesMin: 10 };
    const { inspect } = relay;
    const actor = createActor(windowCacheMachine, { id: "worker/windowCache", inspect, input });
    actor.start();
    const send = (event: string, data: string) =>
      relay.send({ actor: "worker/windowCache", event, data });
    return { relay, actor, send };
  }

  it("is heard, with what it carries", () => {
    const { actor, send } = window();
    expect(send("memory.changed", '{"level":"critical"}')).toBeNull();
    expect(actor.getSnapshot().context.memory).toBe("critical");
  });

  it("is refused in words when it carries something else, is no event of the machine, or only its usual sender can say it", () => {
    const { actor, relay, send } = window();
    const before = actor.getSnapshot();
    const refused = [
      send("memory.changed", '{"level":"splendid"}'),
      send("memory.changed", '{"level":"tight","more":1}'),
      send("memory.changed", "{"),
      send("memory.changed", ""),
      send("constructor", ""),
      send("window.counted", '{"bytes":1,"lanes":1}'),
      relay.send({ actor: "worker/other", event: "memory.changed", data: "" }),
    ];
    for (const why of refused) expect(why).toMatch(/^[A-Z].*\.$/);
    expect(actor.getSnapshot()).toBe(before);
  });

  it("is refused in a state that does not take it, and once the actor has ended", () => {
    const relay = new InspectionRelay(() => 0);
    const nothing = () => undefined;
    const actions = { take: nothing, giveBack: nothing, pause: nothing };
    const actor = createActor(tabClaimMachine.provide({ actions }), {
      id: "page/tabClaim",
      inspect: relay.inspect,
    });
    actor.start();
    const send = (event: string) => relay.send({ actor: "page/tabClaim", event, data: "" });
    expect(send("claim.granted")).toMatch(/state/);
    expect(send("sound.wanted")).toBeNull();
    expect(send("claim.granted")).toBeNull();
    actor.stop();
    expect(send("claim.lost")).toMatch(/lives no more/);
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
