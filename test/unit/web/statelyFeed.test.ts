/** Both sides in the Stately inspector, spoken to its own receiver. */
import { createBrowserInspector, createBrowserReceiver } from "@statelyai/inspect";
import type { StatelyInspectionEvent } from "@statelyai/inspect";
import { expect, it } from "vitest";
import { createActor, createMachine } from "xstate";
import { InspectionRelay } from "#engine/actors/inspectionRelay.ts";
import type { InspectionBatch, InspectionNote } from "#engine/protocol/inspection.ts";
import { StatelyFeed, valueOf } from "../../../apps/web/inspect/statelyFeed.ts";

/** As much of a window as the package uses. */
class FakeWindow {
  readonly self = this;
  readonly top = this;
  opener: FakeWindow | null = null;
  opens: FakeWindow | null = null;
  readonly #heed: ((event: { readonly data: unknown }) => void)[] = [];
  addEventListener = (_type: string, heed: (event: { readonly data: unknown }) => void): void => {
    this.#heed.push(heed);
  };
  postMessage = (data: unknown): void => this.#heed.forEach((heed) => heed({ data }));
  open = (): FakeWindow | null => this.opens;
}

const lamp = createMachine({
  id: "lamp",
  initial: "off",
  states: { off: { on: { "lamp.press": "on" } }, on: { on: { "lamp.press": "off" } } },
});

/** A side whose lamp burns before anybody watches. */
function sideOf(side: InspectionBatch["side"], tab: string, feed: StatelyFeed) {
  const relay = new InspectionRelay(() => 1_700_000_000_000);
  const actor = createActor(lamp, {
    id: side === "page" ? "page/lamp" : "lamp",
    inspect: relay.inspect,
  });
  actor.start();
  actor.send({ type: "lamp.press" });
  return {
    actor,
    watch: () =>
      relay.watch((note: InspectionNote) => feed.take({ side, tab, notes: [note], missed: 0 })),
  };
}

it("introduces the living of page and host to an inspector that comes late, and tells what moves them", () => {
  const [ours, theirs] = [new FakeWindow(), new FakeWindow()];
  ours.opens = theirs;
  theirs.opener = ours;
  const { adapter } = createBrowserInspector({ window: ours as never });
  const feed = new StatelyFeed(
    (event) => adapter.send(event),
    () => JSON.stringify(lamp.config),
  );
  const page = sideOf("page", "4f1cab", feed);
  const host = sideOf("host", "", feed);
  page.watch();
  host.watch();
  page.actor.send({ type: "lamp.press", token: "secret", pcm: new Float32Array(9) } as never);

  const heard: StatelyInspectionEvent[] = [];
  // it says that it is there as soon as it is made, and hears what has waited for it
  const early: unknown[] = [];
  theirs.addEventListener("message", ({ data }) => early.push(data));
  createBrowserReceiver({ window: theirs as never }).subscribe((event) => heard.push(event));
  host.actor.send({ type: "lamp.press" });

  const all = [...(early as StatelyInspectionEvent[])];
  const actors = all.filter(({ type }) => type === "@xstate.actor");
  expect(actors).toMatchObject([
    { sessionId: "page.4f1c/lamp", rootId: "page.4f1c", snapshot: { value: "on" } },
    { sessionId: "host/lamp", rootId: "host", snapshot: { value: "on" } },
  ]);
  expect(JSON.parse((actors[0] as { definition: string }).definition)).toEqual(lamp.config);
  const snapshots = all.filter(({ type }) => type === "@xstate.snapshot");
  expect(snapshots).toMatchObject([
    { sessionId: "page.4f1c/lamp", snapshot: { status: "active", value: "off" } },
    { sessionId: "host/lamp", snapshot: { status: "active", value: "off" } },
  ]);
  expect(heard).toMatchObject([{ type: "@xstate.event" }, { type: "@xstate.snapshot" }]);
  for (const event of all) {
    expect(JSON.stringify(event).length).toBeLessThan(2048);
    expect(JSON.stringify(event)).not.toContain('secret"');
  }
  expect(JSON.stringify(all)).toContain("36 bytes");
});

it("says to whom an actor belongs, and that all of a tab have ended when it is gone", () => {
  const sent: StatelyInspectionEvent[] = [];
  const feed = new StatelyFeed(
    (event) => sent.push(event),
    () => undefined,
  );
  const alive = (actor: string): InspectionNote => {
    return { type: "alive", at: 1, actor, machine: "lamp", state: "on" };
  };
  const [one, another] = ["aaaa1", "bbbb2"];
  for (const tab of [one!, another!])
    feed.take({ side: "page", tab, notes: [alive("page/pool"), alive("page/pool/0")], missed: 0 });
  expect(sent.map((event) => event.type === "@xstate.actor" && event.parentId)).toEqual([
    undefined,
    "page.aaaa/pool",
    undefined,
    "page.bbbb/pool",
  ]);
  sent.length = 0;
  feed.leave(one!, 2);
  feed.leave(one!, 3);
  expect(sent).toMatchObject([
    { sessionId: "page.aaaa/pool", snapshot: { status: "stopped" } },
    { sessionId: "page.aaaa/pool/0", snapshot: { status: "stopped" } },
  ]);
});

it("has the actors of the host below the host, and each below the innermost that is known", () => {
  const parents = new Map<string, string | undefined>();
  const ended: string[] = [];
  const feed = new StatelyFeed(
    (event) => {
      if (event.type === "@xstate.actor") parents.set(event.name, event.parentId);
      if (event.type === "@xstate.snapshot") ended.push(event.sessionId);
    },
    () => undefined,
  );
  const notes = ["host", "host/decoders", "host/decoders/spare/slot-0"].map(
    (actor): InspectionNote => ({ type: "alive", at: 1, actor, machine: "lamp", state: "on" }),
  );
  feed.take({ side: "host", tab: "", notes, missed: 0 });
  expect([...parents]).toEqual([
    ["host/host", undefined],
    ["host/decoders", "host/host"],
    ["host/decoders/spare/slot-0", "host/decoders"],
  ]);
  // the host tells no more
  feed.leave("", 2);
  expect(ended).toEqual([...parents.keys()]);
});

it("knows the value of a state by its text", () => {
  expect(valueOf("roomy")).toBe("roomy");
  expect(valueOf("open.live.listening")).toEqual({ open: { live: "listening" } });
  expect(valueOf("wish.paused supply.empty")).toEqual({ wish: "paused", supply: "empty" });
  expect(
    valueOf("talking.talk.live.flow.open talking.talk.live.voice talking.hearing.listening"),
  ).toEqual({
    talking: { talk: { live: { flow: "open", voice: {} } }, hearing: "listening" },
  });
});
