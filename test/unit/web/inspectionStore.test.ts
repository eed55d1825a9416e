import { expect, it } from "vitest";
import type { InspectionBatch, StepNote } from "#engine/protocol/inspection.ts";
import {
  eventName,
  InspectionStore,
  mermaidOf,
} from "../../../apps/web/inspect/inspectionStore.ts";

const step = (over: Partial<StepNote> = {}): StepNote => ({
  type: "step",
  at: 5,
  actor: "page/player",
  machine: "player",
  event: "transport.play",
  by: null,
  data: "",
  state: "wish.playing",
  taken: [{ from: "wish.paused", event: "transport.play", to: ["wish.playing"] }],
  ...over,
});
const batch = (notes: InspectionBatch["notes"], over: Partial<InspectionBatch> = {}) => ({
  side: "page" as const,
  tab: "t1",
  notes,
  missed: 0,
  ...over,
});

it("knows nobody of a tab that is gone; what they did stays, and the others keep their numbers", () => {
  const store = new InspectionStore();
  store.take(batch([step()]));
  store.take(batch([step()], { tab: "t2" }));
  store.leave("t1");
  expect(store.read().actors.map(({ tab }) => tab)).toEqual(["t2"]);
  expect(store.read().tabs).toEqual(["t1", "t2"]);
  expect(store.read().steps).toHaveLength(2);
});

it("knows who lives in which state, each tab apart, and forgets who ended", () => {
  const store = new InspectionStore();
  store.take(batch([step()]));
  store.take(batch([step({ state: "wish.paused" })], { tab: "t2" }));
  expect(store.read().actors.map(({ tab, state }) => `${tab} ${state}`)).toEqual([
    "t1 wish.playing",
    "t2 wish.paused",
  ]);
  store.take(batch([{ type: "ended", at: 6, actor: "page/player" }]));
  expect(store.read().actors.map(({ tab }) => tab)).toEqual(["t2"]);
});

it("keeps the last transition lit while nothing else is taken", () => {
  const store = new InspectionStore();
  store.take(batch([step(), step({ event: "clock.moved", taken: [] })]));
  expect(store.read().actors[0]!.taken).toEqual(step().taken);
});

it("keeps the newest 3000 steps, and counts what was left out before they came", () => {
  const store = new InspectionStore();
  for (let each = 0; each < 10; each++)
    store.take(batch(Array.from({ length: 500 }, (_, at) => step({ at: each * 500 + at }))));
  store.take(batch([step({ at: 5000 })], { missed: 7 }));
  const { steps, missed } = store.read();
  expect(steps).toHaveLength(3000);
  expect(steps.at(-1)!.at).toBe(5000);
  expect(missed).toBe(7);
});

it("forgets a side whose teller is gone", () => {
  const store = new InspectionStore();
  store.take(batch([step()]));
  store.take(batch([step({ actor: "cache" })], { side: "host", tab: "" }));
  store.forget("host");
  expect(store.read().actors.map(({ side }) => side)).toEqual(["page"]);
});

it("draws the steps as a sequence, the actors of each tab apart, whatever their ids hold", () => {
  const store = new InspectionStore();
  store.take(batch([step(), step({ by: "page/queue", event: "track.load" })]));
  store.take(batch([step()], { tab: "t2" }));
  store.take(batch([step({ actor: "host/track.Zp0-xk--j.1" })], { side: "host", tab: "" }));
  expect(mermaidOf(store.read().steps, store.read().tabs)).toBe(
    [
      "sequenceDiagram",
      "  participant p0 as outside",
      "  participant p1 as page/player, tab 1",
      "  participant p2 as page/queue, tab 1",
      "  participant p3 as page/player, tab 2",
      "  participant p4 as host/track.Zp0-xk--j.1",
      "  p0->>p1: transport.play",
      "  p2->>p1: track.load",
      "  p0->>p3: transport.play",
      "  p0->>p4: transport.play",
    ].join("\n"),
  );
});

it("calls a timer as the chart does", () => {
  const taken = [{ from: "news.gathering", event: "after news", to: ["news.quiet"] }];
  const event = "xstate.after.news.session.talking.talk.live.news.gathering";
  expect(eventName(step({ event, taken }))).toBe("after news");
  expect(eventName(step({ event, taken: [] }))).toBe(event);
  expect(eventName(step())).toBe("transport.play");
});
